import { existsSync } from 'node:fs';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type BotPlace, type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeStory, describeWith } from '../../support/services/tiers.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  LIN,
  openStore,
  openWorld,
  push,
  sendPush,
  typed,
  WEBHOOK_SECRET,
  type World,
  wordsOf,
} from '../../support/world.ts';

const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';
const integration = { name: 'integration', mode: 'continuous', deploy: { run: LEDGER } };
const prod = { name: 'prod', mode: 'approval', deploy: { run: LEDGER }, approvals: { required: 1 } };

const readyz = async ({ url }: BotProcess) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};
const notices = (world: World) =>
  world.sandbox.messages(CHANNEL).filter((message) => wordsOf(message).includes('Who may do what'));
const taken = (process: BotProcess) =>
  until(
    () => `another configuration is taken; it said ${process.output()}`,
    () => process.output().includes('another configuration was taken'),
  );

/** Puts a changed file in the place of the old one, as editors do. */
async function edit(config: string, change: (text: string) => string): Promise<void> {
  await writeFile(`${config}.new`, change(await readFile(config, 'utf8')));
  await rename(`${config}.new`, config);
}
const twoApprovals = (text: string) => text.replace('required: 1', 'required: 2');

describeStory('slipway start', (tier) => {
  let world: World;
  let place: BotPlace;
  let bot: BotProcess;

  beforeEach(async () => {
    world = await openWorld(tier);
    place = await describeBot(world, [integration, prod]);
    // The secret is in a file.
    const { HOOK_SECRET: _given, ...env } = place.env;
    await writeFile(join(world.scratch, 'hook'), `${WEBHOOK_SECRET}\n`);
    place = { ...place, env: { ...env, HOOK_SECRET_FILE: join(world.scratch, 'hook') } };
    bot = await startProcess(world, place);
  }, 60_000);
  afterEach(async () => {
    await bot.end('SIGKILL');
    await world.close();
  });

  test('takes a file that was replaced, and a secret that was rotated, and goes on by SIGHUP', async () => {
    const { short } = await push(world, bot.url, 'one');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await typed(world, LIN, 'approve prod');
    await edit(place.config, twoApprovals);
    await taken(bot);
    expect(bot.output()).toContain('shop/prod: 2 members must approve, before 1 member');
    await card(world, 'Who may do what in shop has changed');
    expect(await typed(world, ADA, 'deploy prod')).toContain('Refused:');

    await writeFile(join(world.scratch, 'hook'), 'a-secret-that-was-rotated');
    const sha = world.repository.commit({ 'app.txt': 'two' }, 'Two');
    world.repository.push();
    await until('the new secret is taken', async () => {
      const { status } = await sendPush(bot.url, world, sha, { secret: 'a-secret-that-was-rotated' });
      return status === 202;
    });
    expect((await sendPush(bot.url, world, sha)).status).toBe(401);
    expect(bot.output()).not.toContain('a-secret-that-was-rotated');

    await edit(place.config, (text) =>
      text.replace('mode: approval', 'mode: nobody').replace('channel:', 'chanel:'),
    );
    process.kill(bot.pid, 'SIGHUP');
    await until('it is said', () => bot.output().includes('the configuration is wrong'));
    expect(bot.output()).toContain('products.shop.environments[1].mode');
    expect(bot.output()).toContain('chanel');
    const wrong = await readyz(bot);
    expect(wrong.status).toBe(200);
    expect(wrong.text).toContain('cannot be taken');
    expect(await typed(world, ADA, 'status')).toContain('cannot be taken');
    await edit(place.config, (text) =>
      text.replace('mode: nobody', 'mode: approval').replace('chanel:', 'channel:'),
    );
    await until('it is right again', async () => (await readyz(bot)).text === '{"ready":true}');
    expect(notices(world)).toHaveLength(1);
    expect(await bot.end('SIGTERM')).toEqual({ code: 0 });
  }, 120_000);

  test('survives kill -9 in the middle of a reload: what was read is in force, and told once', async () => {
    const { short } = await push(world, bot.url, 'one');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    for (const [from, to] of [
      [1, 2],
      [2, 3],
      [3, 4],
    ] as const) {
      await edit(place.config, (text) => text.replace(`required: ${from}`, `required: ${to}`));
      process.kill(bot.pid, 'SIGHUP');
      // The second was read, and the third was being recorded.
      if (to > 2) await taken(bot);
      await bot.end('SIGKILL');
      bot = await startProcess(world, place);
      await until(
        () => `the channel is told; it was told ${notices(world).map(wordsOf).join('\n')}`,
        () => notices(world).some((message) => wordsOf(message).includes(`prod: ${to} members must approve`)),
        world.patienceMs,
      );
    }
    await typed(world, LIN, 'approve prod');
    expect(await typed(world, ADA, 'deploy prod')).toContain('Refused:');
    expect(notices(world)).toHaveLength(3);
  }, 180_000);
});

describeWith(['redis', 'mongo'], 'several processes', () => {
  let world: World;
  let place: BotPlace;
  let running: BotProcess[];

  beforeEach(async () => {
    world = await openWorld('services');
    running = [];
  }, 60_000);
  afterEach(async () => {
    for (const process of running) await process.end('SIGKILL');
    await world.close();
  });

  const start = async (from: BotPlace, role: 'all' | 'bot' | 'worker' = 'all') => {
    const started = await startProcess(world, from, role);
    running.push(started);
    return started;
  };

  test('with one file take it together, and the channel is told once', async () => {
    world.repository.commit({ 'app.txt': 'none' }, 'None');
    world.repository.push();
    place = await describeBot(world, [integration, prod]);
    const all = [await start(place, 'bot'), await start(place, 'bot'), await start(place, 'worker')];
    await edit(place.config, twoApprovals);
    for (const process of all) await taken(process);
    await card(world, 'Who may do what in shop has changed');
    for (const process of all)
      await until(
        () => `all are ready; one said ${process.output()}`,
        async () => (await readyz(process)).text === '{"ready":true}',
      );
    const { short } = await push(world, all[0]?.url ?? '', 'one');
    await card(world, `${short} accepted in shop/integration`);
    expect(notices(world)).toHaveLength(1);
  }, 120_000);

  test('of which one gets its file later: it decides nothing until then, says so, and loses no deploy', async () => {
    const began = join(world.scratch, 'began');
    const go = join(world.scratch, 'go');
    const wait = `touch ${began}; until [ -e ${go} ]; do sleep 0.1; done; ${LEDGER}`;
    place = await describeBot(world, [{ ...integration, deploy: { run: wait } }, prod]);
    const late = { ...place, config: join(world.scratch, 'late.yml') };
    await copyFile(place.config, late.config);
    const worker = await start(late, 'worker');
    const bot = await start(place, 'bot');
    const { sha, short } = await push(world, bot.url, 'one');
    await until('its deploy runs', () => existsSync(began));
    await edit(place.config, twoApprovals);
    await taken(bot);
    const old = await until('the late one knows', async () => {
      const answer = await readyz(worker);
      return answer.status === 503 ? answer.text : undefined;
    });
    expect(old).toContain('another process uses a newer configuration of shop');
    expect(worker.output()).toContain('another slipway.yml than the one that was taken last');
    const { store, close } = await openStore(world);
    const lease = async () =>
      (await store.load('environments', 'shop/integration'))?.open[0]?.attempts[0]?.leaseUntil ?? 0;
    const renewed = (await lease()) + QUICK.leaseMs;
    await until('its lease was renewed for longer than a lease', async () => (await lease()) > renewed);
    await close();
    await writeFile(go, '');
    await until('the deploy is done', async () => (await world.ledger()).length === 1, world.patienceMs);
    await copyFile(place.config, late.config);
    await until('the late one has it', async () => (await readyz(worker)).status === 200, world.patienceMs);
    await card(world, `${short} accepted in shop/integration`);
    expect(await world.ledger()).toEqual([`integration ${sha}`]);
    expect(notices(world)).toHaveLength(1);
  }, 180_000);
});
