import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findIsolation } from '../../../src/runner/isolation/isolation.ts';
import { type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { buttonsOf, card, openWorld, type World } from '../../support/world.ts';

const isolation = await findIsolation('auto');
const inBubblewrap = isolation.kind === 'bubblewrap' ? test : test.skip;

/** Each line is a fact that must hold, or the command ends there. */
const BUILD = `
test "$BUILD_SECRET" = secret-of-the-build && test -z "$DEPLOY_SECRET$VERIFY_SECRET" && test "$ALL" = all
test "$HOME" != "$BOT_HOME" && echo kept > "$HOME/kept"
git log --oneline | grep -q One`;
const DEPLOY = `
test "$DEPLOY_SECRET" = secret-of-the-deploy && test -z "$BUILD_SECRET$VERIFY_SECRET" && test "$ALL" = all
grep -q kept "$HOME/kept"
echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"`;
const VERIFY = `
test "$VERIFY_SECRET" = secret-of-verify && test -z "$BUILD_SECRET$DEPLOY_SECRET"
echo "$VERIFY_SECRET" "$(printf %s "$VERIFY_SECRET" | base64)"`;
/** Of a command that is kept from all that is not its own. */
const KEPT = `
if grep -aq HOOK_SECRET= /proc/[0-9]*/environ; then echo the bot is seen; exit 1; fi
if cat "$SECRET_FILE" 2> /dev/null | grep -q .; then echo a secret file is read; exit 1; fi
if [ -n "$(find "$DATA_DIR" -name '*.lock' -o -name PG_VERSION -o -name owner)" ]; then echo more than its own is seen; exit 1; fi`;

describeStory('what commands of a bot see', (tier) => {
  let world: World;
  let bot: BotProcess | null;
  beforeEach(async () => {
    world = await openWorld(tier);
    bot = null;
  });
  afterEach(async () => {
    await bot?.end('SIGKILL');
    await world.close();
  });

  /** A bot with these facts, and the card of its first release. */
  async function walk(setting: string, deploy: string) {
    const secretFile = join(world.scratch, 'verify-secret');
    await writeFile(secretFile, 'secret-of-verify\n');
    const place = await describeBot(
      world,
      [
        {
          name: 'integration',
          mode: 'continuous',
          deploy: { run: deploy, env: { DEPLOY_SECRET: 'env:DEPLOY_SECRET' } },
          verify: { run: VERIFY, env: { VERIFY_SECRET: `file:${secretFile}` } },
        },
      ],
      { run: BUILD, env: { BUILD_SECRET: 'env:BUILD_SECRET' } },
    );
    const written = await readFile(place.config, 'utf8');
    const more = `env:\n      ALL: all\n      BOT_HOME: ${process.env.HOME}\n      SECRET_FILE: ${secretFile}\n      DATA_DIR: ${world.dataDirectory}`;
    await writeFile(place.config, `isolation: ${setting}\n${written.replace(/^ {4}env:/m, `    ${more}`)}`);
    Object.assign(place.env, { BUILD_SECRET: 'secret-of-the-build', DEPLOY_SECRET: 'secret-of-the-deploy' });
    await chmod(world.dataDirectory, 0o755);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startProcess(world, place);
    return card(
      world,
      `${world.repository.head().slice(0, 7)}`,
      /none|auto/.test(setting) && deploy.includes(KEPT) ? 'failed' : 'accepted',
    );
  }

  inBubblewrap(
    'is their own, of their step, and nothing of the bot',
    async () => {
      await walk('bubblewrap', `${KEPT}${DEPLOY}`);
      expect(await world.ledger()).toHaveLength(1);
      const loose = [
        '-not',
        '-path',
        '*/trees/*',
        '-not',
        '-path',
        '*/mirrors/*',
        '-not',
        '-path',
        '*/homes/*',
      ];
      const found = execFileSync(
        'find',
        [world.dataDirectory, ...loose, '-not', '-path', '*/pglite/*', '-perm', '/077'],
        { encoding: 'utf8' },
      );
      expect(found).toBe('');
      // Printed by the verify command, and masked.
      const holds = (text: string) => spawnSync('grep', ['-rqF', text, world.dataDirectory]).status === 0;
      expect([holds('*** ***'), holds('secret-of-the')]).toEqual([true, false]);
    },
    90_000,
  );

  thoroughTest(
    'without isolation belongs to their step too, but they can see the bot',
    async () => {
      const failed = await walk('none', `${KEPT}${DEPLOY}`);
      expect(buttonsOf(failed)).toContain('Show Log');
      expect(await world.ledger()).toEqual([]);
    },
    90_000,
  );
});
