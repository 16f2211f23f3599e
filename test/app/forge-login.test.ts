import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pino } from 'pino';
import { askForge, loginForge, type Source } from '../../src/app/forge-login.ts';
import { openForges } from '../../src/app/forges.ts';
import { openRepositories } from '../../src/app/repositories.ts';
import type { ForgeAccess, ForgeSettings } from '../../src/flow/settings/forges.ts';
import type { ProductSettings } from '../../src/flow/settings/settings.ts';
import { NO_ACCESS } from '../../src/git/commands/access.ts';
import { openMirror } from '../../src/git/mirror/mirror.ts';
import { submodulesOf } from '../../src/git/trees/submodules.ts';
import { type GitHubWorld, githubWorld } from '../support/forges/github/world.ts';
import { PROJECT } from '../support/forges/world.ts';
import { type TemporaryRepository, temporaryRepository } from '../support/repositories/git.ts';
import { type GitServer, gitServer } from '../support/repositories/git-server.ts';

const ACCESS: ForgeAccess = { kind: 'token', token: 'S3CRET', user: null };
const forge = (name: string, over: Partial<ForgeSettings> = {}): ForgeSettings => ({
  name,
  kind: 'github',
  api: null,
  access: ACCESS,
  report: [],
  ...over,
});
const GITHUB = forge('github.com');
const SHOP = 'https://github.com/acme/shop.git';

describe('git uses the login of the forge', () => {
  test.each<[string, string, ForgeSettings, Partial<Source>, boolean]>([
    ['at its host', SHOP, GITHUB, {}, true],
    [
      'with submodules left out',
      SHOP,
      GITHUB,
      { git: { access: NO_ACCESS, submodules: false, lfs: false } },
      true,
    ],
    ['at its host, on a port', 'https://git.acme.dev:8443/a/b', forge('git.acme.dev:8443'), {}, true],
    [
      'at the host of its API',
      'https://git.acme.dev/a/b',
      forge('work', { api: 'https://git.acme.dev/api/v3' }),
      {},
      true,
    ],
    [
      'at the host whose API has one of its own',
      SHOP,
      forge('work', { api: 'https://api.github.com' }),
      {},
      true,
    ],
    ['not elsewhere', 'https://mirror.acme.dev/acme/shop', GITHUB, {}, false],
    [
      'not on another port',
      'https://git.acme.dev:9/a/b',
      forge('work', { api: 'https://git.acme.dev/api/v3' }),
      {},
      false,
    ],
    ['not at a host that ends alike', 'https://evil-github.com/a/b', GITHUB, {}, false],
    ['not over ssh', 'git@github.com:acme/shop.git', GITHUB, {}, false],
    ['not from a path', '/srv/shop', GITHUB, {}, false],
    ['not without one', SHOP, forge('github.com', { access: { kind: 'none' } }), {}, false],
    ['not beside a login in the address', SHOP.replace('//', '//a:b@'), GITHUB, {}, false],
    [
      'not beside a token of its own',
      SHOP,
      GITHUB,
      { git: { access: { ...NO_ACCESS, token: 't' }, submodules: true, lfs: true } },
      false,
    ],
    [
      'not beside a user of its own',
      SHOP,
      GITHUB,
      { git: { access: { ...NO_ACCESS, user: 'u' }, submodules: true, lfs: true } },
      false,
    ],
  ])('%s', (_where, repository, settings, over, uses) => {
    const source = {
      repository,
      forge: { name: settings.name, kind: settings.kind, project: PROJECT },
      ...over,
    };
    expect(loginForge(source, [settings])).toBe(uses ? settings : null);
  });

  test('not that of another product', () => {
    expect(loginForge({ repository: SHOP }, [GITHUB])).toBeNull();
  });
});

describe('a repository at a forge with an App', () => {
  let root: string;
  let world: GitHubWorld;
  let server: GitServer;
  let repository: TemporaryRepository;
  let library: TemporaryRepository;
  let aheadMs = 0;

  const pathOf = ({ url }: TemporaryRepository) => `${basename(dirname(url))}/origin.git`;
  const now = () => Date.now() + aheadMs;

  beforeAll(() => {
    repository = temporaryRepository();
    library = temporaryRepository();
    library.commit({ 'lib.txt': 'lib' }, 'Library');
    library.push();
    const path = 'lib';
    writeFileSync(
      join(repository.directory, '.gitmodules'),
      `[submodule "lib"]\n\tpath = ${path}\n\turl = ../../${pathOf(library)}\n`,
    );
    repository.git('update-index', '--add', '--cacheinfo', `160000,${library.head()},${path}`);
    mkdirSync(join(repository.directory, path));
    repository.git('add', '.gitmodules');
    repository.git('commit', '--quiet', '-m', 'First');
    repository.push();
  });
  afterAll(() => {
    repository.cleanup();
    library.cleanup();
  });
  beforeEach(async () => {
    aheadMs = 0;
    root = mkdtempSync(join(tmpdir(), 'slipway-forge-login-'));
    world = await githubWorld('app');
    server = await gitServer(tmpdir(), { user: world.gitUser, password: world.state.believed });
  });
  afterEach(async () => {
    await world.close();
    await server.close();
    rmSync(root, { recursive: true, force: true });
  });

  function opened() {
    const { host } = new URL(server.origin);
    const forges = [{ ...world.settings, name: host }];
    const product = {
      name: 'shop',
      repository: `${server.origin}/${pathOf(repository)}`,
      forge: { name: host, kind: 'github', project: PROJECT },
    } as ProductSettings;
    const asked = openForges({ settings: { forges }, now, timeoutMs: 5_000 });
    const log = pino({ level: 'silent' });
    const options = { now, fetchRestMs: 0, forge: asked };
    const { mirror } = openRepositories({ forges, products: [product] }, root, log, options);
    return { mirror: mirror('shop'), ask: askForge(product, forges, asked)! };
  }

  test('is fetched with a token of its installation, which is asked for anew before it ends', async () => {
    const { mirror } = opened();
    expect(await mirror.remoteHead('main')).toBe(repository.head());
    await mirror.fetch();
    expect(world.state.tokens).toHaveLength(1);
    aheadMs = 55 * 60_000;
    await mirror.fetch();
    expect(server.logins.at(-1)).toBe(`x-access-token:${world.state.tokens[1]}`);
    expect(world.state.tokens).toHaveLength(2);
    expect(server.logins.filter((login) => login?.endsWith(world.state.tokens[0]!))).not.toHaveLength(0);
  });

  test('is fetched with another token if the host no longer accepts the one that is known', async () => {
    const { mirror } = opened();
    await mirror.fetch();
    world.state.believed.clear();
    await mirror.fetch();
    world.state.believed.clear();
    expect(await mirror.remoteHead('main')).toBe(repository.head());
    expect(world.state.tokens).toHaveLength(3);
  });

  test('is asked once more, and no further, if the host accepts none', async () => {
    const { mirror } = opened();
    const { add } = world.state.believed;
    world.state.believed.add = function none() {
      return this;
    };
    await expect(mirror.fetch()).rejects.toMatchObject({ kind: 'auth' });
    world.state.believed.add = add;
    expect(world.state.tokens).toHaveLength(2);
  });

  test('is not tried again with the same login', async () => {
    const mirror = openMirror({
      directory: join(root, 'shop.git'),
      repository: `${server.origin}/${pathOf(repository)}`,
      askLogin: async () => ({ user: world.gitUser, password: 'wrong' }),
    });
    await expect(mirror.fetch()).rejects.toMatchObject({ kind: 'auth' });
    expect(server.logins.filter((login) => login !== null)).toEqual(['x-access-token:wrong']);
  });

  test('lends its login to submodules of the same host, and to no other', async () => {
    const { mirror } = opened();
    await mirror.fetch();
    const [module] = await submodulesOf(mirror, repository.head());
    await module!.mirror.fetch();
    expect(await module!.mirror.head('main')).toBe(library.head());
    // Whatever the address of the submodule says.
    const named = mirror.submodule(`${server.origin.replace('//', '//a:b@')}/${pathOf(repository)}`);
    await named.ensureCommit(repository.head());
    const elsewhere = await gitServer(tmpdir(), { user: 'a', password: 'b' });
    const foreign = mirror.submodule(`${elsewhere.origin}/${pathOf(library)}`);
    await expect(foreign.fetch()).rejects.toMatchObject({ kind: 'auth' });
    expect(new Set(elsewhere.logins)).toEqual(new Set([null]));
    await elsewhere.close();
  });

  test('is not reached while the forge is away: that says nothing about the repository', async () => {
    const { mirror, ask } = opened();
    world.server.fault = { kind: 'answer', status: 502, text: '' };
    await expect(ask(null)).rejects.toMatchObject({ name: 'GitError', kind: 'unreachable' });
    await expect(mirror.fetch()).rejects.toMatchObject({ kind: 'unreachable' });
    world.server.fault = { kind: 'answer', status: 401, text: '{}' };
    await expect(mirror.fetch()).rejects.toMatchObject({ kind: 'auth' });
    expect(server.logins).toEqual([]);
    world.server.fault = null;
    await mirror.fetch();
  });
});
