import { createWebClient, SlackChat } from '../../../src/adapters/slack/client/slack-chat.ts';
import { ChatError } from '../../../src/ports/chat.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ADA, BOT_TOKEN, GUEST, HandClock, LIN, openSandbox } from '../../sandbox/support.ts';

const MANAGERS = {
  id: 'S0MANAGERS',
  handle: 'release-managers',
  name: 'Release Managers',
  members: [ADA, LIN],
};
const NOBODY = { id: 'S0NOBODY', handle: 'nobody', name: 'Nobody', members: [] };

describe('people and groups as Slack describes them', () => {
  let clock: HandClock;
  let sandbox: Sandbox;
  let chat: SlackChat;

  beforeEach(async () => {
    clock = new HandClock();
    sandbox = await openSandbox({
      now: clock.now,
      groups: [MANAGERS, NOBODY],
      people: [
        { id: ADA, name: 'Ada', email: 'Ada@Example.com' },
        { id: LIN, name: 'Lin' },
        { id: GUEST, name: 'Gus', isRestricted: true, email: 'gus@example.com' },
      ],
    });
    chat = new SlackChat(createWebClient(BOT_TOKEN, sandbox.apiUrl, 10_000), clock.now);
  });
  afterEach(() => sandbox.close());

  const kindOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'answered',
      (error: unknown) => (error instanceof ChatError ? error.kind : `not a ChatError: ${String(error)}`),
    );

  it('lists the members of a group, even none, and its id', async () => {
    expect(await chat.groupMembers('@release-managers')).toEqual([ADA, LIN]);
    expect(await chat.groupMembers('@nobody')).toEqual([]);
    expect(await chat.groupId('@release-managers')).toBe('S0MANAGERS');
  });

  it('does not treat a missing group as an empty one', async () => {
    expect(await kindOf(chat.groupMembers('@release-manager'))).toBe('final');
    expect(await kindOf(chat.groupMembers('release-managers'))).toBe('final');
  });

  it('asks Slack again after a minute, not before', async () => {
    await chat.groupMembers('@release-managers');
    sandbox.workspace.userGroups[0]!.members = [LIN];
    clock.forward(59_999);
    expect(await chat.groupMembers('@release-managers')).toEqual([ADA, LIN]);
    expect(sandbox.faults.callsOf('usergroups.users.list')).toHaveLength(1);
    clock.forward(1);
    expect(await chat.groupMembers('@release-managers')).toEqual([LIN]);
    expect(sandbox.faults.callsOf('usergroups.list')).toHaveLength(2);
  });

  it('makes one call for many simultaneous lookups', async () => {
    const asked = Array.from({ length: 30 }, () => chat.groupMembers('@release-managers'));
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(sandbox.faults.callsOf('usergroups.list')).toHaveLength(1);
    expect(sandbox.faults.callsOf('usergroups.users.list')).toHaveLength(1);
  });

  it.each([
    [{ kind: 'rate_limited', retryAfterSeconds: 3 }, 'later'],
    [{ kind: 'server_error' }, 'unknown'],
    [{ kind: 'unanswered' }, 'unknown'],
    [{ kind: 'error', error: 'missing_scope' }, 'final'],
  ] as const)(
    'reports a failed lookup as an error, never as "nobody", and tries again: %j',
    async (fault, kind) => {
      for (const method of ['usergroups.list', 'usergroups.users.list']) {
        sandbox.faults.plan(method, fault, 1);
        expect(await kindOf(chat.groupMembers('@release-managers'))).toBe(kind);
        expect(await chat.groupMembers('@release-managers')).toEqual([ADA, LIN]);
        clock.forward(60_000);
      }
    },
  );

  it('gives the e-mail address of a person if Slack does', async () => {
    expect(await chat.member(ADA)).toEqual({ id: ADA, name: 'Ada', member: true, email: 'Ada@Example.com' });
    expect(await chat.member(LIN)).toMatchObject({ member: true, email: null });
    expect(await chat.member(GUEST)).toMatchObject({ member: false, email: 'gus@example.com' });
  });
});
