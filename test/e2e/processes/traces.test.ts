import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { deployToProd } from '../../support/story.ts';
import { type Received, type TraceReceiver, traceReceiver } from '../../support/traces.ts';
import { card, openWorld, productOf, push, type World } from '../../support/world.ts';

describeTiers('traces', (tier) => {
  let world: World;
  let receiver: TraceReceiver;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld(tier);
    receiver = await traceReceiver();
    world.repository.commit({ 'app.txt': 'zero' }, 'Zero');
    world.repository.push();
    const product = productOf(world, [
      { name: 'integration', mode: 'continuous', verify: 'true' },
      { name: 'prod', mode: 'approval' },
    ]);
    const traces = { url: `${receiver.url}/v1/traces`, headers: {}, service: 'slipway' };
    bot = await startBot(world, product, { traces });
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    await world.close();
  });

  test('a commit is one trace from its webhook to its announcement, and what people prepared another', async () => {
    const { sha, short } = await push(world, bot.url, 'one');
    await deployToProd(world, short);
    await card(world, `Test ${short} in shop/prod`);
    // What was not sent yet is sent with the stop.
    await bot.stop();

    const named = (name: string) =>
      receiver.spans.filter((span) => span.name === name && span.about['slipway.sha'] === sha);
    const [root] = named('push');
    const { traceId, spanId } = root!;
    expect(root!.parentSpanId).toBeUndefined();
    const ofCommit = receiver.spans.filter((span) => span.traceId === traceId);
    expect(ofCommit.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['push', 'build', 'deploy', 'verify', 'announce']),
    );
    for (const span of ofCommit)
      expect([span.name, span.parentSpanId ?? null]).toEqual([span.name, span === root ? null : spanId]);
    // In the order in which they happened, and none before the webhook.
    const [build, deploy, verify] = ['build', 'deploy', 'verify'].map(
      (name) => ofCommit.find((span) => span.name === name)!,
    );
    const times = [root!, build!, deploy!, verify!].flatMap(({ from, until }) => [from, until]);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(announcedAfter(ofCommit, verify!)).toBe(true);

    const [prepare] = named('prepare');
    expect(prepare!.links).toEqual([{ traceId, spanId }]);
    const ofRelease = receiver.spans.filter((span) => span.traceId === prepare!.traceId);
    expect(ofRelease.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['prepare', 'deploy', 'announce']),
    );
    expect(ofRelease.find(({ name }) => name === 'deploy')).toMatchObject({
      parentSpanId: prepare!.spanId,
      failed: false,
      about: { 'slipway.environment': 'prod', 'slipway.outcome': 'succeeded', 'slipway.kind': 'promotion' },
    });
    expect(JSON.stringify(receiver.spans)).not.toContain('Lovelace');
  }, 60_000);
});

/** The card was written after the verification ended. */
function announcedAfter(spans: Received[], { until }: Received): boolean {
  return spans.some(({ name, from }) => name === 'announce' && from >= until);
}
