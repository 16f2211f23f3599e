import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStored } from '../../../src/app/stored.ts';
import { portableOf } from '../../../src/app/transfer/portable.ts';
import { bodyOf, exported, storeOf } from '../../app/transfer/files.ts';
import { everything } from '../../contract/everything.ts';
import { exportOf, importInto, variablesOf } from '../../support/moved.ts';
import { type BotProcess, describeBot, spawnBot, startProcess } from '../../support/process.ts';
import { describeTiers, describeWith, type Tier } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { buttonsOf, card, openWorld, push, type World } from '../../support/world.ts';

const SLIPWAY = fileURLToPath(new URL('../../../dist/bin/slipway.js', import.meta.url));
const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';

describeTiers('an import that is killed', (tier: Tier) => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(tier);
  });
  afterEach(() => world.close());

  /** Starts `slipway import` of this file. */
  function importing(file: string) {
    const child = spawn(process.execPath, [SLIPWAY, 'import'], {
      env: { PATH: process.env.PATH, ...variablesOf(world) },
      stdio: [openSync(file, 'r'), 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    return { child, said: () => said, ended: once(child, 'exit') };
  }

  test('at any moment leaves a store on which nothing starts, or which is empty or whole', async () => {
    const file = join(world.scratch, 'export');
    // Enough to be killed within; a stand-in for MongoDB writes slowly.
    const many = tier === 'services' ? 6_000 : 20_000;
    const { text } = await exported(storeOf(everything(many)));
    writeFileSync(file, text);
    const place = await describeBot(world, [
      { name: 'integration', mode: 'continuous', deploy: { run: LEDGER } },
    ]);
    let halfFilled = 0;
    for (const words of ['Reading the file', 'Opening the store', 'documents are written']) {
      const { child, said, ended } = importing(file);
      await until(`it says ${words}`, () => said().includes(words));
      child.kill('SIGKILL');
      await ended;
      const stored = await openStored(variablesOf(world), 'fill');
      const portable = portableOf(stored);
      // On the services tier its sign of life lapses first.
      await until(
        'the killed import counts as dead',
        async () => (await portable.users(0)).length === 0,
        60_000,
      );
      const marked = await portable.isUnfinished();
      const total = Object.values(await portable.counts()).reduce((sum, count) => sum + count);
      await stored.close();
      if (!marked) {
        expect([words, total === 0 || total === many + 17]).toEqual([words, true]);
        continue;
      }
      halfFilled += 1;
      const bot = spawnBot(place);
      const [code] = await bot.ended;
      expect([words, code, bot.output()]).toEqual([words, 1, expect.stringContaining('import again')]);
    }
    expect(halfFilled).toBeGreaterThan(0);
    const { said, ended } = importing(file);
    expect([(await ended)[0], said()]).toEqual([
      0,
      expect.stringContaining(`Imported ${many + 17} documents`),
    ]);
    expect(bodyOf(await exportOf(world))).toEqual(bodyOf(text));
  }, 240_000);
});

describeWith(['redis', 'mongo'], 'a bot that was killed before it moved to the other tier', () => {
  test('shows the deploy that ran as interrupted, and runs it again only if a person says so', async () => {
    const world = await openWorld('embedded');
    const there = await openWorld('services');
    const begun = join(world.scratch, 'begun');
    const calm = join(world.scratch, 'calm');
    const run = `if [ -e ${calm} ]; then ${LEDGER}; exit 0; fi; touch ${begun}; sleep 60; ${LEDGER}`;
    const environments = [{ name: 'integration', mode: 'continuous', deploy: { run } }];
    let bot: BotProcess = await startProcess(world, await describeBot(world, environments));
    const { short } = await push(world, bot.url, 'one');
    await until('the deploy runs', () => existsSync(begun));
    await bot.end('SIGKILL');
    await importInto(there, await exportOf(world));

    const { tier, services, dataDirectory, patienceMs } = there;
    const moved: World = { ...world, tier, services, dataDirectory, patienceMs };
    bot = await startProcess(moved, await describeBot(moved, environments));
    const interrupted = await card(moved, `Deploy of ${short} to shop/integration was interrupted`);
    expect(await world.ledger()).toEqual([]);
    writeFileSync(calm, '');
    expect(buttonsOf(interrupted)).toContain('Retry');
    await bot.end('SIGTERM');
    await there.close();
    await world.close();
  }, 240_000);
});
