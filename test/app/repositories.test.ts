import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openRepositories } from '../../src/app/repositories.ts';
import { mirrorPath } from '../../src/flow/services/paths.ts';
import type { ForgeSettings } from '../../src/flow/settings/forges.ts';
import type { ProductSettings } from '../../src/flow/settings/settings.ts';
import { joinMirrors } from '../../src/flow/upkeep/old-mirrors.ts';
import { NO_ACCESS } from '../../src/git/commands/access.ts';
import { openMirror } from '../../src/git/mirror/mirror.ts';
import { temporaryRepository } from '../support/repositories/git.ts';

const log = pino({ level: 'silent' });
const URL = 'https://git.example.com/acme/shop.git';

type Source = Pick<ProductSettings, 'repository' | 'git' | 'forge'>;
const withGit = (over: object): Source => ({
  repository: URL,
  git: { access: { ...NO_ACCESS, ...over }, submodules: true, lfs: true },
});

const FORGES = ['git.example.com', 'another account'];
const atForge = (name: string, over: Partial<Source> = {}): Source => ({
  repository: URL,
  forge: { name, kind: 'gitlab', project: 'acme/shop' },
  ...over,
});

/** Products that are nothing but names and where their code is. */
function opened(
  sources: Record<string, Source>,
  directory = '/nowhere',
  onFetched?: (product: string) => void,
) {
  const products = Object.entries(sources).map(([name, source]) => ({ name, ...source }) as ProductSettings);
  const forges = FORGES.map(
    (name): ForgeSettings => ({
      name,
      kind: 'gitlab',
      api: 'https://git.example.com/api/v4',
      access: { kind: 'token', token: name, user: null },
      report: [],
    }),
  );
  const settings = { products, forges };
  const repositories = openRepositories(settings, directory, log, {
    now: Date.now,
    fetchRestMs: 1,
    forge: async () => null,
    ...(onFetched ? { onFetched } : {}),
  });
  return { settings, dataDirectory: directory, log, ...repositories };
}

test.each<[string, Source, Source, boolean]>([
  ['the same address', { repository: URL }, { repository: URL }, true],
  ['the same address, one with .git', { repository: URL }, { repository: URL.replace('.git', '') }, true],
  ['the same access', withGit({ token: 'one' }), withGit({ token: 'one' }), true],
  ['no access of their own', { repository: URL }, withGit({}), true],
  [
    'other needs of submodules',
    { repository: URL },
    { repository: URL, git: { access: NO_ACCESS, submodules: false, lfs: false } },
    true,
  ],
  ['another token', withGit({ token: 'one' }), withGit({ token: 'two' }), false],
  ['a token and none', withGit({ token: 'one' }), { repository: URL }, false],
  ['another user', withGit({ token: 'one' }), withGit({ token: 'one', user: 'bot' }), false],
  ['another key', withGit({ sshKey: 'one' }), withGit({ sshKey: 'two' }), false],
  ['other known hosts', withGit({}), withGit({ knownHosts: 'h ssh-ed25519 AAAA' }), false],
  ['another login in the address', { repository: URL.replace('//', '//a:b@') }, { repository: URL }, false],
  ['one forge', atForge(FORGES[0]!), atForge(FORGES[0]!), true],
  ['another account at the forge', atForge(FORGES[0]!), atForge(FORGES[1]!), false],
  ['the login of a forge and none', atForge(FORGES[0]!), { repository: URL }, false],
  [
    'a login of their own and different forges',
    atForge(FORGES[0]!, withGit({ token: 'one' })),
    atForge(FORGES[1]!, withGit({ token: 'one' })),
    true,
  ],
  ['another transport', { repository: 'git@git.example.com:acme/shop.git' }, { repository: URL }, false],
  ['another repository', { repository: URL }, { repository: URL.replace('shop', 'shop2') }, false],
  ['paths that differ by .git', { repository: '/srv/shop' }, { repository: '/srv/shop.git' }, false],
])('products of %s share a mirror: %4$p', (_what, one, two, share) => {
  const { mirror, trees } = opened({ one, two });
  expect(mirror('two') === mirror('one')).toBe(share);
  expect(mirror('one').directory).toBe(mirrorPath('/nowhere', 'one'));
  expect(mirror('two').directory).toBe(mirrorPath('/nowhere', share ? 'one' : 'two'));
  expect(trees('one')).not.toBe(trees('two'));
});

describe('a mirror that products share', () => {
  const repository = temporaryRepository();
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slipway-repositories-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  afterAll(() => repository.cleanup());

  const source = { repository: repository.url };

  test('tells all of them of a fetch that a question needed', async () => {
    const told: string[] = [];
    const { mirror } = opened(
      { one: source, other: { repository: '/other' }, two: source },
      root,
      (product) => {
        told.push(product);
      },
    );
    const sha = repository.commit({ a: '1' }, 'One');
    repository.push();
    await mirror('two').ensureCommit(sha);
    expect(told).toEqual(['one', 'two']);
  });

  test.each([
    ['into the one that is there', true],
    ['as the one that is missing', false],
  ])('takes over those that products had before, %s: what is pinned stays', async (_how, both) => {
    const kept = repository.commit({ a: `${both}` }, 'Kept');
    repository.push('main', { force: true });
    for (const name of both ? ['one', 'two'] : ['two']) {
      const own = openMirror({ directory: mirrorPath(root, name), repository: repository.url });
      await own.fetch();
      if (name === 'two') await own.pin(kept);
    }
    repository.git('commit', '--quiet', '--amend', '--message', 'Gone', '--allow-empty');
    repository.push('main', { force: true });
    repository.git('--git-dir', repository.url, 'reflog', 'expire', '--expire=now', '--all');
    repository.git('--git-dir', repository.url, 'gc', '--quiet', '--prune=now');

    const services = opened({ one: source, two: source }, root);
    await joinMirrors(services);
    expect(existsSync(mirrorPath(root, 'two'))).toBe(false);
    await services.mirror('two').fetch();
    expect(await services.mirror('one').commit(kept)).toMatchObject({ subject: 'Kept' });
    expect(await services.mirror('two').head('main')).toBe(repository.head());
    await joinMirrors(services);
  });

  describe('whose products change', () => {
    const other = { repository: 'https://git.example.com/acme/other.git' };
    let kept: string;

    /** A commit that is pinned there, and that the repository does not have any more. */
    beforeEach(async () => {
      kept = repository.commit({ a: root }, 'Kept');
      repository.push('main', { force: true });
      const before = opened({ one: source, two: source, three: source }, root);
      await joinMirrors(before);
      await before.mirror('two').fetch();
      await before.mirror('two').pin(kept);
      repository.git('commit', '--quiet', '--amend', '--message', 'Gone', '--allow-empty');
      repository.push('main', { force: true });
      repository.git('--git-dir', repository.url, 'reflog', 'expire', '--expire=now', '--all');
      repository.git('--git-dir', repository.url, 'gc', '--quiet', '--prune=now');
    });

    const own = { ...source, git: { access: { ...NO_ACCESS, user: 'bot' }, submodules: true, lfs: true } };
    test.each<[string, Record<string, Source>, string[]]>([
      ['the first is removed', { two: source, three: source }, ['two', 'three']],
      [
        'the first is removed, and another gets access of its own',
        { two: source, three: own },
        ['two', 'three'],
      ],
      ['the first is renamed', { uno: source, two: source, three: source }, ['uno', 'two', 'three']],
      ['another comes first', { two: source, one: source, three: source }, ['one', 'two', 'three']],
      ['one gets access of its own', { one: source, two: own, three: source }, ['one', 'two', 'three']],
      ['the first gets access of its own', { one: own, two: source, three: source }, ['one', 'two', 'three']],
      ['the first is moved to another repository', { one: other, two: source }, ['two']],
    ])('keeps what is pinned for all of them: %s', async (_what, sources, have) => {
      for (const _start of [1, 2]) {
        const services = opened(sources, root);
        await joinMirrors(services);
        for (const product of have) expect(await services.mirror(product).has(kept)).toBe(true);
      }
      const { mirror, settings } = opened(sources, root);
      const wanted = settings.products.map(({ name }) => mirror(name).directory);
      const left = readdirSync(join(root, 'mirrors')).filter((name) => name.endsWith('.git'));
      expect(left.filter((name) => !wanted.includes(join(root, 'mirrors', name)))).toEqual([]);
    });

    test('keeps what is pinned for those who write the address in another way', async () => {
      await joinMirrors(
        opened({ one: { repository: URL }, two: { repository: URL.replace('.git', '') } }, root),
      );
      const services = opened({ two: { repository: URL.replace('.git', '') } }, root);
      await joinMirrors(services);
      expect(await services.mirror('two').has(kept)).toBe(true);
    });

    test('gives nothing to a product of another repository, or one that did not share it', async () => {
      const services = opened({ new: own, two: other, three: source }, root);
      await joinMirrors(services);
      expect(await services.mirror('new').has(kept)).toBe(false);
      expect(await services.mirror('two').has(kept)).toBe(false);
      expect(await services.mirror('three').has(kept)).toBe(true);
    });
  });

  test('keeps trees of different products apart', async () => {
    const [first, second] = [1, 2].map((number) => repository.commit({ a: `${number}` }, `${number}`));
    repository.push('main', { force: true });
    const { trees } = opened({ one: source, two: source }, root);
    const lockFile = join(root, 'lock');
    for (const [product, sha] of [
      ['one', first!],
      ['two', second!],
      ['one', second!],
      ['two', first!],
    ] as const) {
      const lease = await trees(product).take({ sha, built: null, lockFile });
      expect(repository.git('-C', lease.directory, 'status', '--porcelain')).toBe('');
      expect(repository.git('-C', lease.directory, 'rev-parse', 'HEAD')).toBe(sha);
      await lease.release();
    }
  });
});
