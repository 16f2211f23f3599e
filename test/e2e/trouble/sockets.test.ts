import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { connected, startBot } from '../../support/bot.ts';
import { approvedForProd, withReason } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  card,
  clicked,
  dialog,
  GUEST,
  LIN,
  MO,
  marksOf,
  OVER_SOCKETS,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describe('over Socket Mode', () => {
  let world: World;
  let bot: Running;

  const product = () =>
    productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval', verify: null },
    ]);

  /** Slack's side of the connections. */
  function slack() {
    const { socketMode } = world.sandbox;
    if (!socketMode) throw new TypeError('the workspace speaks Socket Mode');
    return socketMode;
  }

  async function readyz(): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${bot.url}/readyz`);
    return { status: answer.status, body: await answer.json() };
  }

  beforeAll(async () => {
    // A busy machine takes its time for two dozen clicks at once; what Slack's three seconds mean is tested elsewhere.
    world = await openWorld('embedded', undefined, { ...OVER_SOCKETS, acknowledgeMs: 8_000 });
    const first = world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startBot(world, product());
    await card(world, `${first.slice(0, 7)} accepted in shop/integration`);
  }, 60_000);

  afterEach(() => {
    world.sandbox.faults.clear();
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  });

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('there is nothing at the endpoint for HTTP, and the bot is ready', async () => {
    const answer = await fetch(`${bot.url}/slack/events`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(404);
    expect(await readyz()).toEqual({ status: 200, body: expect.objectContaining({ ready: true }) });
  });

  test('a refusal is told to one person, and a dialog takes a reason', async () => {
    const { short } = await push(world, bot.url, 'Two');
    await approvedForProd(world, short);
    const approved = await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    expect(await clicked(world, GUEST, approved.ts, 'Deploy to prod')).toContain('Refused:');
    expect(await typed(world, MO, 'deploi prod')).toContain('no command');
    await withReason(world, LIN, approved.ts, 'Reject', 'not *this* week');
    const rejected = await card(world, `Not deployed: ${short} to shop/prod`, 'Rejected by Lin');
    expect(wordsOf(rejected)).toContain('not *this* week');
  });

  test('a click and a submission that Slack delivers twice are each done once', async () => {
    const { short } = await push(world, bot.url, 'Three');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    const prepared = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    const told = world.sandbox.ephemerals(LIN).length;
    world.sandbox.faults.planDelivery('interactive', { kind: 'twice' }, 2);
    await world.sandbox.click(LIN, prepared.ts, { text: 'Approve' });
    const approved = await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    world.sandbox.faults.clear();
    await world.sandbox.click(ADA, approved.ts, { text: 'Cancel' });
    const { id } = await dialog(world, ADA);
    world.sandbox.faults.planDelivery('interactive', { kind: 'twice' }, 1);
    await world.sandbox.submit(ADA, id, { reason: { reason: 'enough' } });
    const cancelled = await card(world, `Not deployed: ${short} to shop/prod`, 'Cancelled by Ada');
    expect(buttonsOf(cancelled)).toEqual(['Prepare Again']);
    const said = () =>
      world.sandbox
        .messages(cancelled.channel)
        .filter((message) => message.threadTs === cancelled.ts && wordsOf(message).includes('Ada cancelled'));
    await until('the thread tells', () => said().length > 0);
    // Whoever asks next is answered after what was said before.
    await typed(world, LIN, 'status');
    expect(said()).toHaveLength(1);
    expect(world.sandbox.ephemerals(LIN)).toHaveLength(told + 1);
  });

  test('while all connections are replaced in the same second, every click is answered', async () => {
    const before = slack().opened;
    const shown = await card(world, 'Not deployed:', 'Cancelled by Ada');
    let asked = 0;
    let fewest = slack().links.length;
    const answers: Promise<string>[] = [];
    await until('both are replaced, and the old ones are gone', async () => {
      if (answers.length % 4 === 0 && asked < 2) {
        asked += 1;
        slack().disconnect(asked === 1 ? 'warning' : 'refresh_requested');
      }
      fewest = Math.min(fewest, slack().links.length);
      if (answers.length < 24) answers.push(clickedOnce(shown.ts));
      return answers.length >= 24 && slack().opened >= before + 2 && slack().links.length === 2;
    });
    expect(fewest).toBeGreaterThanOrEqual(2);
    for (const answer of await Promise.all(answers)) expect(answer).toBe('taken');
  });

  /** Looks something up by a click. The bot answers each one by itself. */
  async function clickedOnce(ts: string): Promise<string> {
    const answer = await world.sandbox.click(GUEST, ts, { text: 'Prepare Again' });
    return answer.ok ? 'taken' : answer.error;
  }

  test('without a connection it is not ready and says so, and it connects again by itself', async () => {
    world.sandbox.faults.plan('apps.connections.open', { kind: 'server_error', status: 503 });
    for (const link of [...slack().links]) link.cut();
    const notReady = await until('it is not ready', async () => {
      const seen = await readyz();
      return seen.status === 503 && JSON.stringify(seen.body).includes('HTTP 503') && seen;
    });
    expect(JSON.stringify(notReady.body)).toContain('no connection to Slack is open');
    expect((await fetch(`${bot.url}/healthz`)).status).toBe(200);
    expect((await world.sandbox.command(ADA, '#shop-releases', '/release status')).ok).toBe(false);
    world.sandbox.faults.clear();
    await connected(world);
    await until('it is ready', async () => (await readyz()).status === 200);
    expect(await typed(world, ADA, 'status')).toContain('2 environments');
  });

  test('a stop loses no click that was acknowledged', async () => {
    const { short } = await push(world, bot.url, 'Four');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    const prepared = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    const clicks = [LIN, MO].map((who) => world.sandbox.click(who, prepared.ts, { text: 'Approve' }));
    const [first] = await Promise.all(clicks);
    await bot.stop();
    expect(first).toEqual({ ok: true });
    expect(slack().links).toHaveLength(0);
    bot = await startBot(world, product());
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
  });
});
