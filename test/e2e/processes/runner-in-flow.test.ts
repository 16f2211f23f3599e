import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { runs, taggedWith } from '../../runner/processes.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  dialog,
  LIN,
  marksOf,
  openWorld,
  productOf,
  push,
  type World,
  wordsOf,
} from '../../support/world.ts';

const SECRET = 'pa55/word+with=signs';
const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';

describeStory('a deploy command and its card', (tier) => {
  let world: World;
  let bot: Running;
  let script: string;

  beforeAll(async () => {
    world = await openWorld(tier);
    script = join(world.scratch, 'deploy.sh');
    await writeFile(script, LEDGER);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    const product = productOf(world, [
      { name: 'integration', mode: 'continuous', deploy: `. ${script}`, verify: null },
    ]);
    product.env = { ...product.env, TOKEN: SECRET };
    product.secrets = [SECRET];
    bot = await startBot(world, product);
    await card(world, 'accepted in shop/integration');
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  function repliesOf(ts: string): string {
    const replies = world.sandbox.messages(CHANNEL).filter((message) => message.threadTs === ts);
    return replies.map(wordsOf).join('\n');
  }

  async function logFiles(): Promise<string> {
    // On the services tier a process has a numbered place of its own.
    const place = tier === 'embedded' ? '.' : 'processes/1';
    const directory = join(world.dataDirectory, place, 'logs', 'shop', 'integration');
    const names = await readdir(directory);
    const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
    return texts.join('\n');
  }

  test('fails, the card says how with the last line of the log, and Retry runs it again', async () => {
    await writeFile(script, 'echo begun; echo "disk full" >&2; exit 3');
    const { sha, short } = await push(world, bot.url, 'Two');
    const failed = await card(world, `Deploy of ${short} to shop/integration failed`, 'exit code 3');
    expect(wordsOf(failed)).toContain('disk full');
    expect(wordsOf(failed)).not.toContain('begun');
    expect(buttonsOf(failed)).toEqual(['Retry', 'Roll Back', 'Show Log']);
    await until(
      () => `the thread tells with the log; it says: ${repliesOf(failed.ts)}`,
      () => repliesOf(failed.ts).includes('begun'),
    );

    await writeFile(script, LEDGER);
    await Promise.all([
      world.sandbox.click(LIN, failed.ts, { text: 'Retry' }),
      world.sandbox.click(ADA, failed.ts, { text: 'Retry' }),
    ]);
    await card(world, `${short} accepted in shop/integration`);
    expect((await world.ledger()).filter((line) => line.includes(sha))).toHaveLength(1);
  });

  test('prints a secret, which is masked in Slack, in the dialog and in the log on disk', async () => {
    const encoded = Buffer.from(SECRET).toString('base64');
    await writeFile(
      script,
      `echo "plain $TOKEN"; echo "base64 $(printf %s "$TOKEN" | base64)"; echo "url ${encodeURIComponent(SECRET)}"; echo the end; exit 1`,
    );
    const { short } = await push(world, bot.url, 'Three');
    const failed = await card(world, `Deploy of ${short} to shop/integration failed`);
    await until(
      () => `the thread tells with the log; it says: ${repliesOf(failed.ts)}`,
      () => repliesOf(failed.ts).includes('the end'),
    );
    await world.sandbox.click(ADA, failed.ts, { text: 'Show Log' });
    const shown = await until('the log is shown', () => {
      const view = JSON.stringify(world.sandbox.views(ADA).at(-1)?.view ?? null);
      return view.includes('the end') && view;
    });
    const everything = [JSON.stringify(world.sandbox.messages(CHANNEL)), shown, await logFiles()].join('\n');
    expect(everything).toContain('plain ***');
    for (const form of [SECRET, encoded, encodeURIComponent(SECRET)]) {
      expect(everything).not.toContain(form);
      expect(everything).not.toContain(JSON.stringify(form).slice(1, -1));
    }
  });

  test('is cancelled while it runs, everything it started ends, and the card says so', async () => {
    const begun = join(world.scratch, 'begun');
    await writeFile(script, `(trap '' TERM HUP; touch ${begun}; sleep 300) &\nwait`);
    const { sha, short } = await push(world, bot.url, 'Four');
    const running = await card(world, `Deploying ${short} to shop/integration`);
    await until('all of it runs', () => existsSync(begun));
    const started = taggedWith(`SLIPWAY_COMMIT=${sha}`).filter(runs);
    expect(started.length).toBeGreaterThanOrEqual(2);
    await world.sandbox.click(LIN, running.ts, { text: 'Cancel' });
    const cancelled = await card(world, `Deploy of ${short} to shop/integration cancelled`);
    expect(wordsOf(cancelled)).toContain('Cancelled by Lin');
    expect(started.filter(runs)).toEqual([]);
    expect(buttonsOf(cancelled)).toEqual(['Retry', 'Roll Back', 'Show Log']);
  });

  test('is rolled back to the commit accepted before, once a reason is given', async () => {
    await writeFile(script, LEDGER);
    const cancelled = await card(world, 'to shop/integration cancelled');
    await world.sandbox.click(LIN, cancelled.ts, { text: 'Roll Back' });
    const { id, words } = await dialog(world, LIN);
    expect(words).toContain('Go back to');
    const [before] = (await world.ledger()).toReversed();
    const target = before?.split(' ')[1] ?? '';
    await world.sandbox.submit(LIN, id, { reason: { reason: 'half changed' }, target: { target } });
    await card(world, `shop/integration is back on ${target.slice(0, 7)}`, 'half changed');
    expect((await world.ledger()).at(-1)).toBe(`integration ${target}`);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  });
});

describeStory('a deploy command that never ends', (tier) => {
  let world: World;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    const deploy = 'sleep 300 & sleep 300 & wait';
    const product = productOf(world, [{ name: 'integration', mode: 'continuous', deploy }]);
    product.environments[0].deploy.timeoutMs = 1_000;
    bot = await startBot(world, product);
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('is ended at its time limit, with everything it started', async () => {
    const failed = await card(world, 'to shop/integration failed', 'ran past 1 s');
    expect(taggedWith(`LEDGER=${world.ledgerFile}`).filter(runs)).toEqual([]);
    // Nothing was ever accepted here: there is nothing to go back to.
    expect(buttonsOf(failed)).toEqual(['Retry', 'Show Log']);
  });
});
