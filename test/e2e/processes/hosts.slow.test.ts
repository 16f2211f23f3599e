import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type BotPlace, type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeWith } from '../../support/services/tiers.ts';
import { ADA, card, LIN, MO, openWorld, push, typed, type World } from '../../support/world.ts';

/** Writes what the build made, which no other build would make again, and leaves something in the tree. */
const DEPLOY = [
  'test ! -e left || exit 9',
  'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT $(cat out/app)" >> "$LEDGER"',
  'touch left',
].join('; ');
const VERIFY = 'test ! -e left && test -s out/app && test -x out/run && test ! -e removed.txt';
const BUILD = [
  'mkdir out; head -c 9 /dev/urandom | base64 > out/app',
  'printf "#!/bin/sh\\n" > out/run; chmod +x out/run; rm removed.txt',
].join('; ');

describeWith(['redis', 'mongo'], 'workers on several hosts, each with a disk of its own', () => {
  let world: World;
  let running: BotProcess[];
  let place: BotPlace;

  beforeEach(async () => {
    world = await openWorld('services');
    running = [];
    const environment = { mode: 'continuous', deploy: { run: DEPLOY }, verify: { run: VERIFY } };
    place = await describeBot(
      world,
      [
        { ...environment, name: 'integration' },
        { ...environment, name: 'prod', mode: 'approval' },
      ],
      { run: BUILD },
    );
  });
  afterEach(async () => {
    for (const process of running) await process.end('SIGKILL');
    await world.close();
  });

  const hostOf = (name: string) => join(world.dataDirectory, name);
  async function start(role: 'bot' | 'worker', host: string): Promise<BotProcess> {
    const started = await startProcess(
      world,
      { ...place, env: { ...place.env, DATA_DIR: hostOf(host) } },
      role,
    );
    running.push(started);
    return started;
  }
  /** As a machine goes that nobody gets back. */
  async function lose(worker: BotProcess, host: string): Promise<void> {
    await worker.end('SIGKILL');
    rmSync(hostOf(host), { recursive: true });
  }
  async function toProd(short: string): Promise<void> {
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await typed(world, LIN, 'approve prod');
    await typed(world, ADA, 'deploy prod');
    const tested = await card(world, `Test ${short} in shop/prod`, 'Testing');
    await world.sandbox.click(MO, tested.ts, { text: 'Accept' });
    await card(world, `${short} accepted in shop/prod`);
  }

  test('one host deploys and rolls back to what another built, even if that one is lost and the commit was pushed away', async () => {
    const { repository } = world;
    repository.commit({ 'removed.txt': 'x', 'app.txt': 'zero' }, 'Zero');
    repository.push();
    const bot = await start('bot', 'host-0');
    const first = await start('worker', 'host-1');
    await card(world, 'accepted in shop/integration');
    const one = await push(world, bot.url, 'one');
    await card(world, `${one.short} accepted in shop/integration`);
    await lose(first, 'host-1');

    const second = await start('worker', 'host-2');
    await toProd(one.short);
    const built = (await world.ledger()).filter((line) => line.includes(one.sha));
    expect(built.map((line) => line.split(' ')[0])).toEqual(['integration', 'prod']);
    expect(new Set(built.map((line) => line.split(' ')[2])).size).toBe(1);

    // History is rewritten; the next commit replaces what was accepted, and proves bad.
    repository.git('commit', '--quiet', '--amend', '--message', 'Rewritten');
    repository.git('push', '--quiet', '--force', 'origin', 'main');
    const two = await push(world, bot.url, 'two');
    await card(world, `${two.short} accepted in shop/integration`);
    await toProd(two.short);
    await lose(second, 'host-2');
    const third = await start('worker', 'host-3');
    await typed(world, ADA, 'rollback prod vouchers charge twice');
    await card(world, `shop/prod is back on ${one.short}`);
    expect((await world.ledger()).at(-1)).toBe(`prod ${one.sha} ${built[0]?.split(' ')[2]}`);
    await third.end('SIGTERM');
    // Nobody's worktree is given to anybody with what a deploy left in it, and none is piled up.
    const worktrees = execFileSync('git', ['worktree', 'list'], {
      cwd: join(hostOf('host-3'), 'processes', '1', 'mirrors', 'shop.git'),
      encoding: 'utf8',
    });
    expect(worktrees.trim().split('\n').length).toBeLessThanOrEqual(3);
  }, 180_000);
});
