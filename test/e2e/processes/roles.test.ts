import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { runs, taggedWith } from '../../runner/processes.ts';
import { type BotPlace, type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeWith } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  LIN,
  MO,
  marksOf,
  openWorld,
  push,
  sendPush,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';
const integration = { name: 'integration', mode: 'continuous', deploy: { run: LEDGER } };

describeWith(['redis', 'mongo'], 'bots and workers', () => {
  let world: World;
  let running: BotProcess[];

  beforeEach(async () => {
    world = await openWorld('services');
    running = [];
  });

  afterEach(async () => {
    for (const process of running) await process.end('SIGKILL');
    await world.close();
  });

  const at = (name: string) => join(world.scratch, name);

  async function start(place: BotPlace, role: 'bot' | 'worker'): Promise<BotProcess> {
    const started = await startProcess(world, place, role);
    running.push(started);
    return started;
  }

  /** The worker whose command says that it runs, and its guard. */
  async function workerOf(
    workers: BotProcess[],
  ): Promise<{ busy: BotProcess; idle: BotProcess; guard: number }> {
    await until('a command runs', () => existsSync(at('began')));
    const above = taggedWith('SLIPWAY_PRODUCT=shop').map(ancestors);
    const [busy, idle] = [...workers].sort((a) => (above.flat().includes(a.pid) ? -1 : 1));
    const line = above.find((pids) => busy && pids.includes(busy.pid));
    if (!busy || !idle || !line) throw new Error('no worker runs it');
    return { busy, idle, guard: line[line.indexOf(busy.pid) - 1] ?? 0 };
  }

  /** A process and those above it, lowest first. */
  function ancestors(pid: number): number[] {
    const status =
      pid > 0 && existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    return parent === undefined ? [] : [pid, ...ancestors(Number(parent))];
  }

  test('two bots and two workers take a commit to production, and any bot answers', async () => {
    const place = await describeBot(
      world,
      [integration, { ...integration, name: 'prod', mode: 'approval' }],
      {
        run: 'echo built here > made; echo what the build printed',
      },
    );
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    await start(place, 'worker');
    await start(place, 'worker');
    const [first, second] = [await start(place, 'bot'), await start(place, 'bot')];
    await card(world, 'accepted in shop/integration');
    const { sha, short } = await push(world, first.url, 'two');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    const candidate = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    world.sandbox.setRequestUrl(`${first.url}/slack/events`);
    await typed(world, LIN, 'approve prod');
    world.sandbox.setRequestUrl(`${second.url}/slack/events`);
    await typed(world, ADA, 'deploy prod');
    await card(world, `Test ${short} in shop/prod`, 'Testing');
    await world.sandbox.click(MO, candidate.ts, { text: 'Accept' });
    await card(world, `${short} accepted in shop/prod`);
    expect((await world.ledger()).filter((line) => line.endsWith(sha))).toEqual([
      `integration ${sha}`,
      `prod ${sha}`,
    ]);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  }, 120_000);

  thoroughTest(
    'a bot shows the log of a command that ran in another process',
    async () => {
      const place = await describeBot(world, [integration], { run: 'echo what the build printed; exit 3' });
      world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      await start(place, 'worker');
      await start(place, 'bot');
      const failed = await card(world, 'for shop failed');
      expect(wordsOf(failed)).toContain('what the build printed');
      await world.sandbox.click(ADA, failed.ts, { text: 'Show Log' });
      const shown = await until('the log', async () => {
        const views = world.sandbox.views(ADA).map(({ view }) => JSON.stringify(view));
        return views.findLast((view) => view.includes('what the build printed'));
      });
      expect(shown).toContain('Show Log');
    },
    60_000,
  );

  thoroughTest(
    'another worker builds again when a worker is killed during a build',
    async () => {
      const run = `[ -e ${at('calm')} ] || { touch ${at('began')}; sleep 60; }`;
      const place = await describeBot(world, [integration], { run });
      const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      await start(place, 'bot');
      const { busy } = await workerOf([await start(place, 'worker'), await start(place, 'worker')]);
      await writeFile(at('calm'), '');
      await busy.end('SIGKILL');
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
      expect(await world.ledger()).toEqual([`integration ${sha}`]);
    },
    90_000,
  );

  // `test/e2e/trouble/crash.test.ts` does the same in every run, with one process.
  thoroughTest(
    'the deploy of a killed worker is ended with it, and shown as interrupted',
    async () => {
      const run = `[ -e ${at('calm')} ] || { touch ${at('began')}; sleep 60; }; ${LEDGER}`;
      const place = await describeBot(world, [{ ...integration, deploy: { run } }]);
      const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      await start(place, 'bot');
      const { busy, guard } = await workerOf([await start(place, 'worker'), await start(place, 'worker')]);
      await busy.end('SIGKILL');
      await until('the guard is gone', () => !runs(guard));
      const interrupted = await card(
        world,
        `Deploy of ${sha.slice(0, 7)} to shop/integration was interrupted`,
      );
      await writeFile(at('calm'), '');
      await world.sandbox.click(LIN, interrupted.ts, { text: 'Retry' });
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
      expect(await world.ledger()).toEqual([`integration ${sha}`]);
    },
    120_000,
  );

  thoroughTest(
    'a frozen worker does no harm when it wakes: its command is gone, and its report is ignored',
    async () => {
      const run = `[ -e ${at('calm')} ] || { touch ${at('began')}; sleep 60; }; ${LEDGER}`;
      const place = await describeBot(world, [{ ...integration, deploy: { run, idempotent: true } }]);
      const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      await start(place, 'bot');
      const { busy, guard } = await workerOf([await start(place, 'worker'), await start(place, 'worker')]);
      await writeFile(at('calm'), '');
      process.kill(busy.pid, 'SIGSTOP');
      await until('its guard ended the command', () => !runs(guard), world.patienceMs);
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
      process.kill(busy.pid, 'SIGCONT');
      await until('it is ready again', async () => (await fetch(`${busy.url}/readyz`)).ok, world.patienceMs);
      await typed(world, ADA, 'status');
      expect(await world.ledger()).toEqual([`integration ${sha}`]);
    },
    120_000,
  );

  thoroughTest(
    'a worker that is asked to stop hands its build back, which does not count against the build',
    async () => {
      const run = `[ -e ${at('calm')} ] || { touch ${at('began')}; sleep 60; }`;
      const place = await describeBot(world, [integration], { run });
      const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      await start(place, 'bot');
      const { busy } = await workerOf([await start(place, 'worker'), await start(place, 'worker')]);
      await writeFile(at('calm'), '');
      expect(await busy.end('SIGTERM')).toEqual({ code: 0 });
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
      const mongo = await openMongo(world.services!.mongodb, { dataDirectory: world.dataDirectory });
      const built = await mongo.store.load('builds', `shop@${sha}`);
      await mongo.close();
      expect(built).toMatchObject({ status: 'succeeded', attempts: 2, interruptions: 0 });
    },
    90_000,
  );

  thoroughTest(
    'a bot that is asked to stop finishes what it has acknowledged',
    async () => {
      const place = await describeBot(world, [integration]);
      const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
      world.repository.push();
      await start(place, 'worker');
      const bot = await start(place, 'bot');
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
      await world.sandbox.command(MO, CHANNEL, '/release rollback integration on its way out');
      expect(await bot.end('SIGTERM')).toEqual({ code: 0 });
      const mongo = await openMongo(world.services!.mongodb, { dataDirectory: world.dataDirectory });
      const environment = await mongo.store.load('environments', 'shop/integration');
      await mongo.close();
      expect(environment?.settled.map(({ type }) => type)).toContain('rollback');
    },
    60_000,
  );

  test('a worker has no endpoint for webhooks or anything else', async () => {
    const place = await describeBot(world, [integration]);
    const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    const worker = await start(place, 'worker');
    expect((await sendPush(worker.url, world, sha)).status).toBe(404);
    expect((await fetch(`${worker.url}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect(await (await fetch(`${worker.url}/healthz`)).json()).toEqual({ ok: true });
    expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain(
      'slipway_last_sweep_timestamp_seconds ',
    );
    expect(existsSync(join(world.dataDirectory, 'processes/1/owner'))).toBe(true);
  }, 60_000);
});
