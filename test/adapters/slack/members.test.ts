import * as fc from 'fast-check';
import { Identity } from '../../../src/adapters/slack/client/identity.ts';
import { SlackMembers } from '../../../src/adapters/slack/client/members.ts';
import { workspacesOf } from '../../../src/adapters/slack/client/membership.ts';
import { createWebClient, SlackChat } from '../../../src/adapters/slack/client/slack-chat.ts';
import { ChatError } from '../../../src/ports/chat.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/server.ts';
import { BOT_TOKEN, HandClock, openSandbox } from '../../sandbox/support.ts';

const OURS = { teamId: 'T0SANDBOX', enterpriseId: 'E0GRID' };

/** As `users.info` tells of a full member. */
const FULL = {
  id: 'U1',
  team_id: OURS.teamId,
  deleted: false,
  is_bot: false,
  is_restricted: false,
  is_ultra_restricted: false,
};

const grid = (teams: unknown, enterprise_id = OURS.enterpriseId) => ({
  ...FULL,
  team_id: 'T0SISTER',
  enterprise_user: { id: 'W1', enterprise_id, teams },
});

describe('rule 24: who is a member', () => {
  it.each<[string, unknown, boolean]>([
    ['a full member', FULL, true],
    ['an admin', { ...FULL, is_admin: true, is_owner: true }, true],
    ['a member marked as not a stranger', { ...FULL, is_stranger: false, is_invited_user: false }, true],
    ['a member of our grid, from another workspace', grid(['T0SISTER', OURS.teamId]), true],
    ['a colleague of another workspace of our grid', grid(['T0SISTER']), false],
    ['a person of a foreign grid that names our workspace', grid([OURS.teamId], 'E0OTHER'), false],
    ['a partner of Slack Connect', { ...FULL, team_id: 'T0PARTNER', is_stranger: false }, false],
    ['a stranger', { ...FULL, is_stranger: true }, false],
    ['a multi-channel guest', { ...FULL, is_restricted: true }, false],
    ['a single-channel guest', { ...FULL, is_restricted: true, is_ultra_restricted: true }, false],
    ['somebody invited', { ...FULL, is_invited_user: true }, false],
    ['somebody deactivated', { ...FULL, deleted: true }, false],
    ['a bot', { ...FULL, is_bot: true }, false],
    ['a workflow', { ...FULL, is_workflow_bot: true }, false],
    ['a connector', { ...FULL, is_connector_bot: true }, false],
    ['teams that are not a list', grid(OURS.teamId), false],
    ['nobody', undefined, false],
    ['nothing', {}, false],
    ['null', null, false],
  ])('%s', (_, user, member) => {
    expect(workspacesOf('U1', user, OURS) !== null).toBe(member);
  });

  it('Slackbot is a member of no workspace', () => {
    expect(workspacesOf('USLACKBOT', { ...FULL, id: 'USLACKBOT' }, OURS)).toBeNull();
  });

  it('a missing or malformed field means no member', () => {
    const field = fc.constantFrom('team_id', 'deleted', 'is_bot', 'is_restricted', 'is_ultra_restricted');
    const odd = fc.constantFrom(undefined, null, '', 0, 1, 'false', [], {});
    fc.assert(
      fc.property(field, odd, (name, value) => {
        expect(workspacesOf('U1', { ...FULL, [name]: value }, OURS)).toBeNull();
      }),
    );
  });
});

describe('people as Slack describes them', () => {
  let clock: HandClock;
  let sandbox: Sandbox;
  let chat: SlackChat;

  const open = async (more: Partial<SandboxOptions> = {}) => {
    sandbox = await openSandbox({
      now: clock.now,
      enterprise: OURS.enterpriseId,
      people: [
        { id: 'U0ADA', name: 'Ada', email: 'ada@example.com' },
        { id: 'U0PAT', name: 'Pat', team: 'T0PARTNER', email: 'pat@partner.example' },
        { id: 'U0GUS', name: 'Gus', isRestricted: true, email: 'gus@example.com' },
        { id: 'U0CLEO', name: 'Cleo', team: 'T0SISTER', gridTeams: ['T0SISTER'], email: 'cleo@example.com' },
        { id: 'U0GRID', name: 'Gwen', team: 'T0SISTER', gridTeams: ['T0SISTER', OURS.teamId] },
        { id: 'U0GONE', name: 'Gone', deleted: true, email: 'gone@example.com' },
      ],
      groups: [
        {
          id: 'S0MANAGERS',
          handle: 'managers',
          name: 'Managers',
          members: ['U0PAT', 'U0ADA', 'U0GUS', 'U0NOBODY', 'U0CLEO', 'U0GRID', 'U0GONE'],
        },
      ],
      ...more,
    });
    chat = new SlackChat(createWebClient(BOT_TOKEN, sandbox.apiUrl, 10_000), clock.now);
  };
  beforeEach(() => {
    clock = new HandClock();
  });
  afterEach(() => sandbox.close());

  const kindOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'answered',
      (error: unknown) => (error instanceof ChatError ? error.kind : `not a ChatError: ${String(error)}`),
    );

  it('rule 24: only ours are members, and only ours count in a group', async () => {
    await open();
    const ids = ['U0ADA', 'U0PAT', 'U0GUS', 'U0CLEO', 'U0GRID', 'U0GONE'];
    const are = await Promise.all(ids.map(async (id) => (await chat.member(id)).member));
    expect(are).toEqual([true, false, false, false, true, false]);
    expect(await chat.groupMembers('@managers')).toEqual(['U0ADA', 'U0GRID']);
    expect(sandbox.faults.callsOf('auth.test')).toHaveLength(1);
  });

  it('rule 24: a request from another workspace is not a member’s, unless they are in that one too', async () => {
    await open();
    const from = async (id: string, ...teams: string[]) => (await chat.member(id, teams)).member;
    expect(await from('U0ADA', OURS.teamId)).toBe(true);
    expect(await from('U0ADA', OURS.teamId, 'T0PARTNER')).toBe(false);
    expect(await from('U0ADA', 'T0SISTER')).toBe(false);
    expect(await from('U0GRID', 'T0SISTER', OURS.teamId)).toBe(true);
    expect(await from('U0GRID', 'T0PARTNER')).toBe(false);
    expect(await from('U0PAT', OURS.teamId)).toBe(false);
  });

  it.each([
    [{ kind: 'rate_limited', retryAfterSeconds: 3 }, 'later'],
    [{ kind: 'server_error' }, 'unknown'],
    [{ kind: 'unanswered' }, 'unknown'],
    [{ kind: 'error', error: 'invalid_auth' }, 'final'],
  ] as const)(
    'rule 24: nobody is a member until Slack says which workspace is ours: %j',
    async (fault, kind) => {
      await open();
      for (const method of ['auth.test', 'users.info']) {
        sandbox.faults.plan(method, fault, 1);
        expect(await kindOf(chat.member('U0ADA'))).toBe(kind);
      }
      expect(await chat.member('U0ADA')).toMatchObject({ member: true });
    },
  );

  it('rule 30: finds whose address it is', async () => {
    await open();
    const all = ['ada@example.com', 'pat@partner.example', 'gus@example.com', 'cleo@example.com'];
    const are = await Promise.all(
      [...all, 'gone@example.com', 'x@y.z'].map((one) => chat.isAddressOfMember(one)),
    );
    expect(are).toEqual([true, false, false, false, false, false]);
    await chat.isAddressOfMember('ada@example.com');
    expect(sandbox.faults.callsOf('users.lookupByEmail')).toHaveLength(6);
    clock.forward(60_000);
    sandbox.faults.plan('users.lookupByEmail', { kind: 'server_error' }, 1);
    expect(await kindOf(chat.isAddressOfMember('ada@example.com'))).toBe('unknown');
    expect(await chat.isAddressOfMember('ada@example.com')).toBe(true);
  });

  it('are looked up again after a minute', async () => {
    await open();
    await chat.member('U0ADA');
    Object.assign(sandbox.workspace.person('U0ADA') ?? {}, { deleted: true });
    clock.forward(59_999);
    expect(await chat.member('U0ADA')).toMatchObject({ member: true });
    clock.forward(1);
    expect(await chat.member('U0ADA')).toMatchObject({ member: false });
  });

  it('are remembered only up to a limit', async () => {
    const people = Array.from({ length: 12 }, (_, at) => ({ id: `U${at}`, name: `P${at}` }));
    await open({ people });
    const client = createWebClient(BOT_TOKEN, sandbox.apiUrl, 10_000);
    const members = new SlackMembers(client, new Identity(client), clock.now, 10);
    for (const { id } of people) await members.member(id);
    await members.member('U11');
    expect(sandbox.faults.callsOf('users.info')).toHaveLength(people.length);
    await members.member('U0');
    expect(sandbox.faults.callsOf('users.info')).toHaveLength(people.length + 1);
  });
});
