import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  clicked,
  EVE,
  GUEST,
  glimpse,
  LIN,
  MO,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const MANAGERS = '@release-managers';
const SECURITY = '@security';

type Prod = NonNullable<Parameters<typeof productOf>[1][number]['people']>;

describeStory('RULES 9: approvals and roles', (tier) => {
  let world: World;
  let bot: Running | null = null;
  let commits = 0;

  beforeAll(async () => {
    world = await openWorld(tier, undefined, {
      people: [
        { id: ADA, name: 'Ada', email: 'Ada@example.com' },
        { id: LIN, name: 'Lin', email: 'lin@example.com' },
        { id: MO, name: 'Mo' },
        { id: EVE, name: 'Eve', email: 'eve@example.com' },
        { id: GUEST, name: 'Gus', isRestricted: true },
      ],
      groups: [
        { id: 'S0MANAGERS', handle: 'release-managers', name: 'Release Managers', members: [LIN, MO] },
        { id: 'S0SECURITY', handle: 'security', name: 'Security', members: [LIN, EVE] },
      ],
    });
    world.repository.commit({ 'app.txt': 'zero' }, 'Zero');
    world.repository.push();
  }, 60_000);

  afterEach(() => world.sandbox.faults.clear());

  afterAll(async () => {
    await bot?.stop();
    await world.close();
  });

  /** A bot whose prod lets these people decide; what was asked of Slack before is forgotten. */
  async function governed(people: Prod): Promise<Running> {
    await bot?.stop();
    const environments = [
      { name: 'integration', mode: 'continuous' as const },
      { name: 'prod', mode: 'approval' as const, people },
    ];
    bot = await startBot(world, productOf(world, environments));
    return bot;
  }

  /** A commit that is accepted in integration. Ada writes them all. */
  async function built(running: Running): Promise<string> {
    commits += 1;
    const { short } = await push(world, running.url, `commit ${commits}`);
    await card(world, `${short} accepted in shop/integration`);
    return short;
  }

  /** Asked for in prod; what its requester was answered, how it is called, and its card. */
  async function asked(short: string, by: string) {
    const answer = await typed(world, by, `prepare prod ${short} please`);
    const name = /prod#\d+/.exec(answer)?.[0] ?? `no release: ${answer}`;
    return { answer, name, candidate: await card(world, `Deploy ${short} to shop/prod`) };
  }

  async function thread(ts: string, says: string) {
    return until(`a reply that says ${says}`, () =>
      world.sandbox.messages(CHANNEL).find((one) => one.threadTs === ts && wordsOf(one).includes(says)),
    );
  }

  test('two overlapping groups never deadlock, as a person in both counts where they are needed', async () => {
    const overlapping = {
      rules: [
        { required: 1, from: [MANAGERS] },
        { required: 1, from: [SECURITY] },
      ],
    };
    const running = await governed(overlapping);
    const short = await built(running);
    const { candidate, answer, name } = await asked(short, ADA);
    expect(answer).not.toContain('Warning');
    expect(wordsOf(candidate)).toContain(
      '0 of 2 approvals, needs 1 of <!subteam^S0MANAGERS> and 1 of <!subteam^S0SECURITY>',
    );
    await world.sandbox.click(LIN, candidate.ts, { text: 'Approve' });
    await card(world, short, '1 of 2 approvals, still needs release-managers or security');
    // A click is answered by the card; who is in neither group is told whose it is.
    const no = await clicked(world, ADA, candidate.ts, 'Approve');
    expect(no).toContain('you prepared prod#1, so you cannot approve');
    await world.sandbox.click(MO, candidate.ts, { text: 'Approve' });
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    await thread(candidate.ts, 'Mo approved, 2 of 2.');
    // Both were in their groups when they said yes: that is what counts.
    const groups = world.sandbox.workspace.userGroups;
    const members = groups.map((group) => group.members);
    for (const group of groups) group.members = [];
    await governed(overlapping);
    await typed(world, ADA, `deploy ${name}`);
    await card(world, `Test ${short} in shop/prod`, 'Testing');
    for (const [index, group] of groups.entries()) group.members = members[index] ?? [];
    await typed(world, LIN, `accept ${name}`);
  }, 120_000);

  thoroughTest(
    'a person in no approving group is refused, and told who can approve',
    async () => {
      const running = await governed({
        rules: [
          { required: 1, from: [MANAGERS] },
          { required: 1, from: [EVE] },
        ],
      });
      const short = await built(running);
      const { candidate, name } = await asked(short, LIN);
      const refused = await clicked(world, ADA, candidate.ts, 'Approve');
      expect(refused).toContain(
        'Refused: only release-managers and Eve can approve in prod, and you are not one of them.',
      );
      expect(refused).toMatch(/prod#\d+ still has 0 of 2 approvals\. .*Mo.* can approve\./);
      expect(await clicked(world, GUEST, candidate.ts, 'Approve')).toContain('only full members');
      await typed(world, MO, `approve ${name}`);
      await card(world, short, '1 of 2 approvals, still needs Eve');
      await typed(world, EVE, `approve ${name}`);
      await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    },
    90_000,
  );

  thoroughTest(
    'self: true lets the requester approve',
    async () => {
      const running = await governed({ rules: [{ required: 1, from: [MANAGERS] }], self: true });
      const short = await built(running);
      const { name } = await asked(short, LIN);
      expect(await typed(world, LIN, `approve ${name}`)).toContain('You approved');
      await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    },
    90_000,
  );

  thoroughTest(
    'prepare warns about approvals that current members cannot give',
    async () => {
      const running = await governed({ rules: [{ required: 2, from: [MANAGERS] }] });
      const short = await built(running);
      const { answer, candidate } = await asked(short, LIN);
      expect(answer).toContain('is prepared.');
      expect(answer).toContain('Warning: the current members can give at most 1 of 2 approvals');
      expect(buttonsOf(candidate)).toContain('Approve');
    },
    90_000,
  );

  test('authors: false bars authors of the commits, and people whose e-mail address Slack does not give', async () => {
    const running = await governed({ rules: [{ required: 1, from: null }], authors: false });
    const short = await built(running);
    const { candidate, name } = await asked(short, LIN);
    expect(await clicked(world, ADA, candidate.ts, 'Approve')).toContain('you wrote commits that prod#');
    expect(await clicked(world, MO, candidate.ts, 'Approve')).toContain(
      'Slack does not give your e-mail address',
    );
    expect(wordsOf(await card(world, `Deploy ${short} to shop/prod`))).toContain('0 of 1 approval');
    await typed(world, EVE, `approve ${name}`);
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
  }, 90_000);

  thoroughTest(
    'rule 30: an unknown author requires one more person, and card and why say so',
    async () => {
      const address = '1234+name@users.noreply.github.com';
      const running = await governed({ rules: [{ required: 1, from: null }], authors: false });
      const author = { name: 'Somebody', email: address };
      world.repository.commit({ 'other.txt': 'x' }, 'By nobody knows whom', { author });
      const short = await built(running);
      world.sandbox.faults.plan('users.lookupByEmail', { kind: 'server_error' });
      const errored = await typed(world, MO, `prepare prod ${short}`);
      expect(errored).toContain('Errored: Slack did not say whether ada@example.com is a member');
      world.sandbox.faults.clear();
      const { candidate, name } = await asked(short, MO);
      expect(wordsOf(candidate)).toContain('0 of 2 approvals');
      expect(wordsOf(candidate)).toContain(`Authors unknown: ${address}.`);
      expect(await typed(world, LIN, `why ${name}`)).toContain(
        `Authors unknown: ${address}, so one more must approve.`,
      );
      await world.sandbox.click(LIN, candidate.ts, { text: 'Approve' });
      await card(world, `Deploy ${short} to shop/prod`, '1 of 2 approvals');
      expect(await typed(world, MO, `deploy ${name}`)).toMatch(/has 1 of 2 approvals/);
      await world.sandbox.click(EVE, candidate.ts, { text: 'Approve' });
      await card(world, `Deploy ${short} to shop/prod`, 'Approved', 'Authors unknown');
      expect(await typed(world, LIN, `why ${name}`)).toContain(`authors unknown: ${address}`);
    },
    90_000,
  );

  thoroughTest(
    'one rejection with a reason ends the release, and a late approval is told so',
    async () => {
      const running = await governed({ rules: [{ required: 2, from: [MANAGERS, EVE] }] });
      const short = await built(running);
      const { candidate, name } = await asked(short, ADA);
      await typed(world, LIN, `approve ${name}`);
      expect(await glimpse(world, MO, `reject ${name}`)).toContain('Reason');
      await typed(world, MO, `reject ${name} the voucher text is not translated yet`);
      await card(world, `Not deployed: ${short} to shop/prod`, 'Rejected by Mo', 'voucher text');
      await thread(candidate.ts, 'Mo rejected');
      await world.sandbox.click(EVE, candidate.ts, { text: 'Approve', version: 0 });
      await until('Eve is told', () =>
        world.sandbox.ephemerals(EVE).find((one) => wordsOf(one).includes('not possible for')),
      );
      expect((await world.ledger()).some((line) => line.startsWith(`prod ${short}`))).toBe(false);
    },
    90_000,
  );

  test('a changed policy at the next start voids approvals, and informs those who gave them', async () => {
    const running = await governed({ rules: [{ required: 1, from: [MANAGERS] }] });
    const short = await built(running);
    const { candidate, name } = await asked(short, ADA);
    await typed(world, LIN, `approve ${name}`);
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    await governed({ rules: [{ required: 1, from: [MANAGERS, EVE] }] });
    expect(await typed(world, ADA, `deploy ${name}`)).toMatch(/has 0 of 1 approval/);
    await thread(candidate.ts, 'changed since you approved, so your approval is void');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await typed(world, LIN, `approve ${name}`);
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
  }, 120_000);

  thoroughTest(
    'a failed lookup of members neither approves nor rejects, and changes nothing',
    async () => {
      // Before the bot starts: what Slack says is remembered for a minute.
      world.sandbox.faults.plan('usergroups.users.list', { kind: 'server_error' });
      const running = await governed({ rules: [{ required: 1, from: [MANAGERS] }] });
      const short = await built(running);
      const { answer, name } = await asked(short, ADA);
      expect(answer).toContain('Warning: Slack did not say who is in release-managers');
      const errored = await typed(world, LIN, `approve ${name}`);
      expect(errored).toContain(`Errored: Slack did not say who is in ${MANAGERS}.`);
      expect(errored).toContain('Nothing was changed. Try again in a minute.');
      expect(await typed(world, EVE, `approve ${name}`)).toContain('Errored:');
      expect(wordsOf(await card(world, `Deploy ${short} to shop/prod`))).toContain('0 of 1 approval');
      world.sandbox.faults.clear();
      expect(await typed(world, EVE, `approve ${name}`)).toContain('Refused:');
      await typed(world, LIN, `approve ${name}`);
      await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    },
    90_000,
  );

  test('preparing, deploying, rolling back and accepting are reserved to their roles', async () => {
    const running = await governed({
      rules: [{ required: 1, from: null }],
      roles: { prepare: [ADA, MANAGERS], deploy: [MANAGERS], rollback: [SECURITY] },
      acceptFrom: [SECURITY],
    });
    const short = await built(running);
    expect(await typed(world, EVE, `prepare prod ${short}`)).toContain(
      'Refused: only Ada and release-managers can prepare releases for prod, and you are not one of them.',
    );
    const { name } = await asked(short, ADA);
    await typed(world, EVE, `approve ${name}`);
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    const refused = await typed(world, ADA, `deploy ${name}`);
    expect(refused).toContain('Refused: only release-managers can deploy to prod');
    expect(refused).toContain('Lin and Mo can.');
    await typed(world, MO, `deploy ${name}`);
    await card(world, `Test ${short} in shop/prod`, 'Testing', 'Waiting for a member of security');
    expect(await typed(world, MO, `accept ${name}`)).toContain(
      'Refused: only security can accept or fail in prod',
    );
    await typed(world, EVE, `accept ${name}`);
    await card(world, `${short} accepted in shop/prod`);
    expect(await typed(world, MO, 'rollback prod it burns')).toContain(
      'Refused: only security can roll back prod',
    );
    expect((await world.ledger()).at(-1)).toMatch(new RegExp(`^prod ${short}`));
    await typed(world, LIN, 'rollback prod it burns');
    await card(world, 'shop/prod is back on', 'it burns');
  }, 120_000);
});
