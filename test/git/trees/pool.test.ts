import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import type { Lease, Pool } from '../../../src/git/trees/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { everyThird } from '../../support/thorough.ts';
import { contents, expectCommit } from './trees.ts';

const TYPESCRIPT = new URL('../../support/typescript.js', import.meta.url).href;
const TAKER = fileURLToPath(new URL('../processes/taker.ts', import.meta.url));
const LOCK = '/locks/some.lock';

describe('a pool of worktrees', () => {
  let repository: TemporaryRepository;
  let root: string;
  let mirror: Mirror;
  let pool: Pool;
  let first: string;
  let second: string;
  let now: number;
  /** Locks whose guards still live. */
  let guarded: Set<string>;
  let problems: unknown[];

  const open = (more = {}) =>
    openPool({
      directory: join(root, 'trees'),
      mirror,
      guardIsGone: (lockFile) => !guarded.has(lockFile),
      now: () => now++,
      onProblem: (error) => void problems.push(error),
      ...more,
    });
  const take = (sha: string, built: string | null = null, lockFile = LOCK): Promise<Lease> =>
    pool.take({ sha, built, lockFile });
  /** Takes, does something in the tree, and gives it back. */
  async function use(sha: string, act: (lease: Lease) => unknown = () => {}): Promise<string> {
    const lease = await take(sha);
    await act(lease);
    await lease.release();
    return lease.directory;
  }
  const git = (directory: string, ...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=x', '-c', 'user.email=x@y', '-c', 'protocol.file.allow=always', ...args],
      {
        cwd: directory,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    ).trim();
  const adminOf = (directory: string) => git(directory, 'rev-parse', '--absolute-git-dir');
  const numbers = () =>
    readdirSync(join(root, 'trees'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);

  beforeAll(() => {
    repository = temporaryRepository();
    first = repository.commit(
      { 'a.txt': 'one', 'd/b.txt': 'b', 'd/e/c.txt': 'c', '.gitignore': 'ignored\n' },
      'First',
    );
    repository.git('rm', '--quiet', 'd/e/c.txt');
    second = repository.commit({ 'a.txt': 'two', 'new/n.txt': 'n' }, 'Second');
    repository.push();
  });
  afterAll(() => repository.cleanup());

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'slipway-pool-'));
    mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
    now = 1;
    guarded = new Set();
    problems = [];
    pool = open();
  });
  afterEach(async () => {
    await pool.idle();
    rmSync(root, { recursive: true, force: true });
  });

  it('fetches the commit, and switches one worktree to each requested commit', async () => {
    const directories = new Set<string>();
    for (const sha of [first, second, first]) {
      directories.add(
        await use(sha, ({ directory, holds }) => {
          expectCommit(directory, repository, sha);
          expect(holds).toBe(false);
          expect(git(directory, 'rev-parse', 'HEAD')).toBe(sha);
        }),
      );
    }
    expect([...directories]).toEqual([join(root, 'trees', '1')]);
  });

  it('never gives out a worktree that is in use', async () => {
    const leases = await Promise.all(
      Array.from({ length: 8 }, (_, index) => take(index % 2 ? first : second)),
    );
    expect(new Set(leases.map(({ directory }) => directory)).size).toBe(8);
    leases.forEach(
      ({ directory }, index) => void expectCommit(directory, repository, index % 2 ? first : second),
    );
    await leases[3]!.release();
    expect((await take(second)).directory).toBe(leases[3]!.directory);
    expect((await take(second)).directory).not.toBe(leases[3]!.directory);
  });

  it('removes unused surplus worktrees, those with a build last', async () => {
    pool = open({ kept: () => 2 });
    const leases = await Promise.all([take(first), take(first), take(first), take(first)]);
    await leases[1]!.mark('one');
    for (const lease of leases) await lease.release();
    await pool.idle();
    // Taken at once, they are numbered as they come.
    const kept = [leases[1]!, leases[3]!].map(({ directory }) => basename(directory));
    expect(numbers()).toEqual(kept.sort());
    // The mirror knows none, and has the index of those two alone.
    expect(git(join(root, 'mirror'), 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(readdirSync(join(root, 'mirror', 'slipway', 'trees'))).toHaveLength(2);
    expect((await take(first, 'one')).holds).toBe(true);
  });

  it('uses no worktree for a missing commit, and loses none', async () => {
    await use(first, (lease) => lease.mark('built'));
    await expect(take('f'.repeat(40))).rejects.toMatchObject({ name: 'GitError', kind: 'notFound' });
    const lease = await take(first, 'built');
    expect(lease.holds).toBe(true);
    expect(numbers()).toEqual(['1']);
  });

  it('reports what prevents a worktree as a git error', async () => {
    writeFileSync(join(root, 'trees'), 'no directory');
    await expect(take(first)).rejects.toMatchObject({ name: 'GitError', kind: 'other' });
    rmSync(join(root, 'trees'));
    expectCommit((await take(first)).directory, repository, first);
  });

  it('is never at a relative path', () => {
    expect(() => open({ directory: 'trees' })).toThrow(TypeError);
  });

  describe('the tree that a build left', () => {
    const build = (directory: string) => {
      writeFileSync(join(directory, 'built.txt'), 'built');
      writeFileSync(join(directory, 'a.txt'), 'changed by the build');
    };

    it('is given only to a request for it', async () => {
      const built = await use(first, async ({ directory, mark }) => {
        build(directory);
        await mark('run 1');
      });
      const lease = await take(first, 'run 1');
      expect([lease.directory, lease.holds]).toEqual([built, true]);
      expect(readFileSync(join(built, 'a.txt'), 'utf8')).toBe('changed by the build');
      await lease.release();
      const other = await take(first, 'run 2');
      expect(other.holds).toBe(false);
      expectCommit(other.directory, repository, first);
    });

    it('is given to one command at a time', async () => {
      await use(first, (lease) => lease.mark('run 1'));
      expect((await take(first, 'run 1')).holds).toBe(true);
      // It is taken: a second one gets a clean tree.
      expect((await take(first, 'run 1')).holds).toBe(false);
    });

    it('stays while there are others to switch, and is removed last', async () => {
      const leases = await Promise.all([take(first), take(first), take(first)]);
      await leases[0]!.mark('run 1');
      await leases[2]!.mark('run 2');
      for (const lease of leases) await lease.release();
      // The one that holds nothing, then the one that was used longest ago.
      expect((await take(second)).directory).toBe(leases[1]!.directory);
      expect((await take(second)).directory).toBe(leases[0]!.directory);
      expect((await take(first, 'run 2')).holds).toBe(true);
    });

    it('is still there after a restart', async () => {
      await use(first, (lease) => lease.mark('run 1'));
      pool = open();
      expect(await take(first, 'run 1')).toMatchObject({ holds: true });
    });

    it.each<[string, (directory: string) => void]>(
      everyThird<[string, (directory: string) => void]>(
        [
          ['a file was added', (directory) => writeFileSync(join(directory, 'more'), '')],
          ['an empty directory was added', (directory) => mkdirSync(join(directory, 'empty'))],
          ['a file of the build was removed', (directory) => unlinkSync(join(directory, 'built.txt'))],
          [
            'a file was rewritten unchanged, with its old times',
            (directory) => {
              const before = execFileSync('stat', ['-c', '%Y', 'built.txt'], {
                cwd: directory,
                encoding: 'utf8',
              }).trim();
              writeFileSync(join(directory, 'built.txt'), 'BUILT');
              execFileSync('touch', ['-d', `@${before}`, 'built.txt'], { cwd: directory });
            },
          ],
          ['a mode changed', (directory) => chmodSync(join(directory, 'd', 'b.txt'), 0o600)],
          ['a mode of a directory changed', (directory) => chmodSync(join(directory, 'd'), 0o700)],
          [
            'a file became a link to itself elsewhere',
            (directory) => {
              renameSync(join(directory, 'built.txt'), join(root, 'elsewhere'));
              symlinkSync(join(root, 'elsewhere'), join(directory, 'built.txt'));
            },
          ],
          [
            'its HEAD moved',
            (directory) => void git(directory, 'commit', '--quiet', '--allow-empty', '-m', 'x'),
          ],
          ['something was staged', (directory) => void git(directory, 'add', 'built.txt')],
          ['its git is gone', (directory) => rmSync(join(directory, '.git'), { recursive: true })],
          ['all of it is gone', (directory) => rmSync(directory, { recursive: true })],
        ],
        0,
      ),
    )('is not given out once %s, and the next request gets the commit', async (_what, change) => {
      await use(first, async ({ directory, mark }) => {
        build(directory);
        await mark('run 1');
      });
      const lease = await take(first, 'run 1');
      expect(lease.holds).toBe(true);
      change(lease.directory);
      await lease.release();
      const next = await take(first, 'run 1');
      expect(next.holds).toBe(false);
      expectCommit(next.directory, repository, first);
    });

    it('counts again after files of a deploy are removed', async () => {
      await use(first, (lease) => lease.mark('run 1'));
      const lease = await take(first, 'run 1');
      writeFileSync(join(lease.directory, 'd', 'temporary'), '');
      unlinkSync(join(lease.directory, 'd', 'temporary'));
      readFileSync(join(lease.directory, 'a.txt'));
      await lease.release();
      expect((await take(first, 'run 1')).holds).toBe(true);
    });
  });

  describe('the next request gets the commit, whatever was done to a worktree', () => {
    const spoilt: [string, (directory: string) => void][] = [
      [
        'files were changed, added and removed',
        (directory) => {
          writeFileSync(join(directory, 'a.txt'), 'changed');
          writeFileSync(join(directory, 'ignored'), 'x');
          mkdirSync(join(directory, 'x', 'y', 'z'), { recursive: true });
          rmSync(join(directory, 'd'), { recursive: true });
        },
      ],
      [
        'a file became a directory and a directory a file',
        (directory) => {
          unlinkSync(join(directory, 'a.txt'));
          mkdirSync(join(directory, 'a.txt', 'in'), { recursive: true });
          writeFileSync(join(directory, 'a.txt', 'in', 'x'), 'x');
          rmSync(join(directory, 'd'), { recursive: true });
          writeFileSync(join(directory, 'd'), 'file');
        },
      ],
      ['a pipe was left', (directory) => void execFileSync('mkfifo', ['pipe'], { cwd: directory })],
      [
        'a directory became a link to somewhere',
        (directory) => {
          mkdirSync(join(root, 'outside'), { recursive: true });
          writeFileSync(join(root, 'outside', 'b.txt'), 'theirs');
          rmSync(join(directory, 'd'), { recursive: true });
          symlinkSync(join(root, 'outside'), join(directory, 'd'));
        },
      ],
      [
        'a repository was cloned into it',
        (directory) => {
          git(directory, 'clone', '--quiet', repository.url, 'cloned');
          git(directory, 'clone', '--quiet', repository.url, 'new');
        },
      ],
      [
        'git was killed: locks are left',
        (directory) => {
          for (const name of ['index.lock', 'HEAD.lock']) writeFileSync(join(adminOf(directory), name), '');
        },
      ],
      [
        'its index was locked and cut off',
        (directory) => {
          writeFileSync(join(adminOf(directory), 'index.lock'), '');
          writeFileSync(join(adminOf(directory), 'index'), 'DIRC');
        },
      ],
      ['its index is gone', (directory) => unlinkSync(join(adminOf(directory), 'index'))],
      ['its HEAD is cut off', (directory) => writeFileSync(join(adminOf(directory), 'HEAD'), '')],
      [
        'a branch was made and committed to',
        (directory) => {
          git(directory, 'checkout', '--quiet', '-B', 'theirs');
          writeFileSync(join(directory, 'a.txt'), 'theirs');
          git(directory, 'commit', '--quiet', '--all', '-m', 'theirs');
        },
      ],
      [
        'a merge is under way',
        (directory) => {
          git(directory, 'checkout', '--quiet', '-B', 'left', first);
          writeFileSync(join(directory, 'a.txt'), 'left');
          git(directory, 'commit', '--quiet', '--all', '-m', 'left');
          expect(() => git(directory, 'merge', '--quiet', second)).toThrow();
        },
      ],
      [
        'git was told to ignore a file',
        (directory) => {
          writeFileSync(join(directory, 'a.txt'), 'changed');
          git(directory, 'update-index', '--assume-unchanged', 'a.txt');
          writeFileSync(join(directory, 'd', 'b.txt'), 'changed');
          git(directory, 'update-index', '--skip-worktree', 'd/b.txt');
        },
      ],
      ['it was made sparse', (directory) => void git(directory, 'sparse-checkout', 'set', 'new')],
      [
        'files were staged and unstaged',
        (directory) => {
          writeFileSync(join(directory, 'staged'), 'x');
          git(directory, 'add', '--intent-to-add', 'staged');
          git(directory, 'rm', '--quiet', '--cached', 'd/b.txt');
        },
      ],
      [
        'its git was replaced by another',
        (directory) => {
          rmSync(join(directory, '.git'), { recursive: true });
          git(directory, 'init', '--quiet');
        },
      ],
      [
        'its git points elsewhere',
        (directory) => {
          rmSync(join(root, 'elsewhere'), { recursive: true, force: true });
          git(root, 'clone', '--quiet', repository.url, 'elsewhere');
          rmSync(join(directory, '.git'), { recursive: true });
          writeFileSync(join(directory, '.git'), `gitdir: ${join(root, 'elsewhere', '.git')}\n`);
        },
      ],
      ['its git is gone', (directory) => rmSync(join(directory, '.git'), { recursive: true })],
      ['git no longer knows it', (directory) => rmSync(adminOf(directory), { recursive: true })],
      ['it is gone', (directory) => rmSync(directory, { recursive: true })],
      [
        'it is a file',
        (directory) => {
          rmSync(directory, { recursive: true });
          writeFileSync(directory, '');
        },
      ],
      ['the mirror is gone', () => rmSync(join(root, 'mirror'), { recursive: true })],
    ];

    it.each(everyThird(spoilt, 0))('%s', async (_what, spoil) => {
      await use(first, (lease) => spoil(lease.directory));
      await use(second, ({ directory }) => expectCommit(directory, repository, second));
      await use(first, (lease) => spoil(lease.directory));
      await use(first, ({ directory }) => expectCommit(directory, repository, first));
      await pool.idle();
      // What could not be switched was removed, and is not known any more.
      expect(numbers()).toHaveLength(1);
    });

    it.each(spoilt.filter(([what]) => /locks are left|merge|branch|pipe|staged/.test(what)))(
      '%s: it is switched, not created again',
      async (_what, spoil) => {
        await use(first, (lease) => spoil(lease.directory));
        await use(second);
        expect([problems, numbers()]).toEqual([[], ['1']]);
      },
    );

    // Root may write everywhere, and would see nothing of it.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const may = spawnSync('test', ['-r', TAKER], nobody).status === 0;
    const why = may ? '' : ' (skipped: this checkout is closed to other users)';
    (may ? it : it.skip)(`directories were made read-only by a user who is not root${why}`, () => {
      const origin = join(root, 'origin.git');
      git(root, 'clone', '--quiet', '--bare', repository.url, origin);
      chmodSync(root, 0o777);
      if (nobody.uid !== undefined) execFileSync('chown', ['-R', `${nobody.uid}:${nobody.gid}`, origin]);
      const take = (sha: string) => {
        const said = execFileSync(process.execPath, ['--import', TYPESCRIPT, TAKER, root, origin, sha], {
          ...nobody,
          env: { PATH: process.env.PATH, HOME: root },
          encoding: 'utf8',
        });
        return JSON.parse(said);
      };
      const { directory } = take(first);
      execFileSync(
        'sh',
        [
          '-c',
          'mkdir -p cache/deep && touch cache/deep/file && chmod a-w cache/deep cache d && chmod 0 cache',
        ],
        { ...nobody, cwd: directory },
      );
      expect(take(second)).toEqual({ directory, problems: [] });
      expectCommit(directory, repository, second);
    });

    it('a submodule was fetched', async () => {
      const library = temporaryRepository();
      library.commit({ 'lib.txt': 'lib' }, 'Library');
      library.push();
      repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.url, 'lib');
      const third = repository.commit({}, 'With a submodule');
      repository.push();
      const fetched = ({ directory }: Lease) => {
        git(directory, 'submodule', '--quiet', 'update', '--init');
        writeFileSync(join(directory, 'lib', 'left.txt'), 'left');
        expect(existsSync(join(directory, 'lib', 'lib.txt'))).toBe(true);
      };
      await use(third, fetched);
      await use(third, ({ directory }) => expect(readdirSync(join(directory, 'lib'))).toEqual([]));
      await use(third, fetched);
      await use(first, ({ directory }) => expectCommit(directory, repository, first));
      library.cleanup();
    });

    it('a commit holds names that git quotes', async () => {
      const inBytes = (name: string) => Buffer.from(name).toString('latin1');
      const names = ['line\nbreak', '"quoted"', 'tab\there', 'unicode ü', ' spaces ', '-dash'];
      const odd = repository.commit(Object.fromEntries(names.map((name) => [name, name])), 'Odd');
      repository.push();
      await use(odd, ({ directory }) =>
        expect(Object.keys(contents(directory))).toEqual(expect.arrayContaining(names.map(inBytes))),
      );
      await use(first, ({ directory }) => expectCommit(directory, repository, first));
    });
  });

  it('does not touch a worktree while an earlier guard may live in it', async () => {
    await use(first, (lease) => lease.mark('run 1'));
    pool = open();
    guarded.add(LOCK);
    const other = await take(first, 'run 1', '/locks/other.lock');
    expect([other.directory, other.holds]).toEqual([join(root, 'trees', '2'), false]);
    guarded.clear();
    expect((await take(first, 'run 1')).holds).toBe(true);
  });

  it('discards a worktree that a killed process was switching, and never uses its path again', async () => {
    await use(first, (lease) => lease.mark('run 1'));
    const file = join(root, 'trees', '1.json');
    const sidecar = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...sidecar, changing: true }));
    pool = open();
    const lease = await take(first, 'run 1');
    expect([lease.directory, lease.holds]).toEqual([join(root, 'trees', '2'), false]);
    await pool.idle();
    expect(numbers()).toEqual(['2']);
  });

  it.each(['', '{', '{"holds":{"built":"run 1"}}', 'null'])(
    'treats %j in its sidecar file as unknown',
    async (text) => {
      await use(first, (lease) => lease.mark('run 1'));
      writeFileSync(join(root, 'trees', '1.json'), text);
      pool = open();
      const lease = await take(first, 'run 1');
      expect([lease.directory, lease.holds]).toEqual([join(root, 'trees', '1'), false]);
      expectCommit(lease.directory, repository, first);
    },
  );

  it('creates worktrees again when the data directory was moved', async () => {
    await use(first, (lease) => lease.mark('run 1'));
    cpSync(root, `${root}-moved`, { recursive: true, verbatimSymlinks: true });
    rmSync(root, { recursive: true });
    root = `${root}-moved`;
    mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
    pool = open();
    const lease = await take(first, 'run 1');
    expect(lease.holds).toBe(false);
    expectCommit(lease.directory, repository, first);
  });

  it('runs no hook of the machine', async () => {
    await mirror.fetch();
    mkdirSync(join(root, 'mirror', 'hooks'), { recursive: true });
    writeFileSync(
      join(root, 'mirror', 'hooks', 'post-checkout'),
      `#!/bin/sh\ntouch ${join(root, 'hooked')}\n`,
      { mode: 0o755 },
    );
    await use(first);
    await use(second);
    expect(existsSync(join(root, 'hooked'))).toBe(false);
  });

  it('switches while fetches run', async () => {
    const more = repository.commitMany(5);
    repository.push();
    const leases = await Promise.all(more.flatMap((sha) => [take(sha), mirror.fetch().then(() => null)]));
    const directories = leases.flatMap((lease) => (lease ? [lease.directory] : []));
    expect(directories.map((directory) => git(directory, 'rev-parse', 'HEAD'))).toEqual(more);
  });
});
