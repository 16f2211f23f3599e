import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import type { SandboxOptions } from '../../../src/sandbox/server.ts';
import { startBot } from '../../support/bot.ts';
import { describeTiers, type Tier } from '../../support/services/tiers.ts';
import { pressedDialog } from '../../support/story.ts';
import { THOROUGH } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  GUEST,
  glimpse,
  LIN,
  MO,
  OVER_SOCKETS,
  openWorld,
  productOf,
  sendPush,
  toldOnly,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const NAME = 'a commit from a push to production';

describeTiers(NAME, (tier) => story(tier));
// test/e2e/trouble/sockets.test.ts connects by Socket Mode in every run.
if (THOROUGH) describe(`${NAME}, over Socket Mode`, () => story('embedded', OVER_SOCKETS));

function story(tier: Tier, slack: Partial<SandboxOptions> = {}): void {
  let world: World;
  let bot: Running;
  let sha: string;
  let short: string;

  beforeAll(async () => {
    world = await openWorld(tier, undefined, slack);
    world.repository.commit({ 'app.txt': 'one' }, 'First');
    world.repository.push();
    const verify = 'grep -q "^$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT$" "$LEDGER"';
    const product = productOf(
      world,
      [
        { name: 'integration', mode: 'continuous', verify },
        { name: 'prod', mode: 'approval', verify, policy: { current: { everyMs: 60_000 } } },
      ],
      { test: 'true' },
    );
    const run = `grep '^prod ' "$LEDGER" | tail -n 1 | cut -d ' ' -f 2`;
    product.environments[1]!.current = { ask: { command: { run, timeoutMs: 10_000 } } };
    bot = await startBot(world, product);
    await card(world, 'accepted in shop/integration');
    sha = world.repository.commit({ 'app.txt': 'two' }, 'Second *bold* <!channel> & more');
    short = sha.slice(0, 7);
    world.repository.push();
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('a push is built, deployed to integration and announced, with a button to promote it', async () => {
    const answer = await sendPush(bot.url, world, sha);
    expect(answer.status).toBe(202);
    const accepted = await card(world, `${short} accepted in shop/integration`);
    expect(buttonsOf(accepted)).toContain('Promote to prod');
    expect(await world.ledger()).toContain(`integration ${sha}`);
  });

  test('foreign text is never parsed as markup', async () => {
    const accepted = await card(world, `${short} accepted in shop/integration`);
    const rich = accepted.blocks.filter((block) => (block as { type: string }).type === 'rich_text');
    expect(JSON.stringify(rich)).toContain('<!channel>');
    const parsed = accepted.blocks.filter((block) => (block as { type: string }).type !== 'rich_text');
    expect(JSON.stringify(parsed)).not.toContain('<!channel>');
  });

  test('promote makes one candidate, even when two people do it at once', async () => {
    const accepted = await card(world, `${short} accepted in shop/integration`);
    const dialogs = [ADA, MO].map((person) =>
      pressedDialog(world, person, accepted.ts, { text: 'Promote to prod' }),
    );
    const [ada, mo] = await Promise.all(dialogs);
    expect(ada?.words).toContain(`Deploy ${short} to shop/prod`);
    expect(await world.sandbox.submit(ADA, ada?.id ?? '', {})).toEqual({ ok: true });
    expect(await world.sandbox.submit(MO, mo?.id ?? '', {})).toMatchObject({
      ok: false,
      errors: { 'commit:shop/prod': expect.stringContaining('already waiting for prod, as prod#1') },
    });
    const candidate = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    expect(buttonsOf(candidate)).toEqual(expect.arrayContaining(['Approve', 'Reject', 'Cancel']));
    const cards = world.sandbox
      .messages(CHANNEL)
      .filter((message) => message.threadTs === null && wordsOf(message).includes(`${short} to shop/prod`));
    expect(cards).toHaveLength(1);
    await card(world, `${short} accepted in shop/integration`, 'Promoted to prod by Ada');
  });

  test('nobody approves their own request, and no guest approves at all', async () => {
    const candidate = await card(world, `Deploy ${short} to shop/prod`);
    await world.sandbox.click(ADA, candidate.ts, { text: 'Approve' });
    await toldOnly(world, ADA, 'so you cannot approve');
    await world.sandbox.click(GUEST, candidate.ts, { text: 'Approve' });
    await toldOnly(world, GUEST, 'Refused:');
    expect(wordsOf(await card(world, `Deploy ${short} to shop/prod`))).toContain('0 of 1');
  });

  test('a slash command without the right is refused, with the people who have it', async () => {
    await world.sandbox.command(ADA, CHANNEL, '/release deploy prod#1');
    await toldOnly(world, ADA, 'has 0 of 1 approval');
  });

  test('one of two approvals at the same instant counts, and the other person is told', async () => {
    const candidate = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await Promise.all([
      world.sandbox.click(LIN, candidate.ts, { text: 'Approve' }),
      world.sandbox.click(MO, candidate.ts, { text: 'Approve' }),
    ]);
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    const told = await Promise.any([toldOnly(world, LIN, 'Refused:'), toldOnly(world, MO, 'Refused:')]);
    expect(wordsOf(told)).toMatch(/prod#1/);
  });

  test('deploy runs once, however often it is clicked, and not before', async () => {
    expect((await world.ledger()).filter((line) => line.startsWith('prod'))).toEqual([]);
    const approved = await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    await Promise.all([
      world.sandbox.click(ADA, approved.ts, { text: 'Deploy to prod' }),
      world.sandbox.click(LIN, approved.ts, { text: 'Deploy to prod' }),
    ]);
    await card(world, `Test ${short} in shop/prod`, 'Testing');
    expect((await world.ledger()).filter((line) => line.startsWith('prod'))).toEqual([`prod ${sha}`]);
  });

  test('a person accepts, and a late click on an old button is answered', async () => {
    const testing = await card(world, `Test ${short} in shop/prod`);
    await world.sandbox.click(MO, testing.ts, { text: 'Accept' });
    await card(world, `${short} accepted in shop/prod`, 'Accepted by Mo');
    await world.sandbox.click(LIN, testing.ts, { text: 'Approve', version: 0 });
    await toldOnly(world, LIN, 'not possible for');
  });

  test('status says what runs where', async () => {
    await world.sandbox.command(ADA, CHANNEL, '/release status');
    const board = await toldOnly(world, ADA, '2 environments');
    expect(wordsOf(board)).toContain(short);
  });

  test('rolling back needs a reason, and deploys what was accepted before', async () => {
    const next = world.repository.commit({ 'app.txt': 'three' }, 'Third');
    world.repository.push();
    await sendPush(bot.url, world, next);
    const nextShort = next.slice(0, 7);
    await card(world, `${nextShort} accepted in shop/integration`);
    await world.sandbox.command(ADA, CHANNEL, '/release promote integration');
    await card(world, `Deploy ${nextShort} to shop/prod`, 'Prepared');
    await world.sandbox.command(LIN, CHANNEL, '/release approve prod');
    await card(world, `Deploy ${nextShort} to shop/prod`, 'Approved');
    await world.sandbox.command(ADA, CHANNEL, '/release deploy prod');
    await card(world, `Test ${nextShort} in shop/prod`);
    await world.sandbox.command(LIN, CHANNEL, '/release accept prod');
    await card(world, `${nextShort} accepted in shop/prod`);
    expect(await glimpse(world, LIN, 'rollback prod')).toContain(`${short}, accepted`);
    await world.sandbox.command(LIN, CHANNEL, '/release rollback prod bad checkout');
    await card(world, `shop/prod is back on ${short}`, 'bad checkout');
    const prod = (await world.ledger()).filter((line) => line.startsWith('prod'));
    expect(prod).toEqual([`prod ${sha}`, `prod ${next}`, `prod ${sha}`]);
    await card(world, `${nextShort} accepted in shop/prod, revoked`);
  }, 60_000);

  test('what was deployed by hand is told as a drift, by what the environment says', async () => {
    expect(await typed(world, ADA, 'status prod')).not.toContain('drifted');
    const byHand = (await world.ledger()).find((line) => line.startsWith('prod') && !line.endsWith(sha))!;
    await appendFile(world.ledgerFile, `${byHand}\n`);
    await until('a status that says so', async () =>
      (await typed(world, ADA, 'status prod')).includes('drifted: it says that it runs'),
    );
    const told = await card(world, 'shop/prod has drifted');
    expect(wordsOf(told)).toContain(
      `it says that it runs ${byHand.slice('prod '.length, 'prod '.length + 7)}`,
    );
    expect(wordsOf(told)).toContain(short);
  }, 60_000);

  test('no card and no reply was posted twice', () => {
    const marks = world.sandbox.messages(CHANNEL).map((message) => JSON.stringify(message.metadata));
    expect(marks.length).toBeGreaterThan(10);
    expect(new Set(marks).size).toBe(marks.length);
  });
}
