import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { makeSelfSufficient } from '../../../src/git/commands/self-sufficient.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import { relativeTo } from '../../../src/git/trees/submodules.ts';
import type { Lease, Pool } from '../../../src/git/trees/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { everyThird } from '../../support/thorough.ts';

test.each([
  ['https://host/acme/app.git', '../lib.git', 'https://host/acme/lib.git'],
  ['https://host/acme/app.git', '../../other/lib', 'https://host/other/lib'],
  ['https://host/acme/app', './lib', 'https://host/acme/app/lib'],
  ['https://host/acme/app/', '../lib/', 'https://host/acme/lib'],
  ['git@host:acme/app.git', '../lib.git', 'git@host:acme/lib.git'],
  ['git@host:app.git', '../lib.git', 'git@host:lib.git'],
  ['ssh://git@host:22/acme/app.git', '.././../x/lib.git', 'ssh://git@host:22/x/lib.git'],
  ['/srv/git/app.git', '../lib.git', '/srv/git/lib.git'],
])('from %s, %s is %s', (address, url, expected) => {
  expect(relativeTo(address, url)).toBe(expected);
});

describe('submodules of a commit', () => {
  let root: string;
  let app: TemporaryRepository;
  let lib: TemporaryRepository;
  let inner: TemporaryRepository;
  let pool: Pool;

  const open = (more = {}) =>
    openPool({
      directory: join(root, 'trees'),
      mirror: openMirror({ directory: join(root, 'mirror.git'), repository: app.url }),
      guardIsGone: () => true,
      now: Date.now,
      onProblem: (error) => {
        throw error;
      },
      submodules: true,
      ...more,
    });
  const git = (directory: string, ...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'protocol.file.allow=always', '-c', 'user.name=x', '-c', 'user.email=x@y', ...args],
      {
        cwd: directory,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_OPTIONAL_LOCKS: '0' },
      },
    ).trim();
  const text = (lease: Lease, path: string) => readFileSync(join(lease.directory, path), 'utf8');
  const take = (sha: string, built: string | null = null) => pool.take({ sha, built, lockFile: '/none' });
  /** Commits to `into` a submodule at `path`. */
  function add(into: TemporaryRepository, of: TemporaryRepository, path: string, url = of.url): string {
    writeFileSync(
      join(into.directory, '.gitmodules'),
      `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`,
    );
    into.git('update-index', '--add', '--cacheinfo', `160000,${of.head()},${path}`);
    into.git('add', '.gitmodules');
    into.git('commit', '--quiet', '-m', `With ${path}`);
    into.push();
    return into.head();
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slipway-submodules-'));
    [app, lib, inner] = [temporaryRepository(), temporaryRepository(), temporaryRepository()];
    inner.commit({ 'inner.txt': 'inner' }, 'Inner');
    inner.push();
    lib.commit({ 'lib.txt': 'lib' }, 'Library');
    add(lib, inner, 'deep/inner', relative(lib.url, inner.url));
    app.commit({ 'app.txt': 'app' }, 'App');
    pool = open();
  });
  afterEach(async () => {
    await pool.idle();
    for (const each of [app, lib, inner]) each.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  test('are there, at any depth, by addresses relative to the repository, and git knows them', async () => {
    const sha = add(app, lib, 'lib', relative(app.url, lib.url));
    const lease = await take(sha);
    expect([text(lease, 'lib/lib.txt'), text(lease, 'lib/deep/inner/inner.txt')]).toEqual(['lib', 'inner']);
    expect(git(lease.directory, 'status', '--porcelain')).toBe('');
    expect(git(lease.directory, 'submodule', 'status', '--recursive')).toMatch(
      /^\s?[0-9a-f]{40} lib .*\n? *[0-9a-f]{40} lib\/deep\/inner/s,
    );
    expect(git(join(lease.directory, 'lib'), 'rev-parse', 'HEAD')).toBe(lib.head());
    expect(git(join(lease.directory, 'lib'), 'remote', 'get-url', 'origin')).toBe(lib.url);
    // As a command of before does it.
    git(lease.directory, 'submodule', 'sync', '--recursive');
    git(lease.directory, 'submodule', 'update', '--init', '--recursive');
    expect(lease.borrows).toHaveLength(3);
    await lease.release();
  });

  test('can be made independent of what they borrow, for a command that sees only the tree', async () => {
    const sha = add(app, lib, 'lib');
    const lease = await take(sha);
    await makeSelfSufficient(lease.directory, 60_000);
    renameSync(join(root, 'mirror.git'), join(root, 'away.git'));
    for (const place of ['.', 'lib', 'lib/deep/inner']) {
      const at = join(lease.directory, place);
      expect(git(at, 'fsck', '--full', '--strict')).toBe('');
      expect(git(at, 'status', '--porcelain')).toBe('');
      expect(git(at, 'log', '--format=%s')).not.toBe('');
    }
    renameSync(join(root, 'away.git'), join(root, 'mirror.git'));
    await lease.release();
  });

  test('come from the address in the commit, whatever was fetched before', async () => {
    const old = add(app, lib, 'lib');
    const moved = temporaryRepository();
    moved.commit({ 'lib.txt': 'moved' }, 'Moved');
    moved.push();
    const sha = add(app, moved, 'lib');
    for (const [commit, said] of [
      [old, 'lib'],
      [sha, 'moved'],
      [old, 'lib'],
    ] as const) {
      const lease = await take(commit);
      expect(text(lease, 'lib/lib.txt')).toBe(said);
      await lease.release();
    }
    moved.cleanup();
  });

  test.each<[string, (directory: string) => void]>(
    everyThird<[string, (directory: string) => void]>(
      [
        [
          'commits there',
          (directory) => {
            writeFileSync(join(directory, 'lib', 'lib.txt'), 'changed');
            git(join(directory, 'lib'), 'commit', '--quiet', '--all', '-m', 'x');
          },
        ],
        ['leaves files there', (directory) => writeFileSync(join(directory, 'lib', 'left'), 'x')],
        ['configures it', (directory) => void git(join(directory, 'lib'), 'config', 'core.autocrlf', 'true')],
        [
          'sets another address',
          (directory) => void git(directory, 'config', 'submodule.lib.url', '/nowhere'),
        ],
        ['moves it away', (directory) => void git(directory, 'submodule', 'deinit', '--force', '--all')],
        ['removes its git', (directory) => rmSync(join(directory, 'lib', '.git'))],
        ['removes all of it', (directory) => rmSync(join(directory, 'lib'), { recursive: true })],
        [
          'makes it a file',
          (directory) => {
            rmSync(join(directory, 'lib'), { recursive: true });
            writeFileSync(join(directory, 'lib'), 'file');
          },
        ],
        [
          'makes it a link to somewhere',
          (directory) => {
            rmSync(join(directory, 'lib'), { recursive: true });
            symlinkSync(root, join(directory, 'lib'));
          },
        ],
      ],
      0,
    ),
  )('are fresh after a command that %s', async (_what, spoil) => {
    const sha = add(app, lib, 'lib');
    let lease = await take(sha);
    spoil(lease.directory);
    // For the next command in the same tree: its repository leads nowhere else, and its files stay.
    await lease.renew();
    expect(existsSync(join(root, '.git'))).toBe(false);
    await lease.release();
    lease = await take(sha);
    expect([text(lease, 'lib/lib.txt'), text(lease, 'lib/deep/inner/inner.txt')]).toEqual(['lib', 'inner']);
    expect(git(lease.directory, 'status', '--porcelain')).toBe('');
    expect(git(join(lease.directory, 'lib'), 'config', '--default', 'none', 'core.autocrlf')).toBe('none');
    expect(existsSync(join(lease.directory, 'lib', 'left'))).toBe(false);
    await lease.release();
  });

  test('stay empty if configured', async () => {
    const sha = add(app, lib, 'lib');
    pool = open({ submodules: false });
    const lease = await take(sha);
    expect(existsSync(join(lease.directory, 'lib', 'lib.txt'))).toBe(false);
    await lease.release();
  });

  test('are given out unchanged with an unchanged built tree', async () => {
    const sha = add(app, lib, 'lib');
    const lease = await take(sha);
    writeFileSync(join(lease.directory, 'lib', 'made'), 'made');
    await lease.mark('run 1');
    git(join(lease.directory, 'lib'), 'tag', 'theirs');
    await lease.release();
    const again = await take(sha, 'run 1');
    expect(again).toMatchObject({ holds: true, directory: lease.directory });
    expect(text(again, 'lib/made')).toBe('made');
    expect(git(join(again.directory, 'lib'), 'tag')).toBe('');
    await again.release();
    expect((await take(sha, 'run 1')).holds).toBe(true);
  });

  test('are an error with the name of one that cannot be fetched', async () => {
    const sha = add(app, lib, 'lib', '/srv/nowhere.git');
    const error = await take(sha).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'GitError', kind: 'notFound' });
    expect((error as Error).message).toMatch(/lib .*\/srv\/nowhere\.git/);
    await pool.idle();
  });

  test.each(['../../x', 'a/../../x', '/x', '.', 'a\\b'])('are refused with the name %j', async (name) => {
    writeFileSync(
      join(app.directory, '.gitmodules'),
      `[submodule ${JSON.stringify(name)}]\n\tpath = lib\n\turl = ${lib.url}\n`,
    );
    app.git('update-index', '--add', '--cacheinfo', `160000,${lib.head()},lib`);
    app.git('add', '.gitmodules');
    app.git('commit', '--quiet', '-m', 'Odd');
    app.push();
    await expect(take(app.head())).rejects.toMatchObject({ name: 'GitError' });
    await pool.idle();
  });

  test('of a repository on a host are refused if they name a path of this machine', async () => {
    const mirror = openMirror({
      directory: join(root, 'far.git'),
      repository: 'https://host.invalid/acme/app.git',
    });
    await expect(mirror.submodule(lib.url).fetch()).rejects.toMatchObject({
      name: 'GitError',
      message: 'this kind of address is not allowed',
    });
  });
});
