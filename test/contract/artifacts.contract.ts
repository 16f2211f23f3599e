import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openMirror } from '../../src/git/mirror/mirror.ts';
import { openPool } from '../../src/git/trees/pool.ts';
import type { Lease, Pool } from '../../src/git/trees/types.ts';
import { type Artifacts, type BuildRun, DamagedArtifact } from '../../src/ports/artifacts.ts';
import { contents, expectCommit } from '../git/trees/trees.ts';
import { type TemporaryRepository, temporaryRepository } from '../support/repositories/git.ts';
import { everyThird } from '../support/thorough.ts';

export type Damage = 'changed' | 'cut off' | 'emptied' | 'removed';

export interface OpenArtifacts {
  artifacts: Artifacts;
  /** As another process sees them, on another machine where there are several. */
  elsewhere(): Artifacts;
  /** How many bytes are stored for a run; null: there is nothing of it. */
  stored(run: BuildRun): Promise<number | null>;
  /** Leaves of a run what a worker leaves that is killed while it keeps it: early, or just before the end. */
  leaveHalf(run: BuildRun, when: 'early' | 'late'): Promise<void>;
  /** Leaves of a stored run what a process leaves that is killed while it removes it. */
  halfRemoved(run: BuildRun): Promise<void>;
  /** Changes or cuts off something in the middle of what is stored, or takes all of it away but what is said of it. */
  damage(run: BuildRun, how: Damage): Promise<void>;
  close(): Promise<void>;
}

/** The files of the commit. */
const SOURCES = [
  '.gitignore',
  'a.txt',
  'b.sh',
  'd/one.txt',
  'd/two.txt',
  'd/e/three.txt',
  'gone/x/y.txt',
  'src/main.c',
];

/**
 * The promises of the artifacts port. `trees`: 'some' goes through every third kind of tree unless the run is thorough, for
 * an adapter that only stores what is read the same way by another one.
 */
export function artifactsContract(
  name: string,
  open: () => Promise<OpenArtifacts>,
  trees: 'all' | 'some' = 'all',
): void {
  describe(`artifacts: ${name}`, () => {
    let opened: OpenArtifacts;
    let repository: TemporaryRepository;
    let root: string;
    let sha: string;
    let attempt = 0;
    let here: Pool;
    let there: Pool;
    const leases: Lease[] = [];

    const poolAt = (place: string) =>
      openPool({
        directory: join(root, place, 'trees'),
        mirror: openMirror({ directory: join(root, place, 'mirror'), repository: repository.url }),
        guardIsGone: () => true,
        now: Date.now,
        // Some tests leave worktrees that cannot be switched.
        onProblem: () => {},
      });

    beforeAll(async () => {
      opened = await open();
      repository = temporaryRepository();
      root = mkdtempSync(join(tmpdir(), 'slipway-artifacts-'));
      here = poolAt('here');
      there = poolAt('there');
      repository.commit(
        {
          '.gitignore': 'ignored/\n*.o\n',
          'a.txt': 'a',
          'b.sh': '#!/bin/sh',
          'd/one.txt': 'one',
          'd/two.txt': 'two',
          'd/e/three.txt': 'three',
          'gone/x/y.txt': 'y',
          'src/main.c': 'main',
        },
        'First',
      );
      symlinkSync('a.txt', join(repository.directory, 'link'));
      chmodSync(join(repository.directory, 'b.sh'), 0o755);
      sha = repository.commit({}, 'Second');
      repository.push();
    }, 60_000);
    afterAll(async () => {
      await opened.close();
      repository.cleanup();
      execFileSync('rm', ['-rf', root]);
    });
    afterEach(async () => {
      for (const lease of leases.splice(0)) await lease.release();
    });

    async function tree(pool: Pool, commit = sha): Promise<string> {
      const lease = await pool.take({ sha: commit, built: null, lockFile: '/none' });
      leases.push(lease);
      return lease.directory;
    }
    function newRun(commit = sha): BuildRun {
      attempt += 1;
      return { product: 'shop', sha: commit, attempt };
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
      );
    function write(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
      }
    }
    /** Keeps what `build` makes of a tree here, and restores it there. */
    async function carry(build: (directory: string) => void, commit = sha) {
      const run = newRun(commit);
      const built = await tree(here, commit);
      build(built);
      const before = contents(built);
      await opened.artifacts.save(run, built);
      // Keeping changes nothing.
      expect(contents(built)).toEqual(before);
      const restored = await tree(there, commit);
      expect(await opened.elsewhere().restore(run, restored)).toBe('restored');
      return { run, built, restored, before };
    }

    test('an artifact that was never stored is gone', async () => {
      const restored = await tree(there);
      expect(await opened.artifacts.restore(newRun(), restored)).toBe('gone');
      expectCommit(restored, repository, sha);
    });

    test('a build without output stores nothing, and is not gone', async () => {
      const { run, restored } = await carry(() => {});
      expectCommit(restored, repository, sha);
      expect(await opened.stored(run)).toBe(0);
    });

    const builds: [string, (directory: string) => void][] = [
      [
        'untracked and ignored files, in old and new directories',
        (directory) =>
          write(directory, {
            'new.txt': 'new',
            'd/new.txt': 'new',
            'dist/js/app.js': 'app',
            'ignored/deep/er/x': 'x',
            'src/main.o': 'object',
            empty: '',
            'node_modules/p/.gitignore': '*',
            'node_modules/p/index.js': 'p',
          }),
      ],
      [
        'files of the commit that were changed, removed, replaced or made executable',
        (directory) => {
          write(directory, { 'a.txt': 'changed' });
          rmSync(join(directory, 'd', 'one.txt'));
          rmSync(join(directory, 'link'));
          symlinkSync('b.sh', join(directory, 'link'));
          chmodSync(join(directory, 'src', 'main.c'), 0o755);
          chmodSync(join(directory, 'b.sh'), 0o644);
        },
      ],
      [
        'directories of the commit that were removed, and one that is now empty',
        (directory) => {
          rmSync(join(directory, 'gone'), { recursive: true });
          rmSync(join(directory, 'd', 'e', 'three.txt'));
        },
      ],
      [
        'a file that became a directory, a directory that became a file, another that became a link',
        (directory) => {
          rmSync(join(directory, 'a.txt'));
          write(directory, { 'a.txt/in/side': 'x' });
          rmSync(join(directory, 'd'), { recursive: true });
          write(directory, { d: 'file' });
          rmSync(join(directory, 'gone'), { recursive: true });
          symlinkSync('src', join(directory, 'gone'));
          rmSync(join(directory, 'link'));
          write(directory, { 'link/was': 'a link' });
        },
      ],
      [
        'links: relative, absolute, broken, to directories, out of the tree, with odd targets',
        (directory) => {
          const links = [
            'a.txt',
            '/usr/bin/env',
            'nowhere',
            'd',
            '../../x',
            '/',
            'line\nbreak',
            'x'.repeat(300),
          ];
          links.forEach((target, index) => void symlinkSync(target, join(directory, `link-${index}`)));
          symlinkSync(Buffer.from([0x66, 0xff, 0xfe]), join(directory, 'link-bytes'));
        },
      ],
      [
        'empty directories',
        (directory) => void mkdirSync(join(directory, 'logs', 'of', 'nothing'), { recursive: true }),
      ],
      [
        'modes of files and directories, including read-only ones',
        (directory) => {
          write(directory, { secret: 's', open: 'o', 'cache/m/file': 'f', 'shut/in': 'x' });
          chmodSync(join(directory, 'secret'), 0o600);
          chmodSync(join(directory, 'open'), 0o666);
          chmodSync(join(directory, 'a.txt'), 0o600);
          chmodSync(join(directory, 'd'), 0o700);
          chmodSync(join(directory, 'cache', 'm', 'file'), 0o444);
          chmodSync(join(directory, 'cache', 'm'), 0o555);
          chmodSync(join(directory, 'cache'), 0o555);
          chmodSync(join(directory, 'shut'), 0o2770);
        },
      ],
      [
        'names that are hard to write',
        (directory) => {
          const names = [
            'line\nbreak',
            'line\nbreak ü',
            `long\n${'x'.repeat(200)}`,
            '"double" \'single\' `back`',
            'tab\tand\rreturn',
            ' spaces ',
            'back\\slash',
            '..\\up',
            'C:\\windows',
            'C:',
            '@at',
            '-dash',
            '*?[]',
            '~',
            '...',
            'ünïcode',
            'u\u0308 decomposed',
            '\u{1f6a2}',
            `${'deep/'.repeat(60)}file`,
            'x'.repeat(250),
          ];
          write(directory, Object.fromEntries(names.map((file) => [`names/${file}`, file])));
          write(directory, Object.fromEntries(names.map((file) => [`in/${file}/x`, file])));
        },
      ],
      [
        'names that are not text',
        (directory) => {
          const odd = (...parts: (string | Buffer)[]) =>
            Buffer.concat([`${directory}/`, ...parts].map((part) => Buffer.from(part)));
          const bytes = Buffer.from([0x66, 0xff, 0xfe]);
          writeFileSync(odd(bytes), 'odd');
          mkdirSync(odd('dir-', bytes));
          writeFileSync(odd('dir-', bytes, '/plain'), 'in odd');
          writeFileSync(odd('dir-', bytes, '/', bytes), 'odd in odd');
          mkdirSync(odd('dir-', bytes, '/empty'));
          chmodSync(odd('dir-', bytes, '/plain'), 0o640);
          symlinkSync('plain', odd('dir-', bytes, '/link'));
        },
      ],
      [
        'hard links',
        (directory) => {
          write(directory, { 'one.bin': 'linked' });
          linkSync(join(directory, 'one.bin'), join(directory, 'two.bin'));
          linkSync(join(directory, 'one.bin'), join(root, `outside-${randomBytes(4).toString('hex')}`));
          linkSync(join(directory, 'a.txt'), join(directory, 'a-linked.txt'));
        },
      ],
      ['a large file', (directory) => write(directory, { 'large.bin': randomBytes(8 * 1024 * 1024 + 17) })],
      [
        'files that git was told to ignore',
        (directory) => {
          write(directory, { 'a.txt': 'A', 'd/one.txt': 'ONE' });
          git(directory, 'update-index', '--assume-unchanged', 'a.txt');
          git(directory, 'update-index', '--skip-worktree', 'd/one.txt', 'd/two.txt');
          rmSync(join(directory, 'd', 'two.txt'));
        },
      ],
      [
        'files that were staged, forgotten, committed',
        (directory) => {
          write(directory, { 'staged.txt': 's', 'intended.txt': 'i', 'committed.txt': 'c' });
          git(directory, 'add', 'committed.txt');
          git(directory, 'commit', '--quiet', '-m', 'theirs');
          git(directory, 'add', 'staged.txt');
          git(directory, 'add', '--intent-to-add', 'intended.txt');
          git(directory, 'rm', '--quiet', '--cached', 'a.txt');
        },
      ],
      [
        'a nested repository',
        (directory) => {
          mkdirSync(join(directory, 'vendor'));
          git(join(directory, 'vendor'), 'init', '--quiet');
          write(directory, { 'vendor/file': 'x', 'd/new': 'y' });
          git(join(directory, 'vendor'), 'add', 'file');
          git(join(directory, 'vendor'), 'commit', '--quiet', '-m', 'x');
          git(join(directory, 'd'), 'init', '--quiet');
        },
      ],
    ];

    test.each(trees === 'all' ? builds : everyThird(builds, 0))('%s', async (_what, build) => {
      const { run, restored, before } = await carry(build);
      expect(contents(restored)).toEqual(before);
      expect(await opened.stored(run)).toBeGreaterThan(0);
    });

    test('everything at once, to another place and back', async () => {
      const { built, restored } = await carry((directory) => {
        for (const [what, build] of builds) {
          if (what.includes('became') || what.includes('are gone') || what.includes('told not')) continue;
          if (what.includes('forgotten') || what.includes('executed')) continue;
          build(directory);
        }
      });
      const run = newRun();
      await opened.artifacts.save(run, restored);
      const back = await tree(here);
      expect(await opened.artifacts.restore(run, back)).toBe('restored');
      expect(contents(back)).toEqual(contents(built));
    });

    test.each<[string, (directory: string) => void]>([
      ['removed', (directory) => rmSync(join(directory, '.git'), { recursive: true })],
      [
        'replaced by one of its own',
        (directory) => {
          rmSync(join(directory, '.git'), { recursive: true });
          git(directory, 'init', '--quiet');
        },
      ],
      [
        'damaged',
        (directory) =>
          writeFileSync(join(git(directory, 'rev-parse', '--absolute-git-dir').trim(), 'index'), 'DIRC'),
      ],
    ])('the whole tree is kept when the build %s its git', async (_what, spoil) => {
      const { restored, before } = await carry((directory) => {
        write(directory, { 'new.txt': 'new', 'a.txt': 'changed' });
        rmSync(join(directory, 'd'), { recursive: true });
        spoil(directory);
      });
      expect(contents(restored)).toEqual(before);
    });

    test('the files of submodules are kept, but not their git', async () => {
      const library = temporaryRepository();
      library.commit({ 'lib.txt': 'lib' }, 'Library');
      library.push();
      repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.url, 'lib');
      const commit = repository.commit({}, 'With a submodule');
      repository.push();
      const untouched = await carry(() => {}, commit);
      expect(await opened.stored(untouched.run)).toBe(0);
      const { restored, before } = await carry((directory) => {
        git(directory, 'submodule', '--quiet', 'update', '--init');
        write(directory, { 'lib/made.txt': 'made' });
      }, commit);
      const { 'lib/.git': _git, ...kept } = before;
      expect(contents(restored)).toEqual(kept);
      expect(Object.keys(kept)).toContain('lib/lib.txt');
      library.cleanup();
    });

    test('sockets and pipes are left out', async () => {
      const server = createServer();
      const { restored } = await carry((directory) => {
        execFileSync('mkfifo', [join(directory, 'pipe')]);
        server.listen(join(directory, 'socket'));
        write(directory, { file: 'x' });
      });
      server.close();
      expect(readdirSync(restored)).toContain('file');
      expect(readdirSync(restored)).not.toContain('pipe');
      expect(readdirSync(restored)).not.toContain('socket');
    });

    test('built files stay newer than their sources, in the same order', async () => {
      const { restored } = await carry((directory) => {
        write(directory, { 'main.o': 'o', app: 'a' });
        const now = Date.now() / 1000;
        for (const source of SOURCES) utimesSync(join(directory, source), now - 60, now - 60);
        utimesSync(join(directory, 'main.o'), now, now);
        utimesSync(join(directory, 'app'), now + 2, now + 2);
      });
      const at = (file: string) => lstatSync(join(restored, file)).mtimeMs;
      for (const source of SOURCES) expect(at(source)).toBeLessThanOrEqual(at('main.o'));
      expect(at('main.o')).toBeLessThan(at('app'));
      // Git must not take them for changed because of that.
      await leases.at(-1)?.renew();
      expect(git(restored, 'diff-files', '--name-only')).toBe('');
    });

    test('hard links of a build are one file again', async () => {
      const { restored } = await carry((directory) => {
        write(directory, { 'one.bin': 'linked' });
        linkSync(join(directory, 'one.bin'), join(directory, 'two.bin'));
      });
      expect(statSync(join(restored, 'one.bin')).ino).toBe(statSync(join(restored, 'two.bin')).ino);
    });

    test('each run has its own artifact, and storing it again replaces it', async () => {
      const first = await carry((directory) => write(directory, { 'out.txt': 'first', 'only-first': '' }));
      const second = await carry((directory) => write(directory, { 'out.txt': 'second' }));
      const built = await tree(here);
      write(built, { 'out.txt': 'first again' });
      await opened.artifacts.save(first.run, built);
      for (const [run, text] of [
        [first.run, 'first again'],
        [second.run, 'second'],
      ] as const) {
        const restored = await tree(there);
        expect(await opened.elsewhere().restore(run, restored)).toBe('restored');
        expect(contents(restored)).toMatchObject({ 'out.txt': `644 ${text.length} ${text}` });
        expect(readdirSync(restored)).not.toContain('only-first');
      }
      const emptied = await tree(here);
      await opened.artifacts.save(first.run, emptied);
      expect(await opened.stored(first.run)).toBe(0);
    });

    test.each(['early', 'late'] as const)(
      'the remains of a worker killed %s are gone, and are replaced',
      async (when) => {
        const run = newRun();
        await opened.leaveHalf(run, when);
        const restored = await tree(there);
        expect(await opened.elsewhere().restore(run, restored)).toBe('gone');
        expectCommit(restored, repository, sha);
        const built = await tree(here);
        write(built, { 'out.txt': 'whole' });
        await opened.elsewhere().save(run, built);
        expect(await opened.artifacts.restore(run, restored)).toBe('restored');
        expect(contents(restored)).toEqual(contents(built));
      },
    );

    test.each(['changed', 'cut off', 'emptied', 'removed'] as const)(
      'an artifact that was %s since is damaged, and is never restored as if it were whole',
      async (how) => {
        const { run } = await carry((directory) => write(directory, { 'out.bin': randomBytes(300_000) }));
        expect(await opened.artifacts.state(run)).toBe('whole');
        await opened.damage(run, how);
        const restored = await tree(there);
        await expect(opened.artifacts.restore(run, restored)).rejects.toBeInstanceOf(DamagedArtifact);
        expect(await opened.artifacts.state(run)).toBe('damaged');
        const built = await tree(here);
        write(built, { 'out.txt': 'anew' });
        await opened.artifacts.save(run, built);
        expect(await opened.artifacts.state(run)).toBe('whole');
      },
    );

    test('a run without output is whole, and can be restored', async () => {
      const { run, restored } = await carry(() => {});
      expectCommit(restored, repository, sha);
      expect(await opened.artifacts.state(run)).toBe('whole');
      expect(await opened.elsewhere().restore(run, restored)).toBe('restored');
      expect(await opened.artifacts.state(newRun())).toBe('gone');
    });

    const listed = async ({ attempt }: BuildRun, of = opened.elsewhere()) =>
      (await of.list('shop')).filter((one) => one.attempt === attempt);

    test('what is stored is listed with its size, by product, and known without reading it', async () => {
      const { run } = await carry((directory) => write(directory, { 'out.bin': randomBytes(50_000) }));
      expect(await listed(run)).toEqual([{ ...run, bytes: expect.any(Number) }]);
      expect((await listed(run))[0]?.bytes).toBeGreaterThanOrEqual(50_000);
      expect(await opened.elsewhere().has(run)).toBe(true);
      expect(await opened.elsewhere().has(newRun())).toBe(false);
      for (const other of ['sho', 'shop2', 'shops', 'none'])
        expect(await opened.artifacts.list(other)).toEqual([]);
    });

    test('what is removed is gone, its neighbours stay, and removing it again is no error', async () => {
      const { run } = await carry((directory) => write(directory, { 'out.txt': 'x' }));
      const other = await carry((directory) => write(directory, { 'out.txt': 'y' }));
      const empty = await carry(() => {});
      for (const gone of [run, empty.run]) {
        await opened.elsewhere().remove(gone);
        await opened.artifacts.remove(gone);
        expect(await opened.artifacts.state(gone)).toBe('gone');
        expect(await opened.artifacts.has(gone)).toBe(false);
        expect(await listed(gone)).toEqual([]);
      }
      expect(await opened.artifacts.restore(run, await tree(there))).toBe('gone');
      expect(await opened.artifacts.state(other.run)).toBe('whole');
    });

    test('a removal that is killed leaves nothing that counts as whole, and can be ended by another process', async () => {
      const { run } = await carry((directory) => write(directory, { 'out.txt': 'x' }));
      await opened.halfRemoved(run);
      expect(await opened.artifacts.state(run)).not.toBe('whole');
      expect(await listed(run)).toHaveLength(1);
      await opened.elsewhere().remove(run);
      expect(await opened.artifacts.state(run)).toBe('gone');
      expect(await listed(run)).toEqual([]);
    });

    test.each(['early', 'late'] as const)(
      'the remains of a worker killed %s are listed, and can be removed',
      async (when) => {
        const run = newRun();
        await opened.leaveHalf(run, when);
        expect(await listed(run)).toHaveLength(1);
        await opened.elsewhere().remove(run);
        expect(await listed(run)).toEqual([]);
      },
    );

    test('a tree that cannot be read or written is an error of the store', async () => {
      const { run, restored } = await carry((directory) => write(directory, { 'out.txt': 'x' }));
      renameSync(restored, `${restored}-moved`);
      await expect(opened.artifacts.save(newRun(), restored)).rejects.toMatchObject({ name: 'StoreError' });
      await expect(opened.artifacts.restore(run, restored)).rejects.toMatchObject({ name: 'StoreError' });
      renameSync(`${restored}-moved`, restored);
    });

    test('a tree into which it was restored counts as built until something changes', async () => {
      const { run, restored, before } = await carry((directory) => write(directory, { 'out.txt': 'x' }));
      const lease = leases.pop();
      const key = `run ${run.attempt}`;
      await lease?.mark(key);
      await lease?.release();
      const again = await there.take({ sha, built: key, lockFile: '/none' });
      leases.push(again);
      expect(again).toMatchObject({ holds: true, directory: restored });
      expect(contents(restored)).toEqual(before);
    });
  });
}
