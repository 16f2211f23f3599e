import fc from 'fast-check';
import { measuredStore } from '../../../src/adapters/metrics/measured-store.ts';
import { PrometheusMetrics } from '../../../src/adapters/metrics/prometheus.ts';
import type { Build } from '../../../src/domain/documents/build.ts';
import type { Command, Commands } from '../../../src/domain/documents/commands/commands.ts';
import { SETTLED_KEPT } from '../../../src/domain/documents/document.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { buildId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { HeldLease } from '../../../src/flow/pipeline/attempt-lease.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { sweep } from '../../../src/flow/upkeep/sweep.ts';
import { NO_METRICS } from '../../../src/ports/metrics.ts';
import { StoreError } from '../../../src/ports/store.ts';
import { samplesIn, seriesOf, valueIn } from '../../adapters/metrics/scrape.ts';
import { until } from '../../support/until.ts';
import { openStage, requestBuild, type Stage } from '../support.ts';

const A = 'a'.repeat(40);

let stage: Stage;
let services: Services;
let metrics: PrometheusMetrics;
let now = 0;

beforeAll(async () => {
  stage = await openStage({ build: 'true', deploy: 'true' });
}, 60_000);
beforeEach(() => {
  metrics = new PrometheusMetrics(() => now);
  services = { ...stage.services, metrics, store: measuredStore(stage.services.store, metrics) };
});
afterAll(() => stage.close());

/** A scrape of now. */
async function scrape() {
  now += 1_000;
  return samplesIn(await metrics.text());
}

const command = <T extends Command['type']>(type: T, more: object) =>
  ({ id: services.newId(), actor: ROBOT, type, ...more }) as Extract<Command, { type: T }>;

const ofBuild = (type: Commands['builds']['type'], more: object) =>
  apply(services, 'builds', buildId('shop', A), command(type, more) as Commands['builds']);

test('a build whose worker died has ended, whoever notices it, and what the worker says later changes no count', async () => {
  await requestBuild(services, A);
  const begun = await ofBuild('beginBuild', {
    worker: 'dead',
    leaseUntil: services.clock.leaseNow() + 1_000,
  });
  expect(begun.answer).toMatchObject({ kind: 'accepted', attempt: 1 });
  await ofBuild('workersGone', { except: services.worker });
  const ended = (outcome: string) => ({ product: 'shop', outcome });
  expect(valueIn(await scrape(), 'slipway_builds_total', ended('interrupted'))).toBe(1);
  await ofBuild('reportBuild', { attempt: 1, outcome: { kind: 'succeeded' }, log: '' });
  const build = (await services.store.load('builds', buildId('shop', A))) as Build;
  expect(build.attempt?.outcome).toEqual({ kind: 'succeeded' });
  const samples = await scrape();
  expect(valueIn(samples, 'slipway_builds_total')).toBe(1);
  expect(valueIn(samples, 'slipway_build_duration_seconds_count')).toBe(1);
});

test('a repeated command is counted once', async () => {
  const lock = command('lock', { reason: 'once', forMs: null });
  await apply(services, 'products', 'shop', lock as Commands['products']);
  await apply(services, 'products', 'shop', lock as Commands['products']);
  expect(valueIn(await scrape(), 'slipway_commands_total', { verb: 'lock' })).toBe(1);
});

test('whatever people write, no command makes a series that the same command with other words would not', async () => {
  const written = async (words: [string, string]) => {
    const [one, other] = words;
    const by = { kind: 'person', id: one, name: other, member: true };
    const lock = { ...command('lock', { reason: one, forMs: null }), actor: by };
    await apply(services, 'environments', 'shop/integration', lock as unknown as Commands['environments']);
    const unlock = { ...command('unlock', { ownerGone: false }), actor: by };
    await apply(services, 'environments', 'shop/integration', unlock as unknown as Commands['environments']);
    const look = { ...command('look', { delivery: { id: other, after: A, pushedBy: one } }), actor: by };
    await apply(services, 'products', 'shop', look as unknown as Commands['products']);
    // What is refused, and what was, may differ; what it is called may not.
    return seriesOf(await scrape()).filter((series) => series.startsWith('slipway_'));
  };
  const names = new Set<string>();
  const outcomeless = (series: string) => series.replace(/"outcome":"\w+"/, '');
  // So often that documents forget what they settled, and the audit is asked.
  for (let round = 0; round <= SETTLED_KEPT; round += 1)
    for (const series of await written(['one', 'another'])) names.add(outcomeless(series));
  const text = fc.string({ minLength: 1, maxLength: 30, unit: 'binary' });
  await fc.assert(
    fc.asyncProperty(fc.tuple(text, text), async (words) => {
      const series = await written(words);
      expect(series.filter((one) => !names.has(outcomeless(one)))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('lost races and failures of the store are counted, and answered as they are', async () => {
  const fresh = { ...newEnvironment('shop', 'raced'), revision: 1 };
  expect(await services.store.save('environments', fresh)).toBe('saved');
  expect(await services.store.save('environments', fresh)).toBe('conflict');
  const failing = measuredStore(
    { ...stage.services.store, ping: () => Promise.reject(new StoreError('away')) } as Services['store'],
    metrics,
  );
  await expect(failing.ping()).rejects.toThrow('away');
  const samples = await scrape();
  expect(valueIn(samples, 'slipway_store_conflicts_total', { kind: 'environments' })).toBe(1);
  expect(valueIn(samples, 'slipway_store_failures_total', { operation: 'ping' })).toBe(1);
  expect(valueIn(samples, 'slipway_store_call_duration_seconds_count', { operation: 'save' })).toBe(2);
});

test('a lease that another attempt has taken is lost once', async () => {
  let renewals = 0;
  const held = new HeldLease(services, services.clock.leaseNow() + 60_000, {
    of: 'deploy',
    async renew() {
      renewals += 1;
      return { kind: 'taken' };
    },
    log: () => 'none',
    endOn: new AbortController().signal,
  });
  await held.renew();
  await held.renew();
  await held.end();
  expect(renewals).toBeGreaterThan(1);
  expect(valueIn(await scrape(), 'slipway_leases_lost_total', { of: 'deploy' })).toBe(1);
});

test('a sweep says for how long work has waited, by kind, and when it looked', async () => {
  const sha = 'b'.repeat(40);
  await requestBuild(services, sha);
  stage.clock.aheadMs = 5_000;
  try {
    await until('it waits', async () => {
      await sweep(services);
      return valueIn(await scrape(), 'slipway_oldest_due_seconds', { kind: 'builds' }) >= 4;
    });
  } finally {
    stage.clock.aheadMs = 0;
  }
  const samples = await scrape();
  expect(valueIn(samples, 'slipway_last_sweep_timestamp_seconds')).toBeGreaterThan(1e9);
  expect(
    samples.some(({ name, labels }) => name === 'slipway_oldest_due_seconds' && labels.kind === 'cards'),
  ).toBe(true);
});

test('NO_METRICS takes everything', () => {
  for (const tell of Object.values(NO_METRICS)) expect((tell as () => unknown)()).toBeUndefined();
});
