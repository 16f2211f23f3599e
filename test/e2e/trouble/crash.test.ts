import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runs, taggedWith } from '../../runner/processes.ts';
import { type BotProcess, describeBot, spawnBot, startProcess } from '../../support/process.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import { buttonsOf, card, LIN, openWorld, push, sendPush, type World } from '../../support/world.ts';

const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';

const integration = { name: 'integration', mode: 'continuous', deploy: { run: LEDGER } };

/** Says that it began, then would write a file three seconds later; the file `calm` makes it end at once. */
function slowDeploy(world: World): string {
  const at = (name: string) => join(world.scratch, name);
  return [
    `if [ -e ${at('calm')} ]; then ${LEDGER}; exit 0; fi`,
    `(sleep 3; touch ${at('orphan')}) & echo "$! $$" >> ${at('began')}`,
    `sleep 3; touch ${at('orphan')}`,
  ].join('\n');
}

describeStory('kill -9 at any moment', (tier) => {
  let world: World;
  let bot: BotProcess;

  beforeEach(async () => {
    world = await openWorld(tier);
  });

  afterEach(async () => {
    await bot.end('SIGKILL');
    await world.close();
  });

  const at = (name: string) => join(world.scratch, name);

  /** What the slow deploy said when it began, each time. */
  const began = async () => (await readFile(at('began'), 'utf8')).trim().split('\n');

  /** The processes of the slow deploy of a commit, once it runs. */
  async function begun(sha: string): Promise<number[]> {
    await until('the deploy runs', () => existsSync(at('began')));
    return taggedWith(`SLIPWAY_COMMIT=${sha}`).filter(runs);
  }

  thoroughTest(
    'a push announced early is built when it is there, even if the process that received it was killed',
    async () => {
      const place = await describeBot(world, [integration]);
      const first = world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      bot = await startProcess(world, place);
      await card(world, `${first.slice(0, 7)} accepted in shop/integration`);
      const early = world.repository.commit({ 'app.txt': 'two' }, 'Two');
      expect((await sendPush(bot.url, world, early)).status).toBe(202);
      await bot.end('SIGKILL');
      bot = await startProcess(world, place);
      world.repository.push();
      await card(world, `${early.slice(0, 7)} accepted in shop/integration`);
    },
    60_000,
  );

  test('a running deploy is interrupted, its processes are gone, and only a person runs it again', async () => {
    const place = await describeBot(world, [{ ...integration, deploy: { run: slowDeploy(world) } }]);
    const first = world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    await writeFile(at('calm'), '');
    bot = await startProcess(world, place);
    await card(world, `${first.slice(0, 7)} accepted in shop/integration`);
    await rm(at('calm'));
    const { sha, short } = await push(world, bot.url, 'two');
    const processes = await begun(sha);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    // An orphan would have written its file by then.
    const due = Date.now() + 3_500;
    await bot.end('SIGKILL');
    await until('the command and all it started are gone', () => !processes.some(runs));

    bot = await startProcess(world, place);
    const interrupted = await card(world, `Deploy of ${short} to shop/integration was interrupted`);
    expect(buttonsOf(interrupted)).toEqual(['Retry', 'Roll Back', 'Show Log']);
    await until('time for an orphan to show itself', () => Date.now() > due);
    expect(existsSync(at('orphan'))).toBe(false);
    expect(await began()).toHaveLength(1);
    expect(await world.ledger()).toEqual([`integration ${first}`]);

    await writeFile(at('calm'), '');
    await world.sandbox.click(LIN, interrupted.ts, { text: 'Retry' });
    await card(world, `${short} accepted in shop/integration`);
    expect(await world.ledger()).toEqual([`integration ${first}`, `integration ${sha}`]);
  }, 120_000);

  thoroughTest(
    'a bot asked to stop during a deploy ends in good time, and the deploy is shown as interrupted',
    async () => {
      const place = await describeBot(world, [
        { ...integration, deploy: { run: `echo x >> ${at('began')}; sleep 60` } },
      ]);
      const short = world.repository.commit({ 'app.txt': 'one' }, 'One').slice(0, 7);
      world.repository.push();
      bot = await startProcess(world, place);
      await until('the deploy runs', () => existsSync(at('began')));
      expect(await bot.end('SIGTERM')).toEqual({ code: 0 });
      bot = await startProcess(world, place);
      await card(world, `Deploy of ${short} to shop/integration was interrupted`);
      expect((await readFile(at('began'), 'utf8')).trim().split('\n')).toHaveLength(1);
    },
    120_000,
  );

  thoroughTest(
    'an idempotent deploy is tried again by itself',
    async () => {
      const deploy = { run: slowDeploy(world), idempotent: true };
      const place = await describeBot(world, [{ ...integration, deploy }]);
      world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      bot = await startProcess(world, place);
      const short = world.repository.head().slice(0, 7);
      const processes = await begun(world.repository.head());
      expect(processes.length).toBeGreaterThanOrEqual(2);
      await bot.end('SIGKILL');
      await writeFile(at('calm'), '');
      bot = await startProcess(world, place);
      await card(world, `${short} accepted in shop/integration`);
      expect(processes.some(runs)).toBe(false);
      expect(existsSync(at('orphan'))).toBe(false);
      expect(await world.ledger()).toEqual([`integration ${world.repository.head()}`]);
    },
    120_000,
  );

  thoroughTest(
    'a build begins again, and its release follows',
    async () => {
      const run = `echo x >> ${at('began')}; [ -e ${at('calm')} ] || sleep 30`;
      const place = await describeBot(world, [integration], { run });
      world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      bot = await startProcess(world, place);
      await until('the build runs', () => existsSync(at('began')));
      await bot.end('SIGKILL');
      await writeFile(at('calm'), '');
      bot = await startProcess(world, place);
      await card(world, `${world.repository.head().slice(0, 7)} accepted in shop/integration`);
    },
    120_000,
  );

  thoroughTest(
    'a bake goes on where it was, and the time in which nobody looked does not count',
    async () => {
      const verify = { run: `echo x >> ${at('checks')}; sleep 0.3`, for: '12s', every: '1s' };
      const place = await describeBot(world, [{ ...integration, verify }]);
      const checks = () => readFileSync(at('checks'), 'utf8').trim().split('\n').length;
      const short = world.repository.commit({ 'app.txt': 'one' }, 'One').slice(0, 7);
      world.repository.push();
      bot = await startProcess(world, place);
      await until('it bakes', () => existsSync(at('checks')) && checks() >= 3);
      await bot.end('SIGKILL');
      const due = Date.now() + 13_000;
      await until('it would be over', () => Date.now() > due);
      bot = await startProcess(world, place);
      await card(world, `${short} accepted in shop/integration`);
      // A check and the wait before it count for a second each, whatever they took, and nothing waits for the first.
      expect(checks()).toBeGreaterThanOrEqual(7);
      expect(await world.ledger()).toHaveLength(1);
    },
    120_000,
  );

  // On the services tier processes that share a directory each take a place of their own in it (roles.test.ts).
  if (tier === 'services') return;

  thoroughTest(
    'a second process is refused with the name of the owner, and a killed owner leaves no lock',
    async () => {
      const place = await describeBot(world, [integration]);
      world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      bot = await startProcess(world, place);
      const second = spawnBot(place);
      expect(await second.ended).toEqual([3, null]);
      expect(second.output()).toContain(String(bot.pid));
      await bot.end('SIGKILL');
      bot = await startProcess(world, place);
      expect(await bot.end('SIGTERM')).toEqual({ code: 0 });
    },
    120_000,
  );
});
