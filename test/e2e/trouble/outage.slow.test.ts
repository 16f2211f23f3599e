import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Readiness } from '../../../src/app/http.ts';
import { type BotProcess, describeBot, spawnBot, startProcess } from '../../support/process.ts';
import { type PrivateServer, privateServer, seekMongo, seekRedis } from '../../support/services/servers.ts';
import { describeWith } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  marksOf,
  openWorld,
  push,
  toldOnly,
  typed,
  type World,
} from '../../support/world.ts';

const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';

/** A service that this test may stop: one of its own, whatever the run was given. */
async function ownServer(sought: Awaited<ReturnType<typeof seekMongo>>): Promise<PrivateServer> {
  if ('missing' in sought) throw new Error(sought.missing);
  return privateServer(sought.program);
}

describeWith(['redis', 'mongo'], 'a server that goes away and comes back', () => {
  let redis: PrivateServer;
  let mongo: PrivateServer;
  let world: World;
  let bot: BotProcess;

  beforeEach(async () => {
    redis = await ownServer(seekRedis());
    mongo = await ownServer(await seekMongo());
    world = await openWorld('services', { redis: redis.url, mongodb: mongo.url });
  }, 60_000);

  afterEach(async () => {
    await bot.end('SIGKILL');
    await Promise.all([world.close(), redis.close(), mongo.close()]);
  }, 120_000);

  const at = (name: string) => join(world.scratch, name);
  const ready = async (): Promise<Readiness> =>
    (await fetch(`${bot.url}/readyz`)).json() as Promise<Readiness>;

  /** A deploy waits for the file `calm`, so that something can happen while it runs. */
  async function startWithSlowDeploy(): Promise<string> {
    const run = `touch ${at('began')}; while [ ! -e ${at('calm')} ]; do sleep 0.1; done; ${LEDGER}`;
    const place = await describeBot(world, [{ name: 'integration', mode: 'continuous', deploy: { run } }]);
    const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startProcess(world, place);
    await until('the deploy runs', () => existsSync(at('began')), world.patienceMs);
    return sha;
  }

  test('everything continues when Redis is emptied during a deploy and pushes', async () => {
    const first = await startWithSlowDeploy();
    await redis.stop('SIGKILL');
    await until('it is said', async () => 'degraded' in (await ready()));
    const { sha, short } = await push(world, bot.url, 'two');
    await writeFile(at('calm'), '');
    await redis.start({ emptied: true });
    await card(world, `${short} accepted in shop/integration`);
    expect(await ready()).toEqual({ ready: true });
    expect(await world.ledger()).toEqual([`integration ${first}`, `integration ${sha}`]);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  }, 120_000);

  test('the outcome of a deploy that ends while MongoDB is away is reported when it is back', async () => {
    const sha = await startWithSlowDeploy();
    await mongo.stop('SIGKILL');
    // Within its lease: a store that is away for longer ends the command, as nobody knows who else acts then.
    await writeFile(at('calm'), '');
    await until('the deploy has ended', async () => (await world.ledger()).length === 1);
    await until('it is said', async () => !(await ready()).ready);
    await world.sandbox.command(ADA, CHANNEL, '/release rollback integration while it is away');
    await toldOnly(
      world,
      ADA,
      'Errored: The store did not answer. Nothing was changed. Try again in a minute.',
    );
    await mongo.start();
    await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
    expect(await typed(world, ADA, 'status')).toContain(`integration runs ${sha.slice(0, 7)}`);
    expect(await world.ledger()).toEqual([`integration ${sha}`]);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  }, 120_000);

  test('a bot that starts before MongoDB waits for it, and says so', async () => {
    const place = await describeBot(world, [
      { name: 'integration', mode: 'continuous', deploy: { run: LEDGER } },
    ]);
    const sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    await mongo.stop('SIGKILL');
    const early = spawnBot(place);
    const saidSo = () => early.output().includes('MongoDB cannot be used yet');
    await until('it says what it waits for', saidSo, world.patienceMs);
    await mongo.start();
    await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
    early.child.kill('SIGTERM');
    expect(await early.ended).toEqual([0, null]);
    bot = await startProcess(world, place);
  }, 120_000);
});
