import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { Bodies } from '../../../src/adapters/http/bodies.ts';
import { mountWebhooks } from '../../../src/adapters/webhooks/receive.ts';
import { closeServer, createHttp, listen } from '../../../src/app/http.ts';
import { latestAttempt } from '../../../src/domain/documents/environment.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { Follower } from '../../../src/flow/remote/follow.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { fences, readPage } from '../../docs/markdown.ts';
import { makeRelease, openStage, type Stage } from '../../flow/support.ts';
import { type DeployServerWorld, deployServerWorld, HTTP_SECRET } from '../../support/executors/http.ts';
import { until } from '../../support/until.ts';
import { standardHeaders } from './senders.ts';

const ID = 'shop/integration';
const SHA = 'a'.repeat(40);
const OTHER = 'the secret of another deploy';
/** That of another environment of the product. */
const PROD = 'the secret of the deploy to prod';
const WEBHOOK = 'the webhook secret of shop';

let server: DeployServerWorld;
let stage: Stage;
let services: Services;
let url: string;
let key: string;
let close: () => Promise<void>;

const prodOf = (environment: ProductSettings['environments'][0]) => ({
  ...environment,
  policy: { ...environment.policy, name: 'prod' },
});

/** `shop` is being deployed over HTTP; `toys` is deployed by another server; `ours` has a secret that is not set here. */
beforeEach(async () => {
  server = await deployServerWorld({ addresses: true });
  stage = await openStage({ deploy: 'exit 1' }, undefined, {
    system: server,
    steps: ['deploy'],
    timeoutMs: 60_000,
  });
  const [shop] = stage.services.settings.products;
  if (shop === undefined) throw new Error('no product');
  const over = (secret: string): ProductSettings['environments'] => [
    {
      ...shop.environments[0],
      deploy: { remote: { system: 'http', url: server.url, secret }, timeoutMs: 60_000 },
    },
  ];
  const products: ProductSettings[] = [
    { ...shop, webhookSecret: WEBHOOK, environments: [...over(HTTP_SECRET), prodOf(over(PROD)[0])] },
    { ...shop, name: 'toys', environments: over(OTHER) },
    { ...shop, name: 'ours', environments: over('') },
  ];
  services = { ...stage.services, settings: { products } };
  const http = createHttp(async () => ({ ready: true }));
  mountWebhooks(http, new Bodies(), () => services, { log: pino({ level: 'silent' }), now: Date.now });
  const listening = await listen(http, 0, '127.0.0.1');
  url = `http://127.0.0.1:${listening.port}`;
  close = () => closeServer(listening.server, 1_000);
  await makeRelease(services, SHA);
  const succeeded = { type: 'buildEnded', sha: SHA, succeeded: true } as const;
  await apply(services, 'environments', ID, { id: services.newId(), actor: ROBOT, ...succeeded });
  await deploy(services, ID);
  key = (await remote()).key;
});
afterEach(async () => {
  await close();
  await stage.close();
  await server.close();
});

async function attempt() {
  const environment = await services.store.load('environments', ID);
  const found = environment && latestAttempt(environment)?.attempt;
  if (!found) throw new Error('no attempt');
  return found;
}
async function remote() {
  const { remote } = await attempt();
  if (remote === undefined) throw new Error('no remote attempt');
  return remote;
}
const isDue = async () => ((await remote()).lookAt ?? Number.POSITIVE_INFINITY) <= Date.now();

async function post(body: string, secret: string, seconds = Math.floor(Date.now() / 1_000)) {
  const headers = standardHeaders(body, secret, seconds);
  return await answerTo(headers, body);
}
async function answerTo(headers: Record<string, string>, body: string) {
  const answer = await fetch(`${url}/hooks/deploy`, { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.json() };
}
const told = (id = key) => JSON.stringify({ attempt: id });

test('the server is asked at once, again after the end, and nothing that it says here is believed', async () => {
  server.become(key, 'failed');
  const lie = JSON.stringify({ attempt: key, state: 'succeeded' });
  for (const state of ['failed', 'succeeded'] as const) {
    server.become(key, state);
    expect(await post(lie, HTTP_SECRET)).toEqual({ status: 202, body: { asked: ['shop'] } });
    // At most once a second.
    await until('it is due', isDue);
    await new Follower(services, 1).follow(ID);
    expect((await attempt()).outcome).toMatchObject({ kind: state });
  }
});

test('a message may come many times, and is stored once until the server is asked', async () => {
  const revision = async () => (await services.store.load('environments', ID))?.revision;
  expect(await post(told(), HTTP_SECRET)).toMatchObject({ status: 202 });
  const once = await revision();
  for (let times = 0; times < 3; times++)
    expect(await post(told(), HTTP_SECRET)).toMatchObject({ status: 202, body: { asked: ['shop'] } });
  expect(await revision()).toBe(once);
  expect(server.starts(key)).toBe(1);
});

const HEADER = 'webhook-signature';

test.each<[what: string, call: () => ReturnType<typeof post>, answer: object]>([
  [
    'the secret of another product',
    () => post(told(), OTHER),
    { status: 200, body: { ignored: 'no attempt with this id is the latest of its environment' } },
  ],
  [
    'the secret of another environment',
    () => post(told(), PROD),
    { status: 200, body: { ignored: 'no attempt with this id is the latest of its environment' } },
  ],
  [
    'an attempt that is unknown',
    () => post(told('slip-9'), HTTP_SECRET),
    { status: 200, body: { ignored: 'no attempt with this id is the latest of its environment' } },
  ],
  [
    'the webhook secret',
    () => post(told(), WEBHOOK),
    {
      status: 401,
      body: { refused: 'the signature does not match the secret of any deploy over http', header: HEADER },
    },
  ],
  ['an empty secret', () => post(told(), ''), { status: 401 }],
  [
    'no signature',
    () => answerTo({}, told()),
    {
      status: 401,
      body: { refused: 'the request is not signed: sign it with the secret of the deploy', header: HEADER },
    },
  ],
  [
    'an old signature',
    () => post(told(), HTTP_SECRET, Math.floor(Date.now() / 1_000) - 301),
    { status: 401, body: { refused: expect.stringContaining('five minutes') } },
  ],
  [
    'a body that was changed',
    () => answerTo(standardHeaders(told(), HTTP_SECRET, Math.floor(Date.now() / 1_000)), `${told()} `),
    { status: 401 },
  ],
  [
    'no JSON',
    () => post('attempt', HTTP_SECRET),
    { status: 400, body: { refused: 'the body is no JSON object' } },
  ],
  [
    'no attempt',
    () => post('{"attempt":5}', HTTP_SECRET),
    { status: 400, body: { refused: expect.stringMatching(/^attempt: /) } },
  ],
  ['too much', () => post(told('x'.repeat(70_000)), HTTP_SECRET), { status: 413 }],
])('%s makes Slipway ask nobody', async (_, call, answer) => {
  const before = await remote();
  expect(await call()).toMatchObject(answer);
  expect(await remote()).toEqual(before);
});

test('the recipe of the page with curl and openssl is taken', async () => {
  const [recipe] = fences(readPage('docs/deploys.md'), 'sh').filter((text) => text.includes('/hooks/deploy'));
  if (recipe === undefined) throw new Error('the page has no recipe');
  const script = recipe.replaceAll('https://slipway.example.com', url);
  const env = { PATH: process.env.PATH, DEPLOY_SECRET: HTTP_SECRET, ATTEMPT: key };
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { env });
  expect(JSON.parse(stdout)).toEqual({ asked: ['shop'] });
});
