import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { pino } from 'pino';
import { Bodies } from '../../../src/adapters/http/bodies.ts';
import { isStandardSecret } from '../../../src/adapters/standard-webhooks.ts';
import { mountWebhooks } from '../../../src/adapters/webhooks/receive.ts';
import { closeServer, createHttp, listen } from '../../../src/app/http.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { openStage, type Stage } from '../../flow/support.ts';
import { cloudPush, type Told } from './payloads.ts';
import { SENDERS, type Sender } from './senders.ts';

const MAIN = 'refs/heads/main';
const SHA = 'a'.repeat(40);
const MB = 1024 * 1024;

let stage: Stage;
let url: string;
let close: () => Promise<void>;

/** Both products of a sender follow the same repository, with secrets of their own. */
const namesOf = ({ name }: Sender) =>
  ['a', 'b'].map((one) => `${name.toLowerCase().replaceAll(' ', '-')}-${one}`);

/** One process for the whole table, with the products of all kinds. */
beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  const [shop] = stage.services.settings.products;
  const products = SENDERS.flatMap((sender) =>
    namesOf(sender).map((name, index): ProductSettings => {
      const { kind, project, secrets } = sender;
      const forge = { name: 'git.acme.dev', kind, project };
      return { ...shop!, name, forge, repository: '/srv/git/mirror.git', webhookSecret: secrets[index]! };
    }),
  );
  const services = { ...stage.services, settings: { products } };
  const http = createHttp(async () => ({ ready: true }));
  const log = pino({ level: 'silent' });
  mountWebhooks(http, new Bodies(), () => services, { log, now: Date.now });
  const { server, port } = await listen(http, 0, '127.0.0.1');
  url = `http://127.0.0.1:${port}`;
  close = () => closeServer(server, 1_000);
}, 60_000);
afterAll(async () => {
  await close();
  await stage.close();
});

interface Change {
  told?: Partial<Told>;
  payload?: Record<string, unknown>;
  body?: string;
  delivery?: string;
  /** null: no signature. */
  secret?: string | null;
  headers?: Record<string, string>;
  without?: readonly string[];
  path?: string;
}

async function send(sender: Sender, change: Change = {}): Promise<{ status: number; body: unknown }> {
  const told = { project: sender.project, ref: MAIN, after: SHA, ...change.told };
  const body = change.body ?? JSON.stringify(change.payload ?? sender.payload(told));
  const { secret = sender.secrets[0], delivery = randomUUID() } = change;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...sender.headers(told, delivery),
    ...(secret === null ? {} : sender.sign(body, secret)),
    ...change.headers,
  };
  for (const name of change.without ?? []) delete headers[name];
  const path = change.path ?? `/hooks/${sender.kind}`;
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.json() };
}

/** How often each product of a sender was asked to look at its repository. */
async function asked(sender: Sender): Promise<number[]> {
  const products = namesOf(sender).map((name) => stage.services.store.load('products', name));
  return (await Promise.all(products)).map((product) => product?.asked ?? 0);
}

const taken = (sender: Sender, outcome: object) => ({
  status: 202,
  body: { products: [{ product: namesOf(sender)[0], outcome }] },
});

const refused = (reason: string, header: string) => ({
  status: 401,
  body: { refused: expect.stringContaining(reason), header },
});

type Case = [
  what: string,
  change: (sender: Sender) => Change,
  answer: (sender: Sender) => object,
  looks?: number,
];

const CASES: Case[] = [
  ['a push', () => ({}), (sender) => taken(sender, { kind: 'accepted' }), 1],
  ['a push by force', () => ({ told: { forced: true } }), (sender) => taken(sender, { kind: 'accepted' }), 1],
  [
    'a push of another branch',
    () => ({ told: { ref: 'refs/heads/other' } }),
    (sender) => taken(sender, { kind: 'ignored', reason: 'push to other; this product follows main' }),
  ],
  [
    'a deletion',
    () => ({ told: { after: null } }),
    (sender) => taken(sender, { kind: 'ignored', reason: 'the branch main was deleted; nothing to build' }),
    1,
  ],
  [
    'a tag',
    () => ({ told: { ref: 'refs/tags/v1' } }),
    (sender) =>
      taken(sender, { kind: 'ignored', reason: 'push of the tag v1; this product follows the branch main' }),
  ],
  [
    'a tag that was deleted, and is named like the branch',
    () => ({ told: { ref: 'refs/tags/main', after: null } }),
    (sender) =>
      taken(sender, {
        kind: 'ignored',
        reason: 'push of the tag main; this product follows the branch main',
      }),
  ],
  [
    'a wrong signature',
    () => ({ secret: 'the secret of nobody' }),
    ({ signedIn }) => refused('does not match the webhook secret of any product', signedIn),
  ],
  [
    'no signature',
    () => ({ secret: null }),
    ({ signedIn, named = signedIn }) => refused('is not signed', named),
  ],
  [
    'a malformed signature',
    ({ malformed }) => ({ secret: null, headers: malformed }),
    ({ signedIn }) => refused('is not signed', signedIn),
  ],
  [
    'another project, such as that of a repository that was renamed',
    () => ({ told: { project: 'acme/renamed' } }),
    () => ({ status: 200, body: { ignored: 'no product follows acme/renamed' } }),
  ],
  [
    'garbage',
    () => ({ body: '{"ref":' }),
    () => ({ status: 400, body: { refused: 'the body is not a push event' } }),
  ],
  [
    'JSON that is no push',
    () => ({ payload: { ref: 5 } }),
    () => ({ status: 400, body: { refused: 'the body is not a push event' } }),
  ],
  [
    'a project whose name is longer than any',
    () => ({ told: { project: `acme/${'a'.repeat(2_000)}` } }),
    () => ({ status: 400, body: { refused: 'the body is not a push event' } }),
  ],
  ...Object.entries({
    'an array': '[]',
    'a number': '1e999',
    nothing: 'null',
    'an empty body': '',
    'a prototype': '{"__proto__":{"ref":"refs/heads/main"},"constructor":{"prototype":{}}}',
    'more depth than anybody reads': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    'depth in a field': `{"ref":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
    'bytes that are no text': '\u{fffd}\0',
  }).map(
    ([what, body]): Case => [
      what,
      () => ({ body }),
      () => ({ status: 400, body: { refused: 'the body is not a push event' } }),
    ],
  ),
  [
    'a body that says that it is compressed',
    () => ({ headers: { 'content-encoding': 'gzip' } }),
    () => ({ status: 400, body: { refused: 'the body is compressed: send it as it is' } }),
  ],
  [
    'a branch whose name looks like an address',
    () => ({ told: { ref: 'refs/heads/feature/größe%2F#1' } }),
    (sender) =>
      taken(sender, { kind: 'ignored', reason: 'push to feature/größe%2F#1; this product follows main' }),
  ],
  [
    'the branch encoded, which is another one',
    () => ({ told: { ref: 'refs/heads/m%61in' } }),
    (sender) => taken(sender, { kind: 'ignored', reason: 'push to m%61in; this product follows main' }),
  ],
  [
    'the project in another case',
    ({ project }) => ({ told: { project: project.toUpperCase() } }),
    (sender) => taken(sender, { kind: 'accepted' }),
    1,
  ],
  [
    'a signature that comes twice',
    (sender) => {
      const [[name, value] = ['', '']] = Object.entries(sender.sign('', sender.secrets[0]));
      return { secret: null, headers: { [name]: `${value}, ${value}` } };
    },
    () => ({ status: 401, body: { refused: expect.any(String), header: expect.any(String) } }),
  ],
  [
    'no delivery id',
    ({ delivery }) => ({ without: delivery }),
    () => ({ status: 400, body: { refused: expect.stringMatching(/^no X-|^no Idempotency-Key/) } }),
  ],
  [
    'a delivery id that is too long',
    () => ({ delivery: 'x'.repeat(201) }),
    () => ({ status: 400, body: { refused: expect.stringMatching(/^no X-|^no Idempotency-Key/) } }),
  ],
  [
    'another event',
    () => ({
      headers: Object.fromEntries(
        ['x-github-event', 'x-gitlab-event', 'x-event-key', 'x-gitea-event', 'x-forgejo-event'].map(
          (name) => [name, 'constructor'],
        ),
      ),
    }),
    () => ({ status: 200, body: { ignored: 'event constructor' } }),
  ],
];

describe.each(SENDERS.map((sender) => ({ name: sender.name, sender })))(
  'a webhook of $name',
  ({ sender }) => {
    test.each(CASES)('with %s', async (_what, change, answer, looks = 0) => {
      const [before = 0, other] = await asked(sender);
      expect(await send(sender, change(sender))).toEqual(answer(sender));
      // What is signed with the secret of one product never counts for another.
      expect(await asked(sender)).toEqual([before + looks, other]);
    });

    test('that comes again is recognised', async () => {
      const delivery = randomUUID();
      const [before = 0] = await asked(sender);
      expect(await send(sender, { delivery })).toEqual(taken(sender, { kind: 'accepted' }));
      expect(await send(sender, { delivery })).toEqual(taken(sender, { kind: 'seenBefore' }));
      expect((await asked(sender))[0]).toBe(before + 1);
    });

    test('tells what was pushed', async () => {
      const after = randomUUID().replaceAll('-', '').padEnd(40, '0');
      await send(sender, { told: { after, forced: true } });
      const product = await stage.services.store.load('products', namesOf(sender)[0]!);
      const forced = sender.tellsForce ? true : null;
      expect(product?.announced?.at(-1)).toMatchObject({ after, forced });
      expect(product?.pending.at(-1)).toMatchObject({ after, forced, pushedBy: sender.pusher });
    });

    test('is of its own kind: at the address of another it counts for nobody, and people are told', async () => {
      // With a secret that this sender can sign with.
      const fits = (secret: string) => isStandardSecret(secret) === isStandardSecret(sender.secrets[0]);
      const other = SENDERS.find(({ kind, secrets }) => kind !== sender.kind && secrets.some(fits))!;
      const index = other.secrets.findIndex(fits);
      const name = namesOf(other)[index]!;
      const before = await asked(other);
      expect(await send(sender, { secret: other.secrets[index]! })).toEqual(
        refused(`${name} is at a forge of another kind`, sender.signedIn),
      );
      expect(await asked(other)).toEqual(before);
      expect(stage.services.troubles.list()).toContainEqual(
        expect.objectContaining({
          where: name,
          says: `webhooks for ${name} arrive at /hooks/${sender.kind}, but its forge is a ${other.kind}: Slipway accepts none there`,
        }),
      );
      await send(other, { secret: other.secrets[index]! });
      expect(stage.services.troubles.list().filter(({ where }) => where === name)).toEqual([]);
    });

    test.each([
      ['of 27 MB is refused', (sender: Sender) => sender.sign('', sender.secrets[1]), 27 * MB, 413],
      ['of 1 MB without a signature is refused unread', () => ({}), MB, 401],
      ['of 1 MB with a malformed signature is refused unread', (sender: Sender) => sender.malformed, MB, 401],
    ])('%s', async (_what, signature, bytes, status) => {
      const headers = { 'content-length': bytes, ...signature(sender) };
      const asking = request(`${url}/hooks/${sender.kind}`, { method: 'POST', headers });
      asking.flushHeaders();
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      expect(answer.statusCode).toBe(status);
      asking.on('error', () => {}).destroy();
    });
  },
);

test.each(
  SENDERS.flatMap((sender) =>
    (['github', 'gitlab', 'bitbucket', 'gitea'] as const)
      .filter((kind) => kind !== sender.kind)
      .map((kind) => ({ name: sender.name, kind, sender })),
  ),
)('a webhook of $name at the address of $kind is told its own address', async ({ sender, kind }) => {
  const path = `/hooks/${kind}`;
  expect(await send(sender, { path, secret: null })).toEqual({
    status: 401,
    body: {
      refused: expect.stringContaining(
        `because it comes from a ${sender.kind}: give the webhook the address /hooks/${sender.kind}`,
      ),
      header: expect.any(String),
    },
  });
  // Where it is signed as that address wants it, its product is told to people.
  const { status, body } = await send(sender, { path });
  expect([status, JSON.stringify(body)]).toEqual([
    401,
    expect.stringMatching(/comes from a|is at a forge of another kind/),
  ]);
});

test('what GitHub sends, which has an older signature too, is told its address at Bitbucket', async () => {
  const headers = { 'x-hub-signature': `sha1=${'a'.repeat(40)}` };
  expect(await send(senderNamed('GitHub'), { path: '/hooks/bitbucket', headers })).toMatchObject({
    status: 401,
    body: { refused: expect.stringContaining('the address /hooks/github') },
  });
});

test.each(['github', 'gitlab', 'bitbucket', 'gitea', 'build'])(
  'who tries /hooks/%s in a browser learns that it is there',
  async (name) => {
    const answer = await fetch(`${url}/hooks/${name}`);
    expect([answer.status, answer.headers.get('allow'), await answer.json()]).toEqual([
      405,
      'POST',
      { refused: expect.stringContaining('the address is right') },
    ]);
  },
);

const senderNamed = (name: string) => SENDERS.find((sender) => sender.name === name)!;

test('the body of a sender with a wrong token is read no further than to find the repository in it', async () => {
  const headers = { 'content-length': MB, 'x-gitlab-token': 'the secret of nobody' };
  const asking = request(`${url}/hooks/gitlab`, { method: 'POST', headers });
  asking.flushHeaders();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(401);
  asking.on('error', () => {}).destroy();
});

test('a product with a signing token takes no secret token, and the other way round', async () => {
  const signing = senderNamed('GitLab with a signing token');
  const plain = senderNamed('GitLab with a secret token');
  for (const [sender, other] of [
    [signing, plain],
    [plain, signing],
  ] as const) {
    const [secret] = sender.secrets;
    expect(await send({ ...sender, sign: other.sign }, { secret })).toEqual(
      refused('does not match', other.signedIn),
    );
  }
});

test('a signing token that was entered as the secret token is refused with what to choose', async () => {
  const signing = senderNamed('GitLab with a signing token');
  const [secret] = signing.secrets;
  const plain = senderNamed('GitLab with a secret token');
  // People are told when it comes again and again: a few could be anybody's.
  for (let time = 0; time < 3; time++) {
    expect(await send({ ...signing, sign: plain.sign }, { secret })).toEqual(
      refused('it is a signing token, but stands in the field "Secret token"', 'X-Gitlab-Token'),
    );
  }
  const told = () => stage.services.troubles.list().filter(({ where }) => where === namesOf(signing)[0]);
  expect(told()).toEqual([
    expect.objectContaining({ todo: expect.stringContaining('let GitLab make a "Signing token"') }),
  ]);
  await send(signing);
  expect(told()).toEqual([]);
});

test('the test of a connection, which Bitbucket Data Center does not sign, is answered and counts for nothing', async () => {
  const sender = senderNamed('Bitbucket Data Center');
  const before = await asked(sender);
  const headers = { 'x-event-key': 'diagnostics:ping' };
  expect(await send(sender, { secret: null, headers, payload: { test: true } })).toEqual({
    status: 200,
    body: { ignored: expect.stringContaining('event diagnostics:ping, which is not signed') },
  });
  expect(await send(sender, { secret: 'the secret of nobody', headers })).toMatchObject({ status: 401 });
  expect(await asked(sender)).toEqual(before);
});

test('a signing token that is sent along as a secret token proves nothing', async () => {
  const sender = senderNamed('GitLab with a signing token');
  const [secret] = sender.secrets;
  const headers = { 'x-gitlab-token': secret, 'webhook-signature': `v1,${'A'.repeat(43)}=` };
  expect(await send(sender, { headers })).toEqual(refused('does not match', 'webhook-signature'));
});

test('a signature that is older than five minutes is refused, and the answer says so', async () => {
  const sender = senderNamed('GitLab with a signing token');
  const old = { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 301) };
  expect(await send(sender, { headers: old })).toEqual(
    refused('more than five minutes', 'webhook-signature'),
  );
});

test('a delivery of Bitbucket that holds several changes is taken for each, and again for none', async () => {
  const sender = senderNamed('Bitbucket Cloud');
  const told = (ref: string) => ({ project: sender.project, ref, after: SHA });
  const payload = cloudPush(told('refs/heads/other'), told(MAIN), told('refs/tags/v2'));
  const [before = 0] = await asked(sender);
  const delivery = randomUUID();
  const product = namesOf(sender)[0]!;
  expect(await send(sender, { payload, delivery })).toMatchObject({
    status: 202,
    body: {
      products: [
        { product, ref: 'other', outcome: { kind: 'ignored' } },
        { product, ref: 'main', outcome: { kind: 'accepted' } },
        { product, ref: 'v2', outcome: { kind: 'ignored' } },
      ],
    },
  });
  const again = { product, outcome: { kind: 'seenBefore' } };
  expect(await send(sender, { payload, delivery })).toMatchObject({
    body: { products: [again, again, again] },
  });
  expect((await asked(sender))[0]).toBe(before + 1);
});

test('of a delivery of thousands of changes only those count that a product follows', async () => {
  const sender = senderNamed('Bitbucket Cloud');
  const product = namesOf(sender)[0]!;
  const told = (ref: string) => ({ project: sender.project, ref, after: SHA });
  const others = Array.from({ length: 2_000 }, (_, number) => told(`refs/heads/other-${number}`));
  const [before = 0] = await asked(sender);
  expect(await send(sender, { payload: cloudPush(told('refs/tags/v3'), ...others, told(MAIN)) })).toEqual({
    status: 202,
    body: {
      products: [
        { product, ref: 'main', outcome: { kind: 'accepted' } },
        {
          product,
          outcome: { kind: 'ignored', reason: '2001 other changes; this product follows the branch main' },
        },
      ],
    },
  });
  expect((await asked(sender))[0]).toBe(before + 1);
});

test('a delivery without changes is ignored', async () => {
  const sender = senderNamed('Bitbucket Cloud');
  const payload = { ...cloudPush({ project: sender.project, ref: MAIN, after: SHA }), push: { changes: [] } };
  expect(await send(sender, { payload })).toEqual({ status: 200, body: { ignored: 'nothing was pushed' } });
});

test('a repository that was renamed is told with its new name, and where that belongs', async () => {
  const sender = senderNamed('GitHub');
  const [product] = namesOf(sender);
  const told = () => stage.services.troubles.list().filter(({ where }) => where === product);
  await send(sender, { told: { project: 'acme/renamed' } });
  expect(told()).toEqual([
    expect.objectContaining({
      says: `a push to acme/renamed arrived, signed with webhook.secret of ${product}, but no product follows that repository`,
      todo: expect.stringContaining(
        `set forge of ${product} in slipway.yml to { name: git.acme.dev, project: acme/renamed } and restart`,
      ),
    }),
  ]);
  await send(sender);
  expect(told()).toEqual([]);
});

test('a push of neither a branch nor a tag is ignored', async () => {
  expect(await send(senderNamed('GitHub'), { told: { ref: 'refs/notes/commits' } })).toEqual({
    status: 200,
    body: { ignored: 'refs/notes/commits is neither a branch nor a tag' },
  });
});

test('a form of Gitea, which signs the JSON in it, is refused with what to choose', async () => {
  const sender = senderNamed('Gitea');
  const json = JSON.stringify(sender.payload({ project: sender.project, ref: MAIN, after: SHA }));
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...sender.sign(json, sender.secrets[0]),
  };
  const body = new URLSearchParams({ payload: json }).toString();
  expect(await send(sender, { body, secret: null, headers })).toEqual(
    refused('let the webhook send application/json', sender.signedIn),
  );
});

test('a webhook of a whole organization, which tells of other repositories too, need not be removed', async () => {
  const sender = senderNamed('GitHub');
  const [product] = namesOf(sender);
  const told = () => stage.services.troubles.list().filter(({ where }) => where === product);
  await send(sender, { told: { project: 'acme/neighbour' } });
  expect(told()).toEqual([
    expect.objectContaining({
      todo: expect.stringMatching(/of a whole organization.*ends with the next push to.*otherwise remove/),
    }),
  ]);
  await send(sender);
  expect(told()).toEqual([]);
});
