import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import type { Finding } from '../../../src/app/online/finding.ts';
import { askOnline } from '../../../src/app/online/online.ts';
import { findingsText } from '../../../src/bin/findings-text.ts';
import type { ForgeAccess } from '../../../src/flow/settings/forges.ts';
import type { Settings } from '../../../src/flow/settings/settings.ts';
import { bitbucketCloudWorld, bitbucketDataCenterWorld } from '../../support/forges/bitbucket.ts';
import { giteaWorld } from '../../support/forges/gitea.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import { gitlabWorld } from '../../support/forges/gitlab.ts';
import { type Fault, serve } from '../../support/forges/server.ts';
import { type ForgeWorld, PROJECT } from '../../support/forges/world.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { type GitServer, gitServer } from '../../support/repositories/git-server.ts';

const PASSED = { status: 'completed', conclusion: 'success' };

let repository: TemporaryRepository;
beforeAll(() => {
  repository = temporaryRepository();
  repository.commit({ a: '1' }, 'One');
  repository.push();
  for (const tag of ['v9', 'v10']) repository.git('tag', tag);
  repository.git('push', '--quiet', 'origin', 'v9', 'v10');
});
afterAll(() => repository.cleanup());

/** The settings of a world's forge, with one product whose other fields are as YAML. */
function settingsOf(
  world: ForgeWorld,
  product: string,
  access: ForgeAccess = world.settings.access,
): Settings {
  const { kind, api } = world.settings;
  const login = {
    app: 'app: { id: 12345, key: env:SECRET }',
    token: `token: env:SECRET${access.kind === 'token' && access.user !== null ? `, user: "${access.user}"` : ''}`,
    none: '',
  };
  const secret = access.kind === 'app' ? access.key : access.kind === 'token' ? access.token : '';
  const text = `forges: { forge.test: { kind: ${kind}, api: "${api}", ${login[access.kind]} } }
products:
  shop:
    channel: "#shop"
    ${product.trim().split('\n').join('\n    ')}
    environments: [{ name: prod, mode: continuous, deploy: { run: "true" } }]`;
  const loaded = parseConfiguration(text, { SECRET: secret });
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

const asked = async (settings: Settings, over = {}) =>
  findingsText(await askOnline({ settings, now: Date.now, forgeTimeoutMs: 5_000, ...over }));
/** The lines about what is wrong. */
const wrongs = (text: string) =>
  text.split('\n').flatMap((line) => (line.startsWith('  wrong') ? [line.slice('  wrong  '.length)] : []));

describe('a repository at GitHub, with an App', () => {
  let world: GitHubWorld;
  let server: GitServer;
  let at: string;

  beforeEach(async () => {
    world = await githubWorld('app');
    server = await gitServer(tmpdir(), { user: world.gitUser, password: world.state.believed });
    at = `${server.origin}/${basename(dirname(repository.url))}/origin.git`;
  });
  afterEach(async () => {
    await world.close();
    await server.close();
  });

  /** The forge has the name of the git server's host, so that git uses its login. */
  function settings(more = '', project = PROJECT): Settings {
    const { host } = new URL(server.origin);
    const found = settingsOf(
      world,
      `repository: ${at}\nforge: { name: forge.test, project: ${project} }\n${more}`,
    );
    const [forge] = found.forges!;
    const [product] = found.products;
    return {
      ...found,
      forges: [{ ...forge!, name: host }],
      products: [{ ...product!, forge: { ...product!.forge!, name: host } }],
    };
  }
  const masked = (text: string) =>
    text.replaceAll(new URL(server.origin).host, 'HOST').replaceAll(at, 'REPOSITORY');
  const sha = () => repository.head().slice(0, 7);

  test('says of everything that is right what it is', async () => {
    for (const name of ['test', 'build']) world.report({ name, native: PASSED, sha: repository.head() });
    const text = await asked(settings('build: { checks: [test, build] }'));
    expect(masked(text)).toBe(`  ok     HOST: accepts the login, of slipway (App)
  ok     shop: ${PROJECT} at HOST: the account may read checks, run failed checks again, report commit statuses, report deployments, read pull requests and be used by git to fetch the repository
  ok     shop: http://HOST/${at.split('/').slice(3).join('/')}: has branch main
  ok     shop: build.checks: HOST reports of main (${sha()}) "test" and "build"

Nothing is wrong.`);
    for (const secret of world.secrets) expect(text).not.toContain(secret);
    expect([world.statuses(), world.deployments()]).toEqual([[], []]);
  });

  test('names each scope that is missing, with what it is for', async () => {
    world.takeAway();
    const text = await asked(settings('build: { checks: [test] }'));
    const may = (what: string, scope: string) =>
      `shop: ${PROJECT} at HOST: the account may not ${what}: it lacks ${scope}. To do: give ${scope} to the App, and accept it where it is installed`;
    expect(wrongs(masked(text))).toEqual([
      may('read checks', 'checks: read'),
      may('run failed checks again', 'actions: write'),
      may('report commit statuses', 'statuses: write'),
      may('report deployments', 'deployments: write'),
      may('read pull requests', 'pull_requests: read'),
      may('be used by git to fetch the repository', 'contents: read'),
    ]);
    expect(text).toContain('6 things are wrong.');
  });

  test('says whether the account may run what carries out steps, also in another project', async () => {
    const found = settings();
    const [product] = found.products;
    const { name } = product!.forge!;
    const run = { system: 'github', forge: name, workflow: 'deploy.yml', ref: 'main', inputs: {} } as const;
    const [environment] = product!.environments;
    environment.deploy = { remote: { ...run, project: PROJECT }, timeoutMs: 1_000 };
    environment.verify = { remote: { ...run, project: 'acme/deploys' }, timeoutMs: 1_000 };
    const text = masked(await asked(found));
    expect(text).toContain('to fetch the repository and run workflows and pipelines');
    expect(wrongs(text)).toEqual([
      expect.stringMatching(
        /^shop: acme\/deploys at HOST: .* To do: install .* write it as project of the step$/,
      ),
    ]);
    world.takeAway();
    expect(wrongs(masked(await asked(found)))).toContainEqual(
      expect.stringContaining(
        `${PROJECT} at HOST: the account may not run workflows and pipelines: it lacks actions: write`,
      ),
    );
  });

  test('tells of a check that is not reported together with those that are', async () => {
    for (const name of ['Test', 'lint']) world.report({ name, native: PASSED, sha: repository.head() });
    const product = 'build: { checks: [test, e2e, lint] }\nwebhook: { secret: "0123456789" }';
    expect(wrongs(masked(await asked(settings(product))))).toEqual([
      `shop: build.checks: HOST reports of main (${sha()}) no "test", no "e2e", but "Test", "lint". To do: write the names as the forge has them (did you mean "Test"?), or have your CI report it to /hooks/build`,
    ]);
  });

  test('bounds the names that it tells, and says when there are none', async () => {
    const product = 'build: { checks: [test] }';
    expect(wrongs(masked(await asked(settings(product))))).toEqual([
      `shop: build.checks: HOST reports of main (${sha()}) no "test", and no other check. To do: see whether CI runs there, or wait until it has begun`,
    ]);
    for (let number = 0; number < 50; number++)
      world.report({ name: `job ${number}`, native: PASSED, sha: repository.head() });
    expect(await asked(settings(product))).toContain('"job 35" and 20 more. To do: ');
  });

  test.each<[string, string, string | null]>([
    ['the branch is there', 'branch: main', null],
    [
      'the branch is not there',
      'branch: trunk',
      'has no branch trunk, but main. To do: push that branch, or name another: branch: main',
    ],
    ['a tag matches', 'tags: "v*"', null],
    [
      'no tag matches',
      'tags: "release-*"',
      'has none of the tags release-*. To do: push such a tag, or correct tags',
    ],
  ])('looks for what is followed: %s', async (_what, follows, said) => {
    const text = await asked(settings(follows));
    expect(wrongs(text)).toEqual(said === null ? [] : [`shop: ${at}: ${said}`]);
    if (follows.startsWith('tags') && said === null) expect(text).toContain('has tags v*: 2, such as v10');
  });

  test('asks for the checks of the last tag', async () => {
    world.report({ name: 'test', native: PASSED, sha: repository.head() });
    const text = await asked(settings('tags: "v*"\nbuild: { checks: [test] }'));
    expect(masked(text)).toContain(`HOST reports of v10 (${sha()}) "test"`);
  });

  test('says that a project is unknown, and then asks for nothing else there', async () => {
    at = at.replace('/origin.git', '/nowhere.git');
    const found = wrongs(masked(await asked(settings('build: { checks: [test] }', 'acme/nowhere'))));
    expect(found[0]).toContain(
      'To do: install the App in the repository; if the project has another name there',
    );
    expect(found[1]).toMatch(/git cannot read it: .*To do: check git of the product/);
    expect(found).toHaveLength(2);
  });

  test('says that the repository is unknown', async () => {
    at = at.replace('/origin.git', '/nowhere.git');
    const [found, ...others] = wrongs(masked(await asked(settings())));
    expect(found).toContain('git cannot read it: no such repository. To do: check the address');
    expect(others).toEqual([]);
  });

  test.each<[string, Fault, string]>([
    ['its own failure', { kind: 'answer', status: 502, text: '' }, 'To do: wait until it is mended'],
    ['a page', { kind: 'answer', status: 200, text: '<html>' }, 'To do: check its kind and api'],
    [
      'impatience',
      { kind: 'answer', status: 429, headers: { 'retry-after': '60' }, text: '{}' },
      'To do: ask again after that',
    ],
    ['a closed connection', { kind: 'reset' }, 'To do: see whether this machine reaches it'],
    ['unbelief', { kind: 'answer', status: 401, text: '{}' }, 'To do: check the id of app'],
    ['ignorance of the App', { kind: 'answer', status: 404, text: '{}' }, 'To do: check the id of app'],
    ['an objection', { kind: 'answer', status: 400, text: '{}' }, 'To do: check its kind and api'],
  ])(
    'a forge that answers with %s is told once, and so is the repository that needs its login',
    async (_what, fault, todo) => {
      world.server.fault = fault;
      const text = await asked(settings('build: { checks: [test] }'));
      const [forge, read, ...others] = wrongs(masked(text));
      expect(forge).toContain(todo);
      expect(read).toContain('git cannot read it: HOST was asked');
      expect(others).toEqual([]);
      expect(text).not.toContain(world.secrets[0]);
    },
  );

  test('does not wait for ever: neither for a forge nor for a repository', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/shop.git`;
    world.server.fault = { kind: 'silence' };
    const found = wrongs(await asked(settings(), { forgeTimeoutMs: 50, gitTimeoutMs: 200 }));
    expect(found[0]).toContain('did not answer. To do: see whether');
    expect(found[1]).toContain('took longer than 0.2 s. To do: see whether');
    silent.close();
  });
});

test('lines are broken between words on a terminal, and each begins where one sees it', () => {
  const findings: Finding[] = [
    { what: 'shop', ok: true, said: 'has branch main', todo: null },
    {
      what: `toys: https://git.acme.dev/${'a'.repeat(90)}.git`,
      ok: false,
      said: 'git cannot read it: no such repository',
      todo: 'check the address, and whether the login may see the repository: hosts hide what it may not',
    },
  ];
  const whole = findingsText(findings);
  const broken = findingsText(findings, 80);
  expect(broken.replaceAll(/\n {9}/g, ' ')).toBe(whole);
  expect(broken.split('\n').filter((line) => line.length > 80)).toEqual([
    `         https://git.acme.dev/${'a'.repeat(90)}.git:`,
  ]);
  expect(findingsText(findings, 20)).toBe(whole);
});

const LOCAL = () => `repository: ${repository.url}\nforge: { name: forge.test, project: ${PROJECT} }`;

test.each<[string, () => Promise<ForgeWorld>]>([
  ['GitHub, with a classic token', () => githubWorld('classic')],
  ['GitHub, with a fine-grained token', () => githubWorld('fineGrained')],
  ['GitLab', gitlabWorld],
  ['Bitbucket Cloud, with an access token', () => bitbucketCloudWorld('accessToken')],
  ['Bitbucket Cloud, with an API token', () => bitbucketCloudWorld('apiToken')],
  ['Bitbucket Data Center', bitbucketDataCenterWorld],
  ['Gitea', giteaWorld],
])('of %s it says who Slipway is there, and what it lacks of what is configured', async (_kind, open) => {
  const world = await open();
  try {
    const settings = settingsOf(world, `${LOCAL()}\nbuild: { checks: [test] }`);
    world.report({ name: 'test', native: world.states[0]![0], sha: repository.head() });
    const text = await asked(settings);
    expect(wrongs(text)).toEqual([]);
    const account = world.account === null ? 'accepts the login' : `accepts the login, of ${world.account}`;
    expect(text).toContain(`  ok     forge.test: ${account}\n`);
    expect(text.includes('report deployments')).toBe(world.deployments() !== null);
    expect(text.includes('run failed checks again')).toBe(world.reruns() !== null);
    // Git needs nothing here, and nothing is run.
    const lacking = world.takeAway().filter(({ use }) => use !== 'clone' && use !== 'runs');
    const after = wrongs(await asked(settings));
    expect(after).toHaveLength(lacking.length);
    for (const { scope } of lacking)
      expect(after.join('\n')).toContain(
        scope === null ? 'give the account the right to' : `it lacks ${scope}. `,
      );
    expect([world.statuses(), world.deployments() ?? []]).toEqual([[], []]);
  } finally {
    await world.close();
  }
});

test('products that share a repository and a project are told of each, which are asked once', async () => {
  const world = await giteaWorld();
  world.report({ name: 'test', native: world.states[0]![0], sha: repository.head() });
  const settings = settingsOf(world, `${LOCAL()}\nbuild: { checks: [test] }`);
  const [shop] = settings.products;
  const alone = await asked(settings);
  const calls = () => world.server.calls.splice(0).map(({ method, path }) => `${method} ${path}`);
  const once = calls();
  const products = ['shop', 'toys', 'books'].map((name) => ({ ...shop!, name }));
  const text = await asked({ ...settings, products });
  expect(calls()).toEqual(once);
  const own = alone.split('\n').filter((line) => line.includes(' shop: '));
  expect(own).toHaveLength(3);
  for (const { name } of products)
    for (const line of own) expect(text).toContain(line.replace(' shop: ', ` ${name}: `));
  await world.close();
});

test.each<[what: string, branches: string[], followed: string, said: string]>([
  [
    'empty',
    [],
    'main',
    'shows no branch at all. To do: push to it; if something was pushed, check the address',
  ],
  [
    'of another main branch',
    ['develop', 'master'],
    'main',
    'has no branch main, but develop and master. To do: push that branch, or name another: branch: master',
  ],
  [
    'of a branch that is called nearly so',
    ['master', 'release/2026'],
    'releases/2026',
    'has no branch releases/2026, but master and release/2026. To do: push that branch, or name another: branch: release/2026',
  ],
  [
    'of many branches',
    Array.from({ length: 12 }, (_, number) => `topic-${10 + number}`),
    'main',
    'topic-18 and topic-19, and 2 more. To do: push that branch, or name another: branch: topic-10',
  ],
])('of a repository that is %s, it says what is there', async (_what, branches, followed, said) => {
  const other = temporaryRepository();
  other.commit({ a: '1' }, 'One');
  for (const name of branches) other.push(`HEAD:refs/heads/${name}`);
  const world = await giteaWorld();
  const [found, ...more] = wrongs(
    await asked(settingsOf(world, `repository: ${other.url}\nbranch: ${followed}`)),
  );
  expect(found).toContain(said);
  expect(more).toEqual([]);
  await world.close();
  other.cleanup();
});

test.each<[transport: string, address: string, todo: string]>([
  ['ssh', 'ssh://git@git.acme.dev/acme/shop.git', 'To do: ask who runs the host for its key'],
  ['https', 'https://git.acme.dev/acme/shop.git', 'or name the file of that as http.sslCAInfo'],
])('advice about a host that is not trusted is that for %s', async (transport, address, todo) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-untrusted-'));
  const said =
    transport === 'ssh' ? 'Host key verification failed.' : 'server certificate verification failed';
  writeFileSync(join(root, 'git'), `#!/bin/sh\necho '${said}' >&2\nexit 128\n`, { mode: 0o755 });
  const world = await giteaWorld();
  const { PATH } = process.env;
  process.env.PATH = `${root}${delimiter}${PATH}`;
  const [found] = wrongs(await asked(settingsOf(world, `repository: ${address}`)));
  process.env.PATH = PATH;
  expect(found).toContain(todo);
  await world.close();
  rmSync(root, { recursive: true });
});

test('a forge without a login is asked only what everybody may ask', async () => {
  const server = await serve(
    ({ path }) => {
      // Who has no token is nobody.
      if (path.endsWith('/self')) return { status: 401, body: { message: '401 Unauthorized' } };
      return { status: 200, body: path.endsWith('/projects/acme%2Fstorefront') ? { id: 1 } : [] };
    },
    { etags: false },
  );
  const world = { settings: { kind: 'gitlab', api: `${server.origin}/api/v4` } } as ForgeWorld;
  const settings = settingsOf(world, LOCAL(), { kind: 'none' });
  const text = await asked(settings);
  expect(wrongs(text)).toEqual([]);
  expect(text).toContain('  ok     forge.test: answers; without a login it is told nothing\n');
  expect(text).toContain('the account may read pull requests\n');
  await server.close();
});

test('a repository that a deploy changes is asked for its branch', async () => {
  const environment = (name: string, branch: string) =>
    `{ name: ${name}, mode: continuous, deploy: { git: { repository: ${repository.url}, branch: ${branch}, file: a.yaml, set: { a: b } } } }`;
  const text = `products:
  shop:
    channel: "#shop"
    repository: ${repository.url}
    paths: [src]
    environments: [${environment('low', 'main')}, ${environment('high', 'live')}, ${environment('top', 'live')}]`;
  const loaded = parseConfiguration(text, {});
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
  const found = await askOnline({ settings: loaded.settings, now: Date.now });
  expect(found.map(({ what, said }) => [what, said])).toEqual([
    [`shop: ${repository.url}`, 'has branch main'],
    [`shop: ${repository.url}`, 'has branch main'],
    [`shop: ${repository.url}`, 'has no branch live, but main'],
  ]);
});

test('a product without a forge: its repository, and that of its records', async () => {
  const world = await giteaWorld();
  const written = (records: string) =>
    `repository: ${repository.url}\nbuild: { checks: [test] }\nwebhook: { secret: "0123456789" }\nrecords: { repository: ${records}, branch: cmdb }`;
  const text = await asked(settingsOf(world, written(repository.url)));
  expect(text).toContain(`shop: records in ${repository.url}: the first record makes branch cmdb`);
  const away = await asked(settingsOf(world, written(`${repository.url}.away`)));
  expect(wrongs(away)).toEqual([
    expect.stringContaining(
      `shop: records in ${repository.url}.away: git cannot read it: no such repository`,
    ),
  ]);
  expect(text).toContain('shop: build.checks: are reported to /hooks/build');
  expect(text).toContain('Nothing is wrong.');
  await world.close();
});
