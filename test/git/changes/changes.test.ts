import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openChanges } from '../../../src/git/changes/changes.ts';
import type { Change, ChangesOptions } from '../../../src/git/changes/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { type GitServer, gitServer } from '../../support/repositories/git-server.ts';

const PASSWORD = 'p%40ss-w0rd';
const FILE = 'apps/prod/values.yaml';
const AUTHOR = { name: 'Slipway', email: 'noreply@slipway.invalid' };

describe('a change of a file', () => {
  let repository: TemporaryRepository;
  let root: string;
  let directory: string;

  beforeEach(() => {
    repository = temporaryRepository();
    repository.commit({ [FILE]: 'tag: one\n', 'README.md': 'Read me.\n' }, 'First');
    repository.push();
    root = mkdtempSync(join(tmpdir(), 'slipway-changes-'));
    directory = join(root, 'changes');
  });
  afterEach(() => {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const open = (options: Partial<ChangesOptions> = {}) =>
    openChanges({ directory, repository: repository.url, ...options });
  const change = (edit: Change['edit'], more: Partial<Change> = {}): Change => ({
    branch: 'main',
    file: FILE,
    edit,
    author: AUTHOR,
    message: 'Deploy it',
    trailers: { 'Slipway-Attempt': 'slip-1' },
    withinMs: 30_000,
    ...more,
  });
  const to = (text: string, more: Partial<Change> = {}) => change(() => text, more);
  const append = (line: string, more: Partial<Change> = {}) =>
    change((present) => `${present ?? ''}${line}\n`, more);
  const there = (...args: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '--git-dir', repository.url, ...args], {
      encoding: 'utf8',
    });
  const show = (file = FILE, ref = 'main') => there('show', `${ref}:${file}`);
  const count = () => Number(there('rev-list', '--count', 'main'));
  const hook = (name: string, script: string) => {
    const path = join(repository.url, 'hooks', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  };
  const left = () => (existsSync(directory) ? readdirSync(directory) : []);

  /** Somebody else pushes a commit. */
  const rival = (name: string) => {
    repository.git('pull', '--quiet', '--rebase', 'origin', 'main');
    repository.commit({ [name]: 'theirs\n' }, `Theirs ${name}`);
    repository.push();
  };

  test('is one commit on the branch, and leaves nothing here', async () => {
    repository.git('update-index', '--chmod=+x', FILE);
    repository.git('commit', '--quiet', '--message', 'Executable');
    repository.push();
    const changed = await open().change(to('tag: two\n'));
    expect(changed).toEqual({ kind: 'pushed', sha: there('rev-parse', 'main').trim() });
    expect(there('log', '-1', '--format=%an <%ae> %cn%n%B', 'main')).toBe(
      'Slipway <noreply@slipway.invalid> Slipway\nDeploy it\n\nSlipway-Attempt: slip-1\n\n',
    );
    expect(show()).toBe('tag: two\n');
    expect(there('diff', '--name-only', 'main~', 'main')).toBe(`${FILE}\n`);
    expect(there('ls-tree', 'main', FILE)).toMatch(/^100755 /);
    there('fsck', '--strict');
    expect(left()).toEqual([]);
  });

  test('that makes no difference is no commit', async () => {
    const changed = await open().change(change((present) => present ?? 'none'));
    expect(changed).toEqual({ kind: 'same', sha: there('rev-parse', 'main').trim() });
    expect(count()).toBe(1);
  });

  test.each<[string, string, string]>([
    ['in a new folder', 'a/b/c.json', '{}\n'],
    ['with an odd name', 'Füße/*[a] "b".yaml', 'ü: 1\n'],
    ['with line ends of its own', FILE, 'a\r\nb'],
  ])('may be of a file %s', async (_, file, text) => {
    const seen: unknown[] = [];
    const changed = await open().change(
      change(
        (present) => {
          seen.push(present);
          return text;
        },
        { file },
      ),
    );
    expect(changed.kind).toBe('pushed');
    expect(seen).toEqual([file === FILE ? 'tag: one\n' : null]);
    expect(show(file)).toBe(text);
    expect(show('README.md')).toBe('Read me.\n');
  });

  test('makes the first commit of a branch, also of an empty repository', async () => {
    const empty = join(root, 'empty.git');
    execFileSync('git', ['init', '--quiet', '--bare', empty]);
    for (const url of [repository.url, empty]) {
      const bases: unknown[] = [];
      const changed = await open({ repository: url }).change(
        change(
          (...given) => {
            bases.push(...given);
            return 'first\n';
          },
          { branch: 'records' },
        ),
      );
      expect(changed.kind).toBe('pushed');
      expect(bases).toEqual([null, null]);
      expect(
        execFileSync('git', ['--git-dir', url, 'log', '--format=%s', 'records'], { encoding: 'utf8' }),
      ).toBe('Deploy it\n');
    }
  });

  test('is made anew on top of what others pushed meanwhile', async () => {
    let rounds = 0;
    const changed = await open().change(
      change((present) => {
        rounds += 1;
        if (rounds <= 3) rival(`${rounds}.txt`);
        return `${present}more: ${rounds}\n`;
      }),
    );
    expect(changed.kind).toBe('pushed');
    expect(show()).toBe('tag: one\nmore: 4\n');
    expect(there('log', '--format=%s', 'main')).toBe(
      'Deploy it\nTheirs 3.txt\nTheirs 2.txt\nTheirs 1.txt\nFirst\n',
    );
  });

  test('is made anew when it was overtaken within the push, in words that nobody knows', async () => {
    // Somebody is faster between the host's look at the branch and its update.
    hook(
      'pre-receive',
      `test -e ${root}/once && exit 0
       touch ${root}/once
       read old new ref
       env -u GIT_QUARANTINE_PATH git update-ref "$ref" "$(env -u GIT_QUARANTINE_PATH git -c user.name=They -c user.email=they@example.com commit-tree -p "$old" -m Theirs "$old^{tree}")"`,
    );
    const changed = await open().change(append('mine'));
    expect(changed.kind).toBe('pushed');
    expect(show()).toBe('tag: one\nmine\n');
    expect(there('log', '--format=%s', 'main')).toBe('Deploy it\nTheirs\nFirst\n');
  });

  test('is refused by a rule of the host, which is not taken for a race', async () => {
    hook('pre-receive', 'echo "GH006: Protected branch update failed for refs/heads/main." >&2; exit 1');
    const changed = await open().change(to('tag: two\n'));
    expect(changed).toEqual({
      kind: 'refused',
      why: 'rule',
      says: 'GH006: Protected branch update failed for refs/heads/main.',
    });
    expect(count()).toBe(1);
  });

  test('is never forced', async () => {
    execFileSync('git', ['--git-dir', repository.url, 'config', 'receive.denyNonFastForwards', 'false']);
    const old = there('rev-parse', 'main').trim();
    rival('1.txt');
    let rounds = 0;
    const changed = await open().change(
      change((present) => {
        rounds += 1;
        // The branch is reset to an older commit: ours would bring back what was taken away.
        if (rounds === 1) there('update-ref', 'refs/heads/main', old);
        return `${present}mine\n`;
      }),
    );
    expect(changed.kind).toBe('pushed');
    expect(there('log', '--format=%s', 'main')).toBe('Deploy it\nFirst\n');
  });

  test('pushes nothing when it was held up', async () => {
    let now = 1_000_000;
    const changed = await open({ now: () => now }).change(
      change(() => {
        now += 19_000;
        return 'late\n';
      }),
    );
    expect(changed).toMatchObject({ kind: 'late' });
    expect(count()).toBe(1);
  });

  test('does not end in a file that is no text, or no file', async () => {
    symlinkSync(FILE, join(repository.directory, 'link.yaml'));
    symlinkSync('apps', join(repository.directory, 'linked'));
    writeFileSync(join(repository.directory, 'bytes.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(
      join(repository.directory, 'large.yaml'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    );
    repository.git('add', '.');
    repository.git('commit', '--quiet', '--message', 'Bytes');
    repository.push();
    for (const [file, said] of [
      ['link.yaml', /symbolic link/],
      ['bytes.yaml', /UTF-8/],
      ['apps', /directory/],
      ['large.yaml', /Git LFS/],
      ['linked/prod/values.yaml', /linked is no folder there, but a symbolic link/],
      ['README.md/values.yaml', /README.md is no folder there, but a file/],
    ] as const)
      await expect(open().change(to('x', { file }))).rejects.toThrow(said);
  });

  describe('beside others that wait', () => {
    const mistake = new Error('not parseable');
    const all = (changes = open()) =>
      Promise.allSettled([
        changes.change(append('one')),
        changes.change(append('two', { file: 'apps/two.yaml' })),
        changes.change(append('three', { message: 'Not allowed' })),
        changes.change(
          change(() => {
            throw mistake;
          }),
        ),
        changes.change(append('four')),
        changes.change(change((present) => present ?? '')),
        changes.change(append('five', { branch: 'other' })),
      ]);

    test('is a commit of its own, and those of a branch are one push', async () => {
      hook('post-receive', `cat >> ${root}/pushes`);
      const [one, two, three, broken, four, none] = await all();
      expect([one, two, three, four, none]).toEqual(
        ['pushed', 'pushed', 'pushed', 'pushed', 'same'].map((kind) => ({
          status: 'fulfilled',
          value: { kind, sha: expect.any(String) },
        })),
      );
      expect(broken).toEqual({ status: 'rejected', reason: mistake });
      expect(show()).toBe('tag: one\none\nthree\nfour\n');
      expect(show('apps/two.yaml')).toBe('two\n');
      expect(four).toMatchObject({ value: { sha: there('rev-parse', 'main').trim() } });
      expect(none).toMatchObject({ value: { sha: there('rev-parse', 'main').trim() } });
      expect(count()).toBe(5);
      expect(readFileSync(join(root, 'pushes'), 'utf8').trim().split('\n')).toHaveLength(2);
      there('fsck', '--strict');
      expect(left()).toEqual([]);
    });

    test('is not refused for what a rule says of them', async () => {
      hook(
        'update',
        `git log --format=%s "$2..$3" | grep -q "Not allowed" && { echo "not by you" >&2; exit 1; }; exit 0`,
      );
      const [one, two, three, , four] = await all();
      expect([one, two, four]).toEqual(
        Array.from({ length: 3 }, () =>
          expect.objectContaining({ value: expect.objectContaining({ kind: 'pushed' }) }),
        ),
      );
      expect(three).toMatchObject({
        value: { kind: 'refused', why: 'rule', says: expect.stringContaining('not by you') },
      });
      expect(show()).toBe('tag: one\none\nfour\n');
    });
  });

  test('that throws pushes nothing', async () => {
    const mistake = new Error('not parseable');
    const failing = change(() => {
      throw mistake;
    });
    await expect(open().change(failing)).rejects.toBe(mistake);
    expect(count()).toBe(1);
    expect(left()).toEqual([]);
  });

  test('does not depend on what a killed call left', async () => {
    await open().change(to('tag: two\n'));
    for (const [name, age] of [
      ['call-old', 2 * 3_600_000],
      ['call-new', 0],
    ] as const) {
      mkdirSync(join(directory, name, 'refs/heads'), { recursive: true });
      writeFileSync(join(directory, name, 'refs/heads/main.lock'), '');
      const at = new Date(Date.now() - age);
      utimesSync(join(directory, name), at, at);
    }
    expect((await open().change(to('tag: three\n'))).kind).toBe('pushed');
    expect(left()).toEqual(['call-new']);
  });

  describe('that is tagged', () => {
    const tagged = (text: string) => to(text, { tag: { name: 'shop/prod/1', message: 'Accepted' } });

    test('brings the tag along, which is never moved', async () => {
      const changed = await open().change(tagged('tag: two\n'));
      expect(there('rev-parse', 'shop/prod/1^{commit}').trim()).toBe(
        changed.kind === 'pushed' && changed.sha,
      );
      expect(there('cat-file', '-t', 'shop/prod/1')).toBe('tag\n');
      const tag = there('rev-parse', 'shop/prod/1');
      expect((await open().change(tagged('tag: three\n'))).kind).toBe('pushed');
      expect(show()).toBe('tag: three\n');
      expect(there('rev-parse', 'shop/prod/1')).toBe(tag);
    });

    test('gets it later where the text stands there already', async () => {
      const first = await open().change(to('tag: two\n'));
      expect(await open().change(tagged('tag: two\n'))).toEqual({ ...first, kind: 'same' });
      expect(there('rev-parse', 'shop/prod/1^{commit}').trim()).toBe(first.kind === 'pushed' && first.sha);
      expect(await open().change(tagged('tag: two\n'))).toEqual({ ...first, kind: 'same' });
    });

    test('is pushed with it or not at all', async () => {
      hook('update', 'case "$1" in refs/heads/*) echo "no pushes" >&2; exit 1;; esac');
      expect(await open().change(tagged('tag: two\n'))).toMatchObject({
        kind: 'refused',
        says: expect.stringContaining('no pushes'),
      });
      expect(there('tag')).toBe('');
    });
  });

  describe('whose push had no known answer', () => {
    const trailer = ['Slipway-Attempt', 'slip-1'] as const;
    const seek = (text: string, more: { branch?: string } = {}) =>
      open().find({ branch: 'main', file: FILE, edit: () => text, trailer, withinMs: 30_000, ...more });

    test('is found by its trailer, below the commits of others', async () => {
      const changed = await open().change(to('tag: two\n'));
      rival('1.txt');
      await open().change(to('tag: three\n', { trailers: { 'Slipway-Attempt': 'slip-11' } }));
      expect(await seek('tag: two\n')).toEqual(changed);
    });

    test('is found by what stands there', async () => {
      expect(await seek('tag: one\n')).toEqual({ kind: 'same', sha: repository.head() });
      expect(await seek('tag: two\n')).toEqual({ kind: 'missing' });
      expect(await seek('tag: two\n', { branch: 'none' })).toEqual({ kind: 'missing' });
    });

    test('is not found by a mention in a message', async () => {
      await open().change(
        to('tag: two\n', { message: 'Deploy it\n\nSlipway-Attempt: slip-1\n\nNot yet', trailers: {} }),
      );
      expect(await seek('tag: three\n')).toEqual({ kind: 'missing' });
    });
  });

  describe('at a server', () => {
    let server: GitServer;
    beforeEach(async () => {
      server = await gitServer(dirname(repository.url), { user: 'bot', password: PASSWORD });
      execFileSync('git', ['--git-dir', repository.url, 'config', 'http.receivepack', 'true']);
    });
    afterEach(() => server.close());

    const at = (user: string, password: string) => {
      const login = `${user}:${encodeURIComponent(password)}@`;
      return open({ repository: `${server.origin.replace('//', `//${login}`)}/origin.git` });
    };

    test.each([true, false])('that can leave files out: %s', async (can) => {
      execFileSync('git', ['--git-dir', repository.url, 'config', 'uploadpack.allowFilter', String(can)]);
      rival('1.txt');
      const changed = await at('bot', PASSWORD).change(append('mine'));
      expect(changed).toMatchObject({ kind: 'pushed' });
      expect(show()).toBe('tag: one\nmine\n');
      there('fsck', '--strict');
      const found = await at('bot', PASSWORD).find({
        branch: 'main',
        file: FILE,
        edit: () => '',
        trailer: ['Slipway-Attempt', 'slip-1'],
        withinMs: 30_000,
      });
      expect(found).toEqual(changed);
    });

    test('needs a login there', async () => {
      await expect(at('bot', 'wrong-password').change(append('mine'))).rejects.toMatchObject({
        kind: 'auth',
        message: expect.not.stringContaining('wrong-password'),
      });
    });

    test('needs the right to push there', async () => {
      execFileSync('git', ['--git-dir', repository.url, 'config', 'http.receivepack', 'false']);
      expect(await at('bot', PASSWORD).change(append('mine'))).toMatchObject({
        kind: 'refused',
        why: 'access',
      });
      expect(count()).toBe(1);
    });

    test('that answers with a page does not say that nothing was pushed', async () => {
      server.page = '';
      const sought = { branch: 'main', file: FILE, edit: () => '', withinMs: 30_000 };
      const trailer = ['Slipway-Attempt', 'slip-1'] as const;
      await expect(at('bot', PASSWORD).find({ ...sought, trailer })).rejects.toMatchObject({
        kind: 'unreachable',
      });
    });

    test('that is away is told', async () => {
      const changes = at('bot', PASSWORD);
      await server.close();
      await expect(changes.change(append('mine'))).rejects.toMatchObject({ kind: 'unreachable' });
      server = await gitServer(root, { user: 'bot', password: PASSWORD });
    });
  });
});
