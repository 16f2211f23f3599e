import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Running } from '../../../src/app/start.ts';
import { NOT_MEMBER } from '../../../src/chat/refusals/refusals.ts';
import { VERBS } from '../../../src/chat/verbs.ts';
import { startBot } from '../../support/bot.ts';
import { deployToProd } from '../../support/story.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  clicked,
  dialog,
  LIN,
  MO,
  openWorld,
  productOf,
  push,
  submitted,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const OUTSIDERS = [
  { id: 'U0PARTNER', name: 'Pat', team: 'T0PARTNER' },
  { id: 'U0SISTER', name: 'Cleo', team: 'T0SISTER', gridTeams: ['T0SISTER'] },
  { id: 'U0GUEST', name: 'Gus', isRestricted: true },
  { id: 'U0SINGLE', name: 'Sam', isRestricted: true, isUltraRestricted: true },
  { id: 'U0INVITED', name: 'Ina', isInvited: true },
  { id: 'U0BOT', name: 'Bob', isBot: true },
  { id: 'U0FLOW', name: 'Flo', isWorkflowBot: true },
] as const;
const GRID_MEMBER = 'U0GWEN';

/** What each verb may be followed by. */
const AFTER = ['', ' prod', ' prod#1 because', ' prdo', ' nobody/nowhere 1234567'];

describe('people who are not members', () => {
  let world: World;
  let bot: Running;
  let short: string;

  beforeAll(async () => {
    world = await openWorld('embedded', undefined, {
      enterprise: 'E0GRID',
      people: [
        { id: ADA, name: 'Ada' },
        { id: LIN, name: 'Lin' },
        { id: MO, name: 'Mo' },
        { id: GRID_MEMBER, name: 'Gwen', team: 'T0SISTER', gridTeams: ['T0SISTER', 'T0SANDBOX'] },
        ...OUTSIDERS,
      ],
    });
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    const roles = { prepare: [ADA], adopt: [ADA], rollback: [ADA] };
    bot = await startBot(
      world,
      productOf(world, [
        { name: 'integration', mode: 'continuous' },
        { name: 'prod', mode: 'approval', people: { roles } },
      ]),
    );
    const first = world.repository.head().slice(0, 7);
    await deployToProd(world, first);
    await card(world, `Test ${first} in shop/prod`);
    ({ short } = await push(world, bot.url, 'Two'));
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await typed(world, ADA, 'lock prod migration');
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const refusal = wordsOf(NOT_MEMBER);
  const inMirror = (...args: string[]) =>
    execFileSync('git', ['-C', join(world.dataDirectory, 'mirrors', 'shop.git'), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const hasCommit = (sha: string) => {
    try {
      inMirror('cat-file', '-e', `${sha}^{commit}`);
      return true;
    } catch {
      return false;
    }
  };
  /** A commit of the repository that no forge told of. */
  const untold = (name: string): string => {
    world.repository.branch(name, 'main');
    const sha = world.repository.commit({ [name]: name }, name);
    world.repository.push(name);
    world.repository.checkout('main');
    return sha;
  };

  test('rule 32: the refusal gives nothing away', () => {
    expect(refusal).toContain('Refused: only full members of this workspace');
    expect(refusal).not.toMatch(/shop|prod|integration|release/);
  });

  test.each(OUTSIDERS)(
    'rule 32: every verb is refused to $id in the same words, and nothing is read or fetched',
    async ({ id }) => {
      const unseen = untold(`side-${id}`);
      const refs = inMirror('for-each-ref');
      // One of them tries everything, the others every verb.
      const after = id === OUTSIDERS[0].id ? AFTER : [' prod#1 because'];
      const texts = [...VERBS, 'stauts', unseen].flatMap((verb) => after.map((words) => `${verb}${words}`));
      texts.push(
        ...['where', 'prepare prod', 'diff prod', 'adopt prod', 'hotfix prod'].map(
          (verb) => `${verb} ${unseen} x`,
        ),
      );
      const answers = new Set<string>();
      for (const text of texts) answers.add(await typed(world, id, text));
      expect([...answers]).toEqual([refusal]);
      expect(inMirror('for-each-ref')).toBe(refs);
      expect(hasCommit(unseen)).toBe(false);
    },
    60_000,
  );

  test.each(OUTSIDERS)(
    'rule 32: every button is refused to $id in the same words, and opens nothing',
    async ({ id }) => {
      const before = world.sandbox.messages(CHANNEL).map(wordsOf);
      const pressed: string[] = [];
      for (const message of world.sandbox.messages(CHANNEL)) {
        for (const label of buttonsOf(message).filter((label) => label !== 'Open Card')) {
          expect(await clicked(world, id, message.ts, label)).toBe(refusal);
          pressed.push(label);
        }
      }
      expect(pressed).toEqual(
        expect.arrayContaining([
          'Approve',
          'Reject',
          'Show Diff',
          'Why',
          'Cancel',
          'Accept',
          'Test Failed',
          'Ask to Unlock',
        ]),
      );
      expect(world.sandbox.views(id)).toEqual([]);
      expect(world.sandbox.messages(CHANNEL).map(wordsOf)).toEqual(before);
    },
    60_000,
  );

  test('rule 24: a member from another workspace of the grid may act', async () => {
    expect(await typed(world, GRID_MEMBER, 'status')).toContain('prod');
  });

  test('rule 24: a request from another workspace is refused', async () => {
    expect(await typed(world, LIN, 'status')).toContain('prod');
    const candidate = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await world.sandbox.click(LIN, candidate.ts, { text: 'Reject' });
    const { id } = await dialog(world, LIN);
    const lin = world.sandbox.workspace.person(LIN);
    if (!lin) throw new TypeError('Lin is there');
    lin.team = 'T0PARTNER';
    try {
      expect(await typed(world, LIN, 'status')).toBe(refusal);
      expect(await clicked(world, LIN, candidate.ts, 'Approve')).toBe(refusal);
      const said = await submitted(world, LIN, id, { reason: { reason: 'no' } });
      expect(said).toContain('Refused: only full members of this workspace may do this');
      expect(said).not.toContain(short);
    } finally {
      lin.team = 'T0SANDBOX';
    }
    expect(wordsOf(await card(world, `Deploy ${short} to shop/prod`))).toContain('0 of 1 approval');
  });

  test.each(['users.info', 'auth.test'])(
    'rule 24: without an answer of %s nobody is admitted, and the answer says so',
    async (method) => {
      const other = await openWorld();
      other.repository.commit({ 'app.txt': 'one' }, 'One');
      other.repository.push();
      const running = await startBot(other, productOf(other, [{ name: 'prod', mode: 'approval' }]));
      try {
        other.sandbox.faults.plan(method, { kind: 'server_error' });
        const errored = await typed(other, ADA, 'status');
        expect(errored).toContain('Errored: Slack did not say whether you are a member here.');
        other.sandbox.faults.clear();
        expect(await typed(other, ADA, 'status')).toContain('prod');
      } finally {
        await running.stop();
        await other.close();
      }
    },
    60_000,
  );

  test.each(['prepare prod', 'hotfix prod', 'adopt prod', 'rollback prod'])(
    'rule 32: %s by a member without the role fetches and keeps nothing',
    async (words) => {
      const unseen = untold(words.replace(' ', '-'));
      const refs = inMirror('for-each-ref');
      for (const commit of [unseen, `${unseen.slice(0, 9)}`, short]) {
        expect(await typed(world, MO, `${words} ${commit} because`)).toMatch(
          /Refused: (only .* not one of them|nobody can)/,
        );
      }
      expect(inMirror('for-each-ref')).toBe(refs);
      expect(hasCommit(unseen)).toBe(false);
    },
  );
});
