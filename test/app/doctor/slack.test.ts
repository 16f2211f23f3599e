import type { TemporaryRepository } from '../../support/repositories/git.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  filledRepository,
  openPatient,
  type Patient,
  toldOf,
  wrongIn,
} from './support.ts';

let repository: TemporaryRepository;
beforeAll(() => {
  repository = filledRepository();
});
afterAll(() => repository.cleanup());

let patient: Patient;
beforeEach(async () => {
  patient = await openPatient(repository, { rateLimits: true });
});
afterEach(() => patient.close());

const SOCKET = { socketMode: { appToken: APP_TOKEN } };
const reopen = async (slack: Parameters<typeof openPatient>[1]) => {
  await patient.close();
  patient = await openPatient(repository, slack);
};

describe('what is wrong at Slack', () => {
  test.each<[string, string, (open: Patient) => unknown, string]>([
    [
      'the token',
      'Slack',
      ({ sandbox }) => sandbox.faults.plan('auth.test', { kind: 'error', error: 'invalid_auth' }),
      'wrong: Slack refuses the bot token: invalid_auth. To do: set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…) under OAuth & Permissions at api.slack.com/apps, and restart Slipway; if the same token works again, so does Slipway',
    ],
    [
      'a channel that is archived',
      'channel #shop-releases',
      ({ sandbox }) => sandbox.workspace.changeChannel(channelOf(sandbox), { archived: true }),
      'wrong: the channel #shop-releases is archived, so Slipway cannot post there. To do: unarchive #shop-releases and type "/invite @slipway" there, or name another channel in slipway.yml',
    ],
    [
      'a channel that the bot is not in',
      'channel #shop-releases',
      ({ sandbox }) => sandbox.workspace.changeChannel(channelOf(sandbox), { joined: false }),
      'wrong: the app is not in the channel #shop-releases, so Slipway cannot post there. To do: type "/invite @slipway" in #shop-releases',
    ],
    [
      'a channel that is not there',
      'channel #shop-releases',
      ({ sandbox }) => sandbox.workspace.changeChannel(channelOf(sandbox), { name: 'other' }),
      'wrong: Slack has no channel #shop-releases that the app can see. To do: type "/invite @slipway" in #shop-releases if it is a private channel, or correct its name in slipway.yml',
    ],
    [
      'a group that is empty',
      'group @managers',
      ({ sandbox }) => sandbox.workspace.userGroups[0]?.members.pop(),
      'wrong: has no members. To do: add people to it in Slack (People & user groups)',
    ],
    [
      'a group that is disabled',
      'group @managers',
      ({ sandbox }) => Object.assign(sandbox.workspace.userGroups[0] ?? {}, { disabled: true }),
      'wrong: is disabled in Slack, so nobody is in it. To do: enable it in Slack (People & user groups), or name another in slipway.yml',
    ],
    [
      'a group that is not there',
      'group @managers',
      ({ sandbox }) => sandbox.workspace.userGroups.pop(),
      'wrong: Slack has no such user group, so nobody is in it. To do: make it in Slack (People & user groups), or correct its handle in slipway.yml',
    ],
    [
      'calls that are limited',
      'person U0LINLINLIN',
      ({ sandbox }) => sandbox.faults.plan('users.info', { kind: 'rate_limited', retryAfterSeconds: 30 }),
      'wrong: not told: Slack wants users.info to be called only in 30 s again. To do: ask again then; meanwhile nothing is lost',
    ],
  ])('%s', async (_name, what, make, told) => {
    make(patient);
    const findings = await patient.askSlack();
    expect(toldOf(findings, what)).toEqual([told]);
    expect(wrongIn(findings)).toEqual([what]);
  });

  test.each<[string, object, string]>([
    [
      'deactivated',
      { deleted: true },
      'wrong: is Lin, whose account is deactivated. To do: name somebody else in slipway.yml',
    ],
    [
      'a guest',
      { isRestricted: true },
      'wrong: is Lin, who is no full member of this workspace, and may do nothing in Slipway. To do: name somebody else in slipway.yml, or make them a full member',
    ],
    [
      'unknown',
      { id: 'U0ANOTHERONE' },
      'wrong: Slack knows no such person. To do: correct the id, or name somebody else in slipway.yml',
    ],
  ])('a person who is %s', async (_name, change, told) => {
    await reopen({
      people: [
        { id: 'U0ADAADAADA', name: 'Ada' },
        { id: 'U0LINLINLIN', name: 'Lin', ...change },
      ],
    });
    expect(toldOf(await patient.askSlack(), 'person U0LINLINLIN')).toEqual([told]);
  });

  test('each scope that is missing, with what it is for', async () => {
    await reopen({
      app: { scopes: ['commands', 'chat:write', 'channels:read', 'groups:read', 'users:read'] },
    });
    const findings = await patient.askSlack();
    expect(toldOf(findings, 'Slack: scopes: usergroups:read')).toEqual([
      'wrong: is missing (finds who is in the groups that approve and accept). To do: add usergroups:read under OAuth & Permissions at api.slack.com/apps, as in manifest.yml, and install the app in the workspace again',
    ]);
    expect(wrongIn(findings).filter((what) => what.startsWith('Slack: scopes: '))).toHaveLength(7);
    expect(toldOf(findings, 'group @managers')).toEqual([
      expect.stringMatching(/^wrong: the Slack app lacks the scope usergroups:read .* To do: add it/),
    ]);
    expect(toldOf(findings, 'channel #shop-releases')).toEqual([expect.stringMatching(/^ok: /)]);
  });

  test('an app-level token that Slack refuses', async () => {
    await reopen(SOCKET);
    const { apiUrl } = patient.sandbox;
    const slack = { botToken: BOT_TOKEN, appToken: 'xapp-another', apiUrl };
    const findings = await patient.askSlack(slack);
    expect(wrongIn(findings)).toEqual(['Slack: Socket Mode']);
    expect(toldOf(findings, 'Slack: Socket Mode')).toEqual([
      'wrong: Slack refuses the app-level token: invalid_auth. To do: make one with connections:write under Basic Information, App-Level Tokens, at api.slack.com/apps, and set SLACK_APP_TOKEN to it',
    ]);
  });

  test.each<[string, boolean]>([
    ['that is there', true],
    ['that is not', false],
  ])('a channel by an id %s', async (_name, isThere) => {
    const id = isThere ? channelOf(patient.sandbox) : 'C0NOWHERE00';
    patient.settings.products[0]!.channel = id;
    expect(toldOf(await patient.askSlack(), `channel ${id}`)).toEqual([
      isThere
        ? 'ok: is there, and @slipway is in it'
        : expect.stringMatching(/^wrong: Slack has no channel C0NOWHERE00 that the app can see. To do: type/),
    ]);
  });

  test('what is limited is not asked again', async () => {
    const people = Array.from({ length: 30 }, (_, at) => `U0MANYPEOPLE${at}`);
    const { settings } = patient;
    const [environment] = settings.products[0]!.environments;
    environment.policy.acceptFrom = people;
    patient.sandbox.faults.plan('users.info', { kind: 'rate_limited', retryAfterSeconds: 9 });
    const findings = await patient.askSlack();
    expect(wrongIn(findings)).toHaveLength(people.length + 1);
    // Those that were on their way already.
    expect(patient.sandbox.faults.callsOf('users.info').length).toBeLessThanOrEqual(8);
  });
});

function channelOf({ workspace }: Patient['sandbox']): string {
  return workspace.channel('#shop-releases')?.id ?? '';
}

test.each<[aheadMs: number, ok: boolean, told: RegExp]>([
  [0, true, /^ok: agrees/],
  [-3_000, true, /^ok: agrees/],
  [10_000, true, /^warn: this machine is (9|10) s ahead of it. To do: set the clock of this machine/],
  [62_000, false, /^wrong: this machine is 1 min [12] s ahead of it. To do: set/],
  [-3_600_000, false, /^wrong: this machine is (59 min|1 h).* behind it. To do: set/],
])('a clock that is %d ms ahead', async (aheadMs, ok, told) => {
  const findings = await patient.askSlack(undefined, () => Date.now() + aheadMs);
  expect(toldOf(findings, 'clock: 127.0.0.1')).toEqual([expect.stringMatching(told)]);
  expect(wrongIn(findings)).toEqual(ok ? [] : ['clock: 127.0.0.1']);
});
