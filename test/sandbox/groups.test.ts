import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ADA, clientOf, LIN, openSandbox, refused } from './support.ts';

let sandbox: Sandbox;
let slack: WebClient;

beforeEach(async () => {
  sandbox = await openSandbox({
    groups: [{ id: 'S0TESTERS', handle: 'testers', name: 'The Testers', members: [ADA, LIN] }],
    people: [
      { id: ADA, name: 'Ada', email: 'ada@example.com' },
      { id: LIN, name: 'Lin' },
    ],
  });
  slack = clientOf(sandbox);
});

afterEach(() => sandbox.close());

test('groups are listed by handle, with members and their number on request', async () => {
  const { usergroups } = await slack.usergroups.list();
  expect(usergroups).toMatchObject([
    { id: 'S0TESTERS', handle: 'testers', name: 'The Testers', date_delete: 0 },
  ]);
  expect(usergroups?.[0]).not.toHaveProperty('users');
  const more = await slack.usergroups.list({ include_users: true, include_count: true });
  expect(more.usergroups).toMatchObject([{ users: [ADA, LIN], user_count: 2 }]);
});

test('a disabled group is listed on request, with the time since when it is', async () => {
  Object.assign(sandbox.workspace.userGroups[0]!, { disabled: true });
  expect((await slack.usergroups.list()).usergroups).toEqual([]);
  const { usergroups } = await slack.usergroups.list({ include_disabled: true });
  expect(usergroups).toMatchObject([{ handle: 'testers' }]);
  expect(usergroups?.[0]?.date_delete).toBeGreaterThan(0);
});

test('the members of a group can change', async () => {
  expect((await slack.usergroups.users.list({ usergroup: 'S0TESTERS' })).users).toEqual([ADA, LIN]);
  sandbox.workspace.userGroups[0]!.members = [LIN];
  expect((await slack.usergroups.users.list({ usergroup: 'S0TESTERS' })).users).toEqual([LIN]);
});

test('an unknown group, a missing group and faults are errors', async () => {
  expect(await refused(slack.usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam');
  expect(await refused(slack.usergroups.users.list({ usergroup: '' }))).toBe('invalid_arguments');
  sandbox.faults.plan('usergroups.list', { kind: 'error', error: 'missing_scope' }, 1);
  expect(await refused(slack.usergroups.list())).toBe('missing_scope');
  expect((await slack.usergroups.list()).usergroups).toHaveLength(1);
});

test('the e-mail address of a person is returned if there is one', async () => {
  expect((await slack.users.info({ user: ADA })).user?.profile).toMatchObject({ email: 'ada@example.com' });
  expect((await slack.users.info({ user: LIN })).user?.profile).not.toHaveProperty('email');
});
