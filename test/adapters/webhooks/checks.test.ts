import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { Bodies } from '../../../src/adapters/http/bodies.ts';
import { mountWebhooks } from '../../../src/adapters/webhooks/receive.ts';
import { closeServer, createHttp, listen } from '../../../src/app/http.ts';
import type { Build } from '../../../src/domain/documents/build.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { ForgeKind } from '../../../src/flow/settings/forges.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { fences, readPage } from '../../docs/markdown.ts';
import { openStage, type Stage } from '../../flow/support.ts';
import { GITHUB_EXAMPLES, ORIGIN } from './payloads.ts';
import { SENDERS, standardHeaders } from './senders.ts';

const WHSEC = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`;
const SECRETS = { shop: 'the secret of shop', toys: WHSEC, ours: 'the secret of ours' };

let stage: Stage;
let services: Services;
let url: string;
let close: () => Promise<void>;

/** `shop` and `toys` are built elsewhere, `ours` is not. Of each kind of forge there is one product more. */
beforeAll(async () => {
  stage = await openStage(
    { deploy: 'true' },
    { forge: null, checks: { names: ['test'], withinMs: 3_600_000 } },
  );
  const [shop] = stage.services.settings.products;
  const { checks: _checks, ...built } = shop!.build;
  const products: ProductSettings[] = [
    { ...shop!, webhookSecret: SECRETS.shop },
    { ...shop!, name: 'toys', webhookSecret: SECRETS.toys },
    { ...shop!, name: 'ours', webhookSecret: SECRETS.ours, build: built },
    ...SENDERS.map(
      ({ kind, project, secrets }, index): ProductSettings => ({
        ...shop!,
        name: `at-${index}`,
        webhookSecret: secrets[0],
        forge: { name: 'git.acme.dev', kind, project },
      }),
    ),
  ];
  services = { ...stage.services, settings: { products } };
  const http = createHttp(async () => ({ ready: true }));
  mountWebhooks(http, new Bodies(), () => services, { log: pino({ level: 'silent' }), now: Date.now });
  const { server, port } = await listen(http, 0, '127.0.0.1');
  url = `http://127.0.0.1:${port}`;
  close = () => closeServer(server, 1_000);
}, 60_000);
afterAll(async () => {
  await close();
  await stage.close();
});

const newSha = () => randomUUID().replaceAll('-', '').padEnd(40, '0');
const buildOf = (product: string, sha: string): Promise<Build | null> =>
  services.store.load('builds', `${product}@${sha}`);

async function post(path: string, body: string, headers: Record<string, string>) {
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.json() };
}

describe('/hooks/build', () => {
  const said = (fields: object = {}) => ({ commit: newSha(), name: 'test', state: 'success', ...fields });
  const seconds = () => Math.floor(Date.now() / 1_000);

  async function tell(
    body: object | string,
    secret = SECRETS.shop,
    id: string = randomUUID(),
    at = seconds(),
  ) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return await post('/hooks/build', text, standardHeaders(text, secret, at, id));
  }

  test('keeps what it is told, before the push too, and knows it when it comes again', async () => {
    const about = { url: 'https://ci.example.com/7', description: '212 tests' };
    const report = said(about);
    const id = randomUUID();
    expect(await tell(report, SECRETS.shop, id)).toEqual({
      status: 202,
      body: { products: [{ product: 'shop', outcome: { kind: 'accepted' } }] },
    });
    expect(await tell(report, SECRETS.shop, id)).toEqual({
      status: 200,
      body: { products: [{ product: 'shop', outcome: { kind: 'seenBefore' } }] },
    });
    expect(await buildOf('shop', report.commit)).toMatchObject({
      status: 'none',
      reported: [{ name: 'test', state: 'passed', ...about, attempt: 1 }],
    });
  });

  test('counts for every product whose secret signed it, or for the one that it names', async () => {
    const [shop] = services.settings.products;
    const twin: ProductSettings = { ...shop!, name: 'twin' };
    services.settings.products.push(twin);
    const both = said();
    expect(await tell(both)).toMatchObject({
      status: 202,
      body: { products: [{ product: 'shop' }, { product: 'twin' }] },
    });
    const one = said({ product: 'twin' });
    await tell(one);
    expect(await buildOf('shop', one.commit)).toBeNull();
    expect(await buildOf('twin', one.commit)).toMatchObject({ reported: [{ state: 'passed' }] });
    services.settings.products.pop();
  });

  test('never counts for a product with another secret', async () => {
    const report = said({ product: 'toys' });
    expect(await tell(report, SECRETS.shop)).toMatchObject({
      status: 401,
      body: { refused: expect.stringContaining('no product of the name in the field product, or it has') },
    });
    expect(await buildOf('toys', report.commit)).toBeNull();
    expect(await tell(report, SECRETS.toys)).toMatchObject({ status: 202 });
  });

  test('is told that a product is not built elsewhere', async () => {
    const report = said();
    expect(await tell(report, SECRETS.ours)).toMatchObject({
      status: 202,
      body: { products: [{ product: 'ours', outcome: { kind: 'ignored', reason: expect.any(String) } }] },
    });
    expect(await buildOf('ours', report.commit)).toBeNull();
  });

  test.each<[what: string, body: object | string, reason: string]>([
    ['no JSON', '{', 'the body is no JSON object'],
    ['half a commit', said({ commit: 'abc123' }), 'commit: is no full SHA of 40 digits'],
    ['no name', said({ name: undefined }), 'name: '],
    ['a name that ends in a space', said({ name: 'test ' }), 'name: cannot be the name of a check'],
    ['a name of several lines', said({ name: 'test\nbuild' }), 'name: cannot be the name of a check'],
    ['a name with NUL', said({ name: 'te\0st' }), 'name: cannot be the name of a check'],
    ['a name that is too long', said({ name: 'x'.repeat(201) }), 'name: '],
    ['another type', said({ commit: 7 }), 'commit: '],
    ['a list', [said()], 'the body is no JSON object'],
    ['nothing', '', 'the body is no JSON object'],
    ['an unknown state', said({ state: 'passed' }), 'state: '],
    ['an address that is none', said({ url: 'javascript:alert(1)' }), 'url: '],
  ])('refuses %s with the reason', async (_what, body, reason) => {
    expect(await tell(body)).toEqual({ status: 400, body: { refused: expect.stringContaining(reason) } });
  });

  test('refuses what is not signed, signed by nobody, or old', async () => {
    const body = JSON.stringify(said());
    const header = 'webhook-signature';
    const refused = (text: string) => ({
      status: 401,
      body: { refused: expect.stringContaining(text), header },
    });
    expect(await post('/hooks/build', body, {})).toEqual(refused('is not signed'));
    expect(await tell(body, 'the secret of nobody')).toEqual(
      refused('does not match the webhook secret of any product: sign with webhook.secret'),
    );
    expect(await tell(body, SECRETS.shop, 'm', seconds() - 301)).toEqual(refused('more than five minutes'));
    expect(await tell('x'.repeat(70_000))).toMatchObject({ status: 413 });
  });

  test.each(['shop', 'toys'] as const)('takes what the recipe of the docs sends for %s', async (product) => {
    const recipe = fences(readPage('docs/forges.md'), 'sh').find((text) => text.includes('/hooks/build'));
    const commit = newSha();
    const { stdout } = await promisify(execFile)('sh', ['-euc', recipe!], {
      env: {
        PATH: process.env.PATH,
        COMMIT: commit,
        JOB_URL: 'https://ci.example.com/7',
        SECRET: SECRETS[product],
        SLIPWAY_URL: url,
      },
    });
    expect(JSON.parse(stdout)).toEqual({ products: [{ product, outcome: { kind: 'accepted' } }] });
    expect((await buildOf(product, commit))?.reported).toMatchObject([{ url: 'https://ci.example.com/7' }]);
  });
});

/** What each kind of forge sends about a check of a commit, from its documentation. */
const RINGS: Record<ForgeKind, (project: string, sha: string) => [event: string, payload: object][]> = {
  github: (project, sha) =>
    (['check_run', 'check_suite', 'status', 'workflow_run', 'workflow_job'] as const).map((name) => {
      const example = GITHUB_EXAMPLES.find((event) => event.name === name)?.examples[0];
      const repository = { full_name: project, html_url: `${ORIGIN}/${project}` };
      const about = { ...(example?.[name] as object | undefined), head_sha: sha };
      return [
        name,
        name === 'status' ? { ...example, sha, repository } : { ...example, [name]: about, repository },
      ];
    }),
  gitlab: (project, sha) => {
    const repository = { path_with_namespace: project, web_url: `${ORIGIN}/${project}` };
    return [
      ['Pipeline Hook', { object_kind: 'pipeline', object_attributes: { id: 31, sha }, project: repository }],
      ['Job Hook', { object_kind: 'build', sha, build_status: 'success', project: repository }],
    ];
  },
  bitbucket: (project, sha) =>
    ['repo:commit_status_created', 'repo:commit_status_updated'].map((event) => [
      event,
      {
        repository: { full_name: project, links: { html: { href: `${ORIGIN}/${project}` } } },
        commit_status: {
          key: 'test',
          state: 'SUCCESSFUL',
          links: { commit: { href: `https://api.bitbucket.org/2.0/repositories/${project}/commit/${sha}` } },
        },
      },
    ]),
  gitea: (project, sha) => {
    const repository = { full_name: project, html_url: `${ORIGIN}/${project}` };
    return [
      ['status', { sha, context: 'test', state: 'success', repository }],
      ['workflow_run', { workflow_run: { head_sha: sha }, repository }],
    ];
  },
};

const CASES = SENDERS.flatMap((sender, index) =>
  sender.name === 'Bitbucket Data Center'
    ? []
    : RINGS[sender.kind](sender.project, '').map(([event], at) => ({
        name: sender.name,
        event,
        sender,
        index,
        at,
      })),
);

describe('an event of a forge about a check', () => {
  test.each(CASES)('of $name, $event, makes Slipway look', async ({ sender, index, at }) => {
    const product = `at-${index}`;
    const sha = newSha();
    const [event, payload] = RINGS[sender.kind](sender.project, sha)[at]!;
    const body = JSON.stringify(payload);
    const headers = sender.headers(
      { project: sender.project, ref: 'refs/heads/main', after: sha },
      randomUUID(),
    );
    for (const name of Object.keys(headers)) if (/event(-key)?$/.test(name)) headers[name] = event;
    const send = () =>
      post(`/hooks/${sender.kind}`, body, { ...headers, ...sender.sign(body, sender.secrets[0]) });
    const foreign = JSON.stringify(RINGS[sender.kind]('acme/elsewhere', sha)[at]![1]);
    expect(
      await post(`/hooks/${sender.kind}`, foreign, {
        ...headers,
        ...sender.sign(foreign, sender.secrets[0]),
      }),
    ).toEqual({ status: 200, body: { ignored: 'no product follows acme/elsewhere' } });
    // Nobody waits for it yet.
    expect(await send()).toEqual({ status: 202, body: { awaited: [] } });
    expect(await buildOf(product, sha)).toBeNull();
    for (const command of [
      { type: 'requestBuild', push: null, watcher: null },
      { type: 'lookAtChecks' },
    ] as const)
      await apply(services, 'builds', `${product}@${sha}`, { id: randomUUID(), actor: ROBOT, ...command });
    expect((await buildOf(product, sha))?.checks).toMatchObject({ looks: 1, rung: false });
    expect(await send()).toEqual({ status: 202, body: { awaited: [product] } });
    expect((await buildOf(product, sha))?.checks?.rung).toBe(true);
    const wrong = body.replaceAll(sha, 'abc');
    expect(
      await post(`/hooks/${sender.kind}`, wrong, { ...headers, ...sender.sign(wrong, sender.secrets[0]) }),
    ).toEqual({
      status: 400,
      body: { refused: 'the body does not name a commit and its repository' },
    });
  });
});
