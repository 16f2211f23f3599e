import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
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
