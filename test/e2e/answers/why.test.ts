import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { promote } from '../../support/story.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  clicked,
  LIN,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

/** Longer than people of a test need until they have pressed Deploy, on a slow machine. */
const SOAK_MS = 25_000;
const FREEZE_MS = 25_000;
const PATIENT_MS = 120_000;

/** Writes when it ran, in milliseconds. */
const DEPLOY = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT $(date +%s%3N)" >> "$LEDGER"';

describeStory('why a release does not start, and when it does', (tier) => {
  let world: World;
  let bot: Running;
  const clock = { aheadMs: 0 };
  const now = () => Date.now() + clock.aheadMs;

  const product = (policy: Partial<EnvironmentPolicy>) =>
    productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval', deploy: DEPLOY, policy },
    ]);

  const deploysOf = async (sha: string) =>
    (await world.ledger()).filter((line) => line.startsWith(`prod ${sha}`));

  /** A candidate for prod of a commit that was just pushed. */
  async function candidate(text: string): Promise<{ sha: string; short: string }> {
    const { sha, short } = await push(world, bot.url, text);
    const accepted = await card(world, `${short} accepted in shop/integration`);
    await promote(world, ADA, accepted.ts, 'prod');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    return { sha, short };
  }

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'zero' }, 'zero');
    world.repository.push();
    bot = await startBot(world, product({ soakMs: SOAK_MS }), { now });
  }, PATIENT_MS);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('says what could be promoted when nothing waits', async () => {
    const accepted = await card(world, 'accepted in shop/integration');
    const short = /[0-9a-f]{7}/.exec(accepted.text)?.[0] ?? '';
    expect(await typed(world, ADA, 'why prod')).toContain(
      `Nothing waits for prod. Newest accepted in integration: ${short}.`,
    );
    expect(buttonsOf(world.sandbox.ephemerals(ADA).at(-1) ?? { blocks: [] })).toEqual(['Promote to prod']);
    expect(await typed(world, ADA, 'why prod#7')).toContain('shop/prod has no release #7');
  });

  test(
    'names every gate, and a deploy queued during soak starts by itself when soak ends',
    async () => {
      const { sha, short } = await candidate('soaks');
      const waiting = await card(world, `Deploy ${short} to shop/prod`, '0 of 1 approval', 'soak until');
      const told = await typed(world, ADA, 'why prod');
      expect(told).toContain('cannot deploy yet: 2 gates are shut');
      expect(told).toMatch(/Earliest start: .*, if the approval is settled by then/);
      for (const gate of [
        'approvals 0 of 1',
        'You cannot: you prepared it',
        'soak: it ends',
        'built',
        'order (',
        'freeze',
        'lock',
        'free',
      ])
        expect(told).toContain(gate);
      expect(await clicked(world, ADA, waiting.ts, 'Why')).toContain('2 gates are shut');
      await world.sandbox.click(LIN, waiting.ts, { text: 'Approve' });
      const approved = await card(world, `Deploy ${short} to shop/prod`, 'Approved', 'soak until');
      await world.sandbox.click(ADA, approved.ts, { text: 'Deploy to prod' });
      await card(
        world,
        `Deploy ${short} to shop/prod`,
        'Queued by Ada: starts by itself',
        'when its soak ends',
      );
      expect(await deploysOf(sha)).toEqual([]);
      const soaked = Date.now();
      clock.aheadMs += SOAK_MS;
      await card(world, `Test ${short} in shop/prod`);
      const [deploy, ...more] = await deploysOf(sha);
      expect(more).toEqual([]);
      expect(Number(deploy?.split(' ')[2])).toBeGreaterThanOrEqual(soaked);
      await typed(world, LIN, 'accept prod');
    },
    PATIENT_MS,
  );

  test(
    'a freeze refuses Deploy and says until when, and the same release can go when it is over',
    async () => {
      const { sha, short } = await candidate('frozen');
      await typed(world, LIN, 'approve prod');
      await card(world, `Deploy ${short} to shop/prod`, 'Approved');
      await bot.stop();
      const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19);
      const freeze = { kind: 'dated', from: iso(now() - 3_600_000), to: iso(now() + FREEZE_MS) } as const;
      bot = await startBot(
        world,
        product({ startApproved: true, freeze: [{ ...freeze, timezone: 'UTC', reason: 'Fair' }] }),
        { now },
      );
      expect(await typed(world, ADA, 'deploy prod')).toContain('Refused: shop/prod is frozen until');
      expect(await typed(world, ADA, 'why prod')).toMatch(/1 gate is shut[\s\S]*freeze “Fair”: it ends/);
      clock.aheadMs += FREEZE_MS;
      const open = await card(world, `Deploy ${short} to shop/prod`, 'Approved, every gate is open');
      expect(buttonsOf(open)).toContain('Deploy to prod');
      expect(await deploysOf(sha)).toEqual([]);
      await world.sandbox.click(ADA, open.ts, { text: 'Deploy to prod' });
      await card(world, `Test ${short} in shop/prod`);
      expect(await deploysOf(sha)).toHaveLength(1);
      await typed(world, LIN, 'accept prod');
    },
    PATIENT_MS,
  );

  test(
    'with start: approved, the last approval asks first and starts the deploy',
    async () => {
      const { sha, short } = await candidate('started');
      const waiting = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
      expect(JSON.stringify(waiting.blocks)).toContain(
        'Yours is the last approval: the deploy starts at once.',
      );
      await world.sandbox.click(LIN, waiting.ts, { text: 'Approve' });
      const testing = await card(world, `Test ${short} in shop/prod`);
      expect(wordsOf(testing)).toContain('approved by Lin');
      expect(await deploysOf(sha)).toHaveLength(1);
    },
    PATIENT_MS,
  );

  test(
    'status shows what waits, and nothing was posted twice',
    async () => {
      const { short } = await candidate('waits');
      const board = await typed(world, ADA, 'status prod');
      expect(board).toContain(`${short} prepared: 0 of 1 approval`);
      const marks = world.sandbox.messages(CHANNEL).map((message) => JSON.stringify(message.metadata));
      expect(new Set(marks).size).toBe(marks.length);
    },
    PATIENT_MS,
  );
});
