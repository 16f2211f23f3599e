import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { claimDataDirectory } from '../../../src/adapters/data-directory.ts';
import { serve } from '../../support/forges/server.ts';
import type { TemporaryRepository } from '../../support/repositories/git.ts';
import { freePort } from '../../support/services/servers.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  filledRepository,
  openPatient,
  type Patient,
  SECRET,
  settingsOf,
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

describe('a healthy installation', () => {
  test('is told line by line, in a fixed order, and nothing is wrong', async () => {
    const findings = await patient.examine();
    expect(wrongIn(findings)).toEqual([]);
    expect(findings.map(({ what }) => what).filter((what) => what !== 'git-lfs')).toEqual([
      'Node.js',
      'git',
      'isolation',
      'disk of DATA_DIR',
      'store in DATA_DIR',
      'Slack',
      'Slack: scopes',
      'Slack: events',
      'Slack: signing secret',
      'channel #shop-releases',
      'group @managers',
      'person U0LINLINLIN',
      `shop: ${repository.url}`,
      'shop: webhook',
      'clock: 127.0.0.1',
    ]);
    for (const finding of findings) expect(Object.keys(finding)).toEqual(['what', 'ok', 'said', 'todo']);
    expect(patient.sandbox.faults.callsOf('conversations.list')).toHaveLength(1);
  });

  test('says of what cannot be verified from outside that it cannot', async () => {
    const findings = await patient.examine();
    for (const what of ['Slack: signing secret', 'Slack: events', 'shop: webhook'])
      expect(toldOf(findings, what)).toEqual([
        expect.stringMatching(/^ok: .*cannot be verified from outside/),
      ]);
  });

  test('in Socket Mode Slack is asked for a connection, and none is opened', async () => {
    await reopen(SOCKET);
    const { apiUrl } = patient.sandbox;
    const environment = {
      ...patient.environment,
      slack: { botToken: BOT_TOKEN, appToken: APP_TOKEN, apiUrl },
    };
    const findings = await patient.examine({ environment });
    expect(wrongIn(findings)).toEqual([]);
    expect(toldOf(findings, 'Slack: Socket Mode')).toEqual([
      'ok: accepts the app-level token (no connection was opened)',
    ]);
    expect(findings.map(({ what }) => what)).not.toContain('Slack: signing secret');
    expect(patient.sandbox.socketMode?.taking).toEqual([]);
  });

  test('of a worker, Slack and webhooks are not asked about; of a bot, isolation is not', async () => {
    const environment = { ...patient.environment, slack: null };
    const worker = (await patient.examine({ environment, role: 'worker' })).map(({ what }) => what);
    expect(worker.filter((what) => /Slack|channel|webhook/.test(what))).toEqual([]);
    expect(worker).toContain('isolation');
    expect((await patient.examine({ role: 'bot' })).map(({ what }) => what)).not.toContain('isolation');
  });
});

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
      'wrong: the channel #shop-releases is archived, so Slipway cannot post there. To do: unarchive #shop-releases and type "/invite @slipway" there, or name another channel in slipway.yml and restart Slipway',
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
      'wrong: Slack has no channel #shop-releases that the app can see. To do: type "/invite @slipway" in #shop-releases if it is a private channel, or correct its name in slipway.yml and restart Slipway',
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
    const findings = await patient.examine();
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
    expect(toldOf(await patient.examine(), 'person U0LINLINLIN')).toEqual([told]);
  });

  test('each scope that is missing, with what it is for', async () => {
    await reopen({
      app: { scopes: ['commands', 'chat:write', 'channels:read', 'groups:read', 'users:read'] },
    });
    const findings = await patient.examine();
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
    const findings = await patient.examine({ environment: { ...patient.environment, slack } });
    expect(wrongIn(findings)).toEqual(['Slack: Socket Mode']);
    expect(toldOf(findings, 'Slack: Socket Mode')).toEqual([
      'wrong: Slack refuses the app-level token: invalid_auth. To do: make one with connections:write under Basic Information, App-Level Tokens, at api.slack.com/apps, and set SLACK_APP_TOKEN to it',
    ]);
  });

  test('what is limited is not asked again', async () => {
    const people = Array.from({ length: 30 }, (_, at) => `U0MANYPEOPLE${at}`);
    const { settings } = patient;
    const [environment] = settings.products[0]!.environments;
    environment.policy.acceptFrom = people;
    patient.sandbox.faults.plan('users.info', { kind: 'rate_limited', retryAfterSeconds: 9 });
    const findings = await patient.examine();
    expect(wrongIn(findings)).toHaveLength(people.length + 1);
    // Those that were on their way already.
    expect(patient.sandbox.faults.callsOf('users.info').length).toBeLessThanOrEqual(8);
  });
});

function channelOf({ workspace }: Patient['sandbox']): string {
  return workspace.channel('#shop-releases')?.id ?? '';
}

describe('a server that misbehaves costs its own lines only', () => {
  const QUICK = { limits: { requestMs: 1_000 } };
  const OTHERS = ['Node.js', 'disk of DATA_DIR', 'store in DATA_DIR', 'shop: webhook'];

  test.each<[string, Parameters<Patient['sandbox']['faults']['plan']>[1]]>([
    ['never answers', { kind: 'hang', ms: 60_000 }],
    ['answers with a page', { kind: 'server_error', status: 200 }],
    ['answers with 500', { kind: 'server_error' }],
    ['answers with something else', { kind: 'body', text: '[]' }],
    ['closes the connection', { kind: 'cut' }],
    ['answers with escapes', { kind: 'error', error: '\u001b[31m<script>' }],
    ['answers with too much', { kind: 'body', text: `"${'x'.repeat(17 * 1024 * 1024)}"` }],
  ])('Slack %s', async (_name, fault) => {
    patient.sandbox.faults.plan('*', fault);
    const findings = await patient.examine(QUICK);
    expect(wrongIn(findings)).toEqual(['Slack']);
    expect(toldOf(findings, 'Slack')).toEqual([expect.stringMatching(/^wrong: .*To do: see whether/)]);
    for (const what of OTHERS) expect(toldOf(findings, what)).toEqual([expect.stringMatching(/^ok: /)]);
  });

  test.each<[string, string]>([
    ['groups', 'usergroups.list'],
    ['people', 'users.info'],
    ['channels', 'conversations.list'],
  ])('only the method for %s hangs', async (_name, method) => {
    patient.sandbox.faults.plan(method, { kind: 'hang', ms: 60_000 });
    const findings = await patient.examine(QUICK);
    expect(wrongIn(findings)).toHaveLength(1);
    expect(findings.find(({ ok }) => !ok)?.said).toBe(`Slack did not answer (${method})`);
  });

  test('a git host that never answers', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme/shop.git`;
    const findings = await patient.examine({
      settings: settingsOf(url),
      limits: { gitMs: 500 },
    });
    server.close();
    expect(wrongIn(findings)).toEqual([`shop: ${url}`]);
    expect(toldOf(findings, 'Slack')).toEqual([expect.stringMatching(/^ok: /)]);
  });

  test('whoever takes longer than everything may take is left, and nothing more is begun after that', async () => {
    patient.sandbox.faults.plan('auth.test', { kind: 'hang', ms: 60_000 });
    const late = await patient.examine({ limits: { requestMs: 30_000, eachMs: 100 } });
    expect(toldOf(late, 'Slack')).toEqual([
      'wrong: did not answer within 0 s. To do: see whether this machine reaches it, and ask again',
    ]);
    const unasked = await patient.examine({ limits: { stopMs: -1 } });
    expect(toldOf(unasked, 'Node.js')).toEqual([
      'wrong: was not asked: what was asked before it took too long. To do: mend what is slow, and ask again',
    ]);
  });
});

describe('the store in DATA_DIR', () => {
  const WHAT = 'store in DATA_DIR';

  test('is looked at without making it', async () => {
    const findings = await patient.examine();
    expect(toldOf(findings, WHAT)).toEqual([
      `ok: is made at the first start, in ${patient.dataDirectory}; no bot runs on it`,
    ]);
    expect(() => mkdirSync(patient.dataDirectory)).not.toThrow();
    mkdirSync(join(patient.dataDirectory, 'pglite'));
    expect(toldOf(await patient.examine(), WHAT)).toEqual([
      `ok: is there, in ${patient.dataDirectory}; no bot runs on it`,
    ]);
  });

  test('a file in its place', async () => {
    writeFileSync(patient.dataDirectory, '');
    expect(toldOf(await patient.examine(), WHAT)).toEqual([
      `wrong: ${patient.dataDirectory} is no directory. To do: set DATA_DIR to a directory that belongs to Slipway's user, on a disk with free space`,
    ]);
  });

  // Root may write everywhere.
  (process.getuid?.() === 0 ? test.skip : test)('a directory that may not be written', async () => {
    mkdirSync(patient.dataDirectory, { mode: 0o500 });
    expect(toldOf(await patient.examine(), WHAT)[0]).toMatch(/^wrong: Slipway's user may not write to /);
    chmodSync(patient.dataDirectory, 0o700);
  });

  describe('where a bot has it open, that bot is asked', () => {
    let claimed: ReturnType<typeof claimDataDirectory>;
    beforeEach(() => {
      claimed = claimDataDirectory(patient.dataDirectory);
    });
    afterEach(() => claimed.release());

    const asked = async (answer: object | string, status = 200) => {
      const server = await serve(
        async () => (typeof answer === 'string' ? { status, text: answer } : { status, body: answer }),
        { etags: false },
      );
      try {
        const port = Number(new URL(server.origin).port);
        return await patient.examine({ environment: { ...patient.environment, port } });
      } finally {
        await server.close();
      }
    };

    test('which is ready', async () => {
      const findings = await asked({ ready: true });
      expect(toldOf(findings, WHAT)).toEqual([
        `ok: process ${process.pid} has it open, in ${patient.dataDirectory}`,
      ]);
      expect(toldOf(findings, 'bot')).toEqual([
        expect.stringMatching(/^ok: is ready, as http:.*\/readyz says$/),
      ]);
    });

    test('which has troubles', async () => {
      const troubles = [
        { where: 'shop', says: 'the webhook is not signed', todo: 'set its secret' },
        { where: null, says: 'the disk is full', todo: 'make room' },
      ];
      const findings = await asked({ ready: false, why: 'starting', troubles }, 503);
      expect(toldOf(findings, 'bot')).toEqual([
        'wrong: is not ready: starting. To do: see its log, and /readyz again in a minute',
        'wrong: the disk is full. To do: make room',
      ]);
      expect(toldOf(findings, 'bot: shop')).toEqual([
        'wrong: the webhook is not signed. To do: set its secret',
      ]);
    });

    test('which is degraded', async () => {
      expect(toldOf(await asked({ ready: true, degraded: 'slow' }), 'bot')).toEqual([
        'wrong: is ready, but slow. To do: see its log',
      ]);
    });

    test.each(['<html>', '{}', '[1]'])('where something else answers: %s', async (text) => {
      expect(toldOf(await asked(text), 'bot')).toEqual([
        expect.stringMatching(/is not answered as by Slipway. To do: set PORT as for the bot/),
      ]);
    });

    test('where nobody answers, or nobody knows its port', async () => {
      expect(toldOf(await patient.examine(), 'bot')[0]).toContain('is not answered as by Slipway');
      const environment = { ...patient.environment, port: 0 };
      expect(toldOf(await patient.examine({ environment }), 'bot')[0]).toContain('PORT is 0');
    });
  });
});

describe('secrets', () => {
  test('are in no line, whatever a server says', async () => {
    for (const secret of [BOT_TOKEN, SECRET])
      patient.sandbox.faults.plan('users.info', { kind: 'error', error: secret }, 1);
    patient.sandbox.workspace.userGroups[0]!.handle = 'others';
    const { dataDirectory } = patient;
    const claimed = claimDataDirectory(dataDirectory);
    const server = await serve(
      async () => ({
        status: 503,
        body: { ready: false, why: `no ${SECRET} and ${BOT_TOKEN}\n\u001b[2J` },
      }),
      { etags: false },
    );
    const port = Number(new URL(server.origin).port);
    const findings = await patient.examine({ environment: { ...patient.environment, port } });
    claimed.release();
    await server.close();
    const text = JSON.stringify(findings);
    for (const secret of [BOT_TOKEN, SECRET]) expect(text).not.toContain(secret);
    expect(toldOf(findings, 'bot')).toEqual([
      'wrong: is not ready: no *** and *** [2J. To do: see its log, and /readyz again in a minute',
    ]);
  });
});

test('other servers: one that answers, and one that does not', async () => {
  const server = await serve(async () => ({ status: 404, text: 'nothing' }), { etags: false });
  const broken = await serve(async () => ({ status: 502, text: 'broken' }), { etags: false });
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const [environment] = patient.settings.products[0]!.environments;
  const remote = (url: string) => ({
    remote: { system: 'http', url: `${url}/deploy?to={environment}`, secret: 'whsec_x' } as const,
    timeoutMs: 1,
  });
  environment.deploy = remote(server.origin);
  environment.verify = remote(broken.origin);
  environment.current = { ask: { address: { url: `${nobody}/version`, field: null, headers: {} } } };
  const findings = await patient.examine();
  await Promise.all([server.close(), broken.close()]);
  expect(toldOf(findings, server.origin)).toEqual([
    'ok: answers; whether it takes the login, the next deploy shows',
  ]);
  expect(toldOf(findings, broken.origin)).toEqual([
    'wrong: answers that it is broken (HTTP 502). To do: ask who runs it',
  ]);
  expect(toldOf(findings, nobody)).toEqual([
    'wrong: did not answer: the connection was refused. To do: see whether it runs and this machine reaches it',
  ]);
});

test.each<[aheadMs: number, ok: boolean, told: RegExp]>([
  [0, true, /^ok: agrees/],
  [-3_000, true, /^ok: agrees/],
  [10_000, true, /^warn: this machine is (9|10) s ahead of it. To do: set the clock of this machine/],
  [62_000, false, /^wrong: this machine is 1 min [12] s ahead of it. To do: set/],
  [-3_600_000, false, /^wrong: this machine is (59 min|1 h).* behind it. To do: set/],
])('a clock that is %d ms ahead', async (aheadMs, ok, told) => {
  const findings = await patient.examine({ now: () => Date.now() + aheadMs });
  expect(toldOf(findings, 'clock: 127.0.0.1')).toEqual([expect.stringMatching(told)]);
  expect(wrongIn(findings)).toEqual(ok ? [] : ['clock: 127.0.0.1']);
});
