import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { PortUnavailable } from '../../../src/app/http.ts';
import type { Running } from '../../../src/app/start.ts';
import { type Sample, samplesIn, seriesOf, valueIn } from '../../adapters/metrics/scrape.ts';
import { startBot } from '../../support/bot.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { ADA, card, openWorld, productOf, push, typed, type World } from '../../support/world.ts';

describeTiers('metrics', (tier) => {
  let world: World;
  let bot: Running | undefined;

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'zero' }, 'Zero');
    world.repository.push();
  }, 60_000);
  afterEach(async () => {
    await bot?.stop();
    bot = undefined;
  });
  afterAll(() => world.close());

  const product = () =>
    productOf(world, [
      { name: 'integration', mode: 'continuous', deploy: 'grep -qv broken app.txt', verify: 'true' },
    ]);

  async function scrape(url: string): Promise<Sample[]> {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return samplesIn(await answer.text());
  }

  test('count a story: pushes, builds, deploys, a refusal, and what was asked of Slack and the store', async () => {
    bot = await startBot(world, product());
    const { url } = bot;
    await card(world, 'accepted in shop/integration');
    const { short } = await push(world, url, 'broken');
    await card(world, `Deploy of ${short} to shop/integration failed`);
    await typed(world, ADA, 'lock integration Looking at the failure');
    await typed(world, ADA, 'unlock integration');
    expect(await typed(world, ADA, 'unlock integration')).toContain('not locked');
    const place = { product: 'shop', environment: 'integration' };
    const counted = async () => {
      const samples = await scrape(url);
      const of = (name: string, labels: Record<string, string> = {}) => valueIn(samples, name, labels);
      return {
        builds: of('slipway_builds_total', { product: 'shop', outcome: 'succeeded' }),
        buildTimes: of('slipway_build_duration_seconds_count', { product: 'shop' }),
        deployed: of('slipway_deploys_total', { ...place, outcome: 'succeeded' }),
        failed: of('slipway_deploys_total', { ...place, outcome: 'failed' }),
        deployTimes: of('slipway_deploy_duration_seconds_count', place),
        verified: of('slipway_verifications_total', { ...place, outcome: 'succeeded' }),
        allDeploys: of('slipway_deploys_total'),
        locked: of('slipway_commands_total', { verb: 'lock', outcome: 'accepted' }),
        unlocked: of('slipway_commands_total', { verb: 'unlock', outcome: 'accepted' }),
        leasesLost: of('slipway_leases_lost_total'),
      };
    };
    const story = {
      builds: 2,
      buildTimes: 2,
      deployed: 1,
      failed: 1,
      deployTimes: 2,
      verified: 1,
      allDeploys: 2,
      locked: 1,
      unlocked: 1,
      leasesLost: 0,
    };
    await until('the scrape says so', async () => JSON.stringify(await counted()) === JSON.stringify(story));
    const samples = await scrape(url);
    const of = (name: string, labels: Record<string, string> = {}) => valueIn(samples, name, labels);
    expect(of('slipway_slack_calls_total', { methods: 'chat', outcome: 'ok' })).toBeGreaterThan(0);
    expect(of('slipway_slack_call_duration_seconds_count', { methods: 'chat' })).toBeGreaterThan(0);
    expect(of('slipway_store_call_duration_seconds_count', { operation: 'save' })).toBeGreaterThan(0);
    expect(of('slipway_decision_duration_seconds_count', { kind: 'environments' })).toBeGreaterThan(0);
    expect(of('slipway_last_sweep_timestamp_seconds')).toBeGreaterThan(1e9);
    expect(of('slipway_disk_free_bytes')).toBeGreaterThan(0);
    expect(of('process_start_time_seconds')).toBeGreaterThan(0);
    const served = new Set(samples.map(({ name }) => name));
    expect(served).toContain('slipway_undeliverable_cards');
    expect(served.has('slipway_clock_offset_seconds')).toBe(tier === 'services');
    // No commit, person or word of anybody is in it.
    expect(seriesOf(samples).filter((series) => new RegExp(`${short}|${ADA}|Looking`).test(series))).toEqual(
      [],
    );
  }, 60_000);

  test('are on METRICS_PORT alone where that is set, for everybody, and nothing else is there', async () => {
    bot = await startBot(world, product(), { metricsPort: 0 });
    const { url, metricsUrl = '' } = bot;
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    const behind = { 'X-Forwarded-For': '203.0.113.7', Via: '1.1 proxy' };
    const strange = await fetch(`${metricsUrl}/metrics`, { headers: behind });
    expect(strange.status).toBe(200);
    expect(samplesIn(await strange.text()).length).toBeGreaterThan(10);
    for (const path of ['/readyz', '/healthz', '/slack/events', '/hooks/github', '/'])
      expect((await fetch(`${metricsUrl}${path}`)).status).toBe(404);
    await bot.stop();
    bot = undefined;
    await expect(fetch(`${metricsUrl}/metrics`)).rejects.toThrow();
  });

  test('whoever holds up all connections to them does not hold up the bot', async () => {
    bot = await startBot(world, product(), { metricsPort: 0 });
    const { url, metricsUrl = '' } = bot;
    const sockets = Array.from({ length: 40 }, () => {
      const socket = connect(Number(new URL(metricsUrl).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write('GET /metrics HTTP/1.1\r\n');
      return socket;
    });
    try {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  test('a METRICS_PORT that is taken is named, and the process that could not start holds nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await until('it listens', () => other.listening);
    const { port } = other.address() as AddressInfo;
    const starting = startBot(world, product(), { metricsPort: port });
    await expect(starting).rejects.toThrow(PortUnavailable);
    await expect(starting).rejects.toThrow(
      `Port ${port} is in use. Stop what listens there, or set METRICS_PORT`,
    );
    other.close();
    bot = await startBot(world, product(), { metricsPort: port });
    expect(bot.metricsUrl).toBe(`http://127.0.0.1:${port}`);
  });
});
