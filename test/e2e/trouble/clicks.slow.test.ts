import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type BotPlace, type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  dialog,
  EVE,
  LIN,
  MO,
  openWorld,
  push,
  toldOnly,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';

const ENVIRONMENTS = [
  { name: 'integration', mode: 'continuous', deploy: { run: LEDGER } },
  { name: 'prod', mode: 'approval', deploy: { run: LEDGER }, approvals: { required: 1 } },
];

/** Nobody is looked up within this time while Slack hangs: requests are acknowledged, and nothing is written. */
const HANGING_MS = 60_000;

/** Who asks in which way. Ada types two commands: one names its commit, the other may mean something else later. */
const asker = { command: ADA, click: LIN, submission: MO, dialog: EVE } as const;

describeTiers('a bot that is killed after it acknowledged, and before it wrote', (tier) => {
  let world: World;
  let bot: BotProcess;
  let place: BotPlace;
  let first: string;

  beforeEach(async () => {
    // Slack waits as long as a loaded machine needs.
    world = await openWorld(tier, undefined, { acknowledgeMs: 10_000 });
    place = await describeBot(world, ENVIRONMENTS);
    first = world.repository.commit({ 'app.txt': 'one' }, 'One').slice(0, 7);
    world.repository.push();
    bot = await startProcess(world, place);
    await card(world, 'accepted in shop/integration');
  }, 120_000);

  afterEach(async () => {
    await bot.end('SIGKILL');
    await world.close();
  });

  const started = (timing = {}) => {
    const SLIPWAY_TIMING = JSON.stringify({ ...QUICK, ...timing });
    return startProcess(world, { ...place, env: { ...place.env, SLIPWAY_TIMING } });
  };
  const told = () => Object.values(asker).map((person) => world.sandbox.ephemerals(person).map(wordsOf));

  /** Prepares the head for prod, and returns the card of the release. */
  async function prepared(text: string, release: number) {
    const { short } = await push(world, bot.url, text);
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, `prepare prod ${short}`);
    return await card(world, `prod#${release}`, `Deploy ${short} to shop/prod`);
  }

  /** One request of each kind is acknowledged and then lost with its process. Nobody was answered by then. */
  async function askAndKill(approve: string, reject: string): Promise<void> {
    await world.sandbox.click(MO, reject, { text: 'Reject' });
    const { id } = await dialog(world, MO);
    // Nobody is remembered: each request begins with a look at who asks.
    await bot.end('SIGKILL');
    world.sandbox.faults.plan('users.info', { kind: 'hang', ms: HANGING_MS });
    bot = await started({ slackTimeoutMs: HANGING_MS });
    const before = told();
    const acknowledged = await Promise.all([
      world.sandbox.command(asker.command, CHANNEL, '/release pause integration until it is over'),
      world.sandbox.command(asker.command, CHANNEL, `/release prepare prod ${first}`),
      world.sandbox.click(asker.click, approve, { text: 'Approve' }),
      world.sandbox.submit(asker.submission, id, { reason: { reason: 'The text is wrong' } }),
      world.sandbox.click(asker.dialog, approve, { text: 'Reject' }),
    ]);
    expect(acknowledged).toEqual(acknowledged.map(() => ({ ok: true })));
    await bot.end('SIGKILL');
    expect(told()).toEqual(before);
    world.sandbox.faults.clear('users.info');
  }

  test('does what was asked when it is started again, once, or tells who asked', async () => {
    const pause = 'while it worked on “/release pause integration until it is over”.';
    const rejected = await prepared('two', 1);
    const approved = await prepared('three', 2);
    await askAndKill(approved.ts, rejected.ts);
    bot = await started();
    await toldOnly(world, asker.command, pause);
    await toldOnly(world, asker.command, 'prod#3');
    const shown = () =>
      wordsOf(world.sandbox.messages(CHANNEL).find(({ ts }) => ts === approved.ts) ?? approved);
    await until(
      () =>
        `the approval is on the card; it says:\n${shown()}\nand they were told:\n${JSON.stringify(told())}`,
      () => shown().includes('approved by Lin'),
    );
    await card(world, 'Rejected by Mo', 'The text is wrong');
    // The dialog cannot be opened any more, or there is nothing to reject by then.
    const [said] = await until('who wanted a dialog is told', () => told()[3]?.length && told()[3]);
    expect(said).toMatch(/came too late to open the dialog|Refused: /);

    const answers = told();
    await bot.end('SIGKILL');
    bot = await started();
    const status = await typed(world, ADA, 'status');
    expect(status).not.toContain('paused');
    expect(status).toContain('prod#3');
    expect(status).not.toContain('prod#4');
    expect(told()).toEqual([[...answers[0]!, status], ...answers.slice(1)]);
  }, 240_000);

  test('tells who asked when too much time has passed to do it', async () => {
    const rejected = await prepared('two', 1);
    const approved = await prepared('three', 2);
    await askAndKill(approved.ts, rejected.ts);
    bot = await started({ requestLateMs: 1 });
    for (const [person, what] of [
      [asker.command, '“/release pause integration until it is over”'],
      [asker.command, `“/release prepare prod ${first}”`],
      [asker.click, '“Approve”'],
      [asker.dialog, '“Reject”'],
    ] as const) {
      await toldOnly(world, person, `Slipway was interrupted while it worked on ${what}.`);
    }
    const direct = () => world.sandbox.messages(asker.submission).map(wordsOf).join('\n');
    await until('a direct message', () => direct().includes('while it worked on “Reject”'));
    expect(await typed(world, ADA, 'status')).not.toContain('paused');
  }, 240_000);
});
