import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitError } from '../../../src/git/commands/git-error.ts';
import { MISSING_MS } from '../../../src/git/mirror/ensure-commit.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { remembering } from '../../../src/git/mirror/remember.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

describe('a mirror', () => {
  let repository: TemporaryRepository;
  let root: string;
  let mirror: Mirror;
  let first: string;

  beforeEach(() => {
    repository = temporaryRepository();
    root = mkdtempSync(join(tmpdir(), 'slipway-mirror-'));
    mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
    first = repository.commit({ 'a.txt': 'one' }, 'First');
    repository.push();
  });
  afterEach(() => {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const inMirror = (...args: string[]) =>
    execFileSync('git', args, { cwd: join(root, 'mirror'), encoding: 'utf8' }).trim();
  /** What git's files of the commit-graph hold together, by their documented format. */
  const commitGraph = () => {
    const directory = join(root, 'mirror', 'objects', 'info', 'commit-graphs');
    const chain = readFileSync(join(directory, 'commit-graph-chain'), 'utf8').trim().split('\n');
    const graphs = chain.map((hash) => readFileSync(join(directory, `graph-${hash}.graph`)));
    // The last entry of the fan-out table, which is the first chunk, is the number of commits.
    const counts = graphs.map((graph) => graph.readUInt32BE(Number(graph.readBigUInt64BE(12)) + 255 * 4));
    return {
      commits: counts.reduce((sum, count) => sum + count, 0),
      generations: graphs.every((graph) => graph.includes('GDA2')),
    };
  };
  const failure = (promise: Promise<unknown>): Promise<GitError> =>
    promise.then(
      () => {
        throw new Error('it did not fail');
      },
      (error) => error,
    );

  describe('fetching', () => {
    it('follows heads and tags, even when they are forced, moved or deleted', async () => {
      repository.tag('v1');
      repository.push('v1');
      await mirror.fetch();
      expect(await mirror.head('main')).toBe(first);
      repository.git('commit', '--quiet', '--amend', '--message', 'Rewritten');
      repository.push('main', { force: true });
      repository.unpush('refs/tags/v1');
      await mirror.fetch();
      expect(await mirror.head('main')).toBe(repository.head());
      expect(await mirror.resolve('v1')).toMatchObject({ kind: 'unknown' });
      expect(await mirror.head('no-such-branch')).toBeNull();
    });

    it('rests after two, and those who ask meanwhile share the next one', async () => {
      const directory = join(root, 'resting');
      const own = openMirror({ directory, repository: repository.url, restMs: 1_500 });
      await own.fetch();
      await own.fetch();
      const next = own.fetch();
      // Long enough for a fetch to begin, if it did not rest.
      await own.head('main');
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      expect(own.fetch()).toBe(next);
      await next;
      expect(await own.head('main')).toBe(second);
    });

    it('is not needed to read the current head of a branch', async () => {
      repository.branch('other/main');
      const other = repository.commit({ 'a.txt': 'other' }, 'Other');
      repository.push();
      expect(await mirror.remoteHead('main')).toBe(first);
      expect(await mirror.remoteHead('other/main')).toBe(other);
      expect(await mirror.remoteHead('no-such-branch')).toBeNull();
      expect(await mirror.remoteHead('--upload-pack=x')).toBeNull();
      expect(existsSync(join(root, 'mirror'))).toBe(false);
      repository.unpush('refs/heads/other/main');
      expect(await mirror.remoteHead('other/main')).toBeNull();
      rmSync(repository.url, { recursive: true });
      expect((await failure(mirror.remoteHead('main'))).name).toBe('GitError');
    });

    it('is not done to find which commits are contained in another', async () => {
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      repository.branch('side', first);
      const side = repository.commit({ 'a.txt': 'side' }, 'Side');
      repository.push();
      await mirror.fetch();
      const late = repository.commit({ 'a.txt': 'late' }, 'Late');
      repository.push();
      expect(await mirror.contained(second, [first, second, side, late, 'f'.repeat(40)])).toEqual([
        first,
        second,
      ]);
      expect(await mirror.contained(second, [])).toEqual([]);
      expect(await mirror.has(late)).toBe(false);
    });

    it('informs callers who asked about a commit that it fetched', async () => {
      let fetched = 0;
      const onFetched = () => {
        fetched += 1;
      };
      const own = openMirror({ directory: join(root, 'own'), repository: repository.url, onFetched });
      await own.fetch();
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      expect(fetched).toBe(0);
      expect(await own.relation(second, first)).toBe('descendant');
      expect(fetched).toBe(1);
    });

    it('can replace a branch by one below it', async () => {
      repository.branch('topic');
      repository.push('topic');
      await mirror.fetch();
      repository.unpush('refs/heads/topic');
      repository.git('branch', '-m', 'topic', 'topic/one');
      repository.push('topic/one');
      await mirror.fetch();
      expect(await mirror.head('topic/one')).toBe(first);
    });

    it('brings only heads and tags', async () => {
      repository.branch('stranger');
      const foreign = repository.commit({ evil: 'yes' }, 'A stranger’s pull request');
      repository.git('push', '--quiet', 'origin', 'HEAD:refs/pull/1/head');
      await mirror.fetch();
      expect(await mirror.resolve(foreign)).toMatchObject({ kind: 'unknown' });
      expect(inMirror('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
    });

    it('is shared by fifty simultaneous requests', async () => {
      const all = Array.from({ length: 50 }, () => mirror.fetch());
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      await Promise.all([...all, mirror.fetch(), mirror.pin(first)]);
      await mirror.fetch();
      expect(await mirror.head('main')).toBe(second);
      expect(new Set(all).size).toBeLessThanOrEqual(2);
    });

    it('works when a command has checked out the branch in its worktree', async () => {
      await mirror.fetch();
      // As versions before this one registered it.
      inMirror('worktree', 'add', '--quiet', '--detach', join(root, 'tree'), first);
      execFileSync('git', ['checkout', '--quiet', 'main'], { cwd: join(root, 'tree') });
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      await mirror.fetch();
      expect(await mirror.head('main')).toBe(second);
    });

    it('works after a killed git, whose locks are removed when nobody can hold them', async () => {
      await mirror.fetch();
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      const locks = [
        'packed-refs.lock',
        'refs/heads/main.lock',
        'objects/info/commit-graphs/commit-graph-chain.lock',
      ];
      for (const lock of locks) writeFileSync(join(root, 'mirror', lock), '');
      expect(await failure(mirror.fetch())).toMatchObject({ name: 'GitError' });
      expect(await mirror.head('main')).toBe(first);
      const longAgo = new Date(Date.now() - 11 * 60_000);
      for (const lock of locks) utimesSync(join(root, 'mirror', lock), longAgo, longAgo);
      await mirror.fetch();
      expect(await mirror.head('main')).toBe(second);
    });

    it('begins again when killed while creating the mirror', async () => {
      mkdirSync(join(root, 'mirror.new', 'objects'), { recursive: true });
      writeFileSync(join(root, 'mirror.new', 'HEAD'), 'ref: ');
      await mirror.fetch();
      expect(await mirror.head('main')).toBe(first);
      expect(existsSync(join(root, 'mirror.new'))).toBe(false);
    });

    it('writes a full commit-graph with each fetch', async () => {
      repository.commitMany(300);
      repository.push();
      await mirror.fetch();
      expect(commitGraph()).toEqual({ commits: 301, generations: true });
      repository.commitMany(20);
      repository.push();
      await mirror.fetch();
      inMirror('commit-graph', 'verify');
      expect(commitGraph()).toEqual({ commits: 321, generations: true });
    });

    it('makes every answer a failure until the first one is done', async () => {
      expect(await failure(mirror.head('main'))).toMatchObject({ name: 'GitError', kind: 'notFound' });
    });
  });

  describe('access to the repository', () => {
    const of = (url: string, more = {}) =>
      openMirror({ directory: join(root, 'other'), repository: url, ...more });

    it('reports a missing repository', async () => {
      const error = await failure(of(join(root, 'nowhere')).fetch());
      expect(error).toMatchObject({ name: 'GitError', kind: 'notFound', message: 'no such repository' });
    });

    it('reports a missing host, and masks the password', async () => {
      const error = await failure(of('https://bot:s3cret@host.invalid/acme/storefront.git').fetch());
      expect(error).toMatchObject({ kind: 'unreachable' });
      expect(error.stderr).toContain('host.invalid');
      expect(`${error.message} ${error.stderr} ${String(error.cause)} ${error.stack}`).not.toContain(
        's3cret',
      );
    });

    it('reports a host that refuses the connection', async () => {
      expect(await failure(of('https://127.0.0.1:1/acme/storefront').fetch())).toMatchObject({
        kind: 'unreachable',
      });
    });

    it('gives up after its time limit', async () => {
      expect(await failure(of(repository.url, { slowTimeoutMs: 1 }).fetch())).toMatchObject({
        kind: 'timeout',
      });
    });

    it('works again after a failure', async () => {
      const moved = `${repository.url}.moved`;
      await mirror.fetch();
      execFileSync('mv', [repository.url, moved]);
      expect(await failure(mirror.fetch())).toMatchObject({ kind: 'notFound' });
      expect(await mirror.head('main')).toBe(first);
      execFileSync('mv', [moved, repository.url]);
      await mirror.fetch();
    });

    it.each(['ext::sh -c true', '-oProxyCommand=x', 'http://example.com/a', '--upload-pack=x'])(
      'refuses %s',
      (url) => {
        expect(() => of(url)).toThrow(TypeError);
      },
    );
  });

  describe('resolving what people type', () => {
    it('finds a full and a short SHA, a branch, a tag, and an annotated one', async () => {
      repository.branch('feature/x');
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push('feature/x');
      repository.tag('v1', { sha: first });
      repository.tag('v2', { sha: second, message: 'Version two' });
      repository.push('v1');
      repository.push('v2');
      await mirror.fetch();
      const found = (sha: string, ref: string | null) => ({ kind: 'found', sha, ref });
      expect(await mirror.resolve(first)).toEqual(found(first, null));
      expect(await mirror.resolve(first.slice(0, 7))).toEqual(found(first, null));
      expect(await mirror.resolve(second.slice(0, 4).toUpperCase())).toEqual(found(second, null));
      expect(await mirror.resolve('main')).toEqual(found(first, 'main'));
      expect(await mirror.resolve('feature/x')).toEqual(found(second, 'feature/x'));
      expect(await mirror.resolve('refs/heads/feature/x')).toEqual(found(second, 'refs/heads/feature/x'));
      expect(await mirror.resolve('v1')).toEqual(found(first, 'v1'));
      expect(await mirror.resolve('v2')).toEqual(found(second, 'v2'));
    });

    it('distinguishes commits that begin alike', async () => {
      const all = repository.commitMany(1500);
      repository.push();
      await mirror.fetch();
      const byPrefix = new Map<string, string[]>();
      for (const sha of all) byPrefix.set(sha.slice(0, 4), [...(byPrefix.get(sha.slice(0, 4)) ?? []), sha]);
      const [prefix, alike] = [...byPrefix].find(([, shas]) => shas.length > 1)!;
      const resolved = await mirror.resolve(prefix);
      expect(resolved).toMatchObject({ kind: 'ambiguous' });
      const candidates = resolved.kind === 'ambiguous' ? resolved.candidates : [];
      expect(candidates.map(({ sha }) => sha).sort()).toEqual([...alike].sort());
      expect(candidates[0]?.subject).toMatch(/^Commit \d+$/);
      expect(await mirror.resolve(alike[0]!)).toMatchObject({ kind: 'found', sha: alike[0] });
    });

    it('does not choose between a tag and a branch of the same name, unless they are one commit', async () => {
      repository.tag('release');
      repository.push('refs/tags/release');
      repository.branch('release');
      repository.push('refs/heads/release');
      await mirror.fetch();
      expect(await mirror.resolve('release')).toEqual({ kind: 'found', sha: first, ref: 'release' });
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push('refs/heads/release');
      await mirror.fetch();
      expect(await mirror.resolve('release')).toEqual({
        kind: 'ambiguous',
        candidates: [
          { sha: first, subject: 'First', author: 'Ada Lovelace' },
          { sha: second, subject: 'Second', author: 'Ada Lovelace' },
        ],
      });
      expect(await mirror.resolve('refs/tags/release')).toMatchObject({ kind: 'found', sha: first });
    });

    it('does not choose between a branch and a SHA', async () => {
      repository.branch(first.slice(0, 5));
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push(`refs/heads/${first.slice(0, 5)}`);
      await mirror.fetch();
      const resolved = await mirror.resolve(first.slice(0, 5));
      expect(resolved).toMatchObject({ kind: 'ambiguous', candidates: [{ sha: second }, { sha: first }] });
    });

    it('suggests similar names', async () => {
      repository.tag('v1.2.0');
      repository.push('v1.2.0');
      await mirror.fetch();
      expect(await mirror.resolve('mian')).toEqual({
        kind: 'unknown',
        suggestions: [{ ref: 'main', what: 'branch' }],
      });
      expect(await mirror.resolve('v1.2')).toEqual({
        kind: 'unknown',
        suggestions: [{ ref: 'v1.2.0', what: 'tag' }],
      });
      expect(await mirror.resolve('something-else')).toEqual({ kind: 'unknown', suggestions: [] });
    });

    it.each([
      '--upload-pack=x',
      '-x',
      '',
      ' ',
      'a b',
      'a..b',
      'a~1',
      'a^',
      'main@{1}',
      'a:b',
      'a\\b',
      'x.lock',
      '/a',
      'a//b',
      '.hidden',
      'a\nb',
      '$(touch x)*',
      'x'.repeat(300),
    ])('calls %j invalid without asking git', async (typed) => {
      // No fetch was made: a question to git would fail.
      expect(await mirror.resolve(typed)).toEqual({ kind: 'invalid' });
      expect(await mirror.head(typed)).toBeNull();
    });

    it.each(['HEAD', 'FETCH_HEAD', '@', 'refs/slipway/pins/x', 'ffffffff', 'f'.repeat(40)])(
      'does not know %s',
      async (typed) => {
        await mirror.fetch();
        expect((await mirror.resolve(typed)).kind).toMatch(/^(unknown|invalid)$/);
      },
    );

    it('ignores trees, files, and commits that no ref of ours contains', async () => {
      await mirror.fetch();
      repository.git('commit', '--quiet', '--amend', '--message', 'Rewritten');
      repository.push('main', { force: true });
      await mirror.fetch();
      expect(await mirror.resolve(first)).toMatchObject({ kind: 'unknown' });
      expect(await mirror.resolve(repository.git('rev-parse', 'HEAD^{tree}'))).toMatchObject({
        kind: 'unknown',
      });
      expect(await mirror.resolve(repository.git('rev-parse', 'HEAD:a.txt').slice(0, 8))).toMatchObject({
        kind: 'unknown',
      });
    });
  });

  describe('pins', () => {
    it('keep a commit through a force push, a prune and a garbage collection', async () => {
      const doomed = repository.commit({ 'a.txt': 'two' }, 'Doomed');
      const pinned = repository.commit({ 'a.txt': 'three' }, 'Pinned');
      repository.push();
      repository.branch('gone', doomed);
      const gone = repository.commit({ 'b.txt': 'x' }, 'Gone');
      repository.push('gone');
      await mirror.fetch();
      await mirror.pin(pinned);
      await mirror.pin(pinned);
      repository.checkout('main');
      repository.reset(first);
      repository.push('main', { force: true });
      repository.unpush('refs/heads/gone');
      await mirror.fetch();
      inMirror('gc', '--quiet', '--prune=now');
      execFileSync('git', ['gc', '--quiet', '--prune=now'], { cwd: repository.url });
      expect(await mirror.commit(gone)).toBeNull();
      expect(await mirror.commit(pinned)).toMatchObject({ sha: pinned, subject: 'Pinned' });
      expect(await mirror.resolve(pinned.slice(0, 8))).toEqual({ kind: 'found', sha: pinned, ref: null });
      expect(inMirror('show', `${pinned}:a.txt`)).toBe('three');
    });

    it('cannot be set on a missing commit', async () => {
      await mirror.fetch();
      expect(await failure(mirror.pin('f'.repeat(40)))).toMatchObject({ name: 'GitError' });
    });
  });

  describe('history', () => {
    const mo = { name: 'Mo Møller', email: 'mo@example.com' };

    it('knows how two commits stand to each other', async () => {
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      repository.branch('side', first);
      const side = repository.commit({ 'b.txt': 'x' }, 'Side');
      repository.push('side');
      await mirror.fetch();
      expect(await mirror.relation(first, first)).toBe('same');
      expect(await mirror.relation(first, second)).toBe('ancestor');
      expect(await mirror.relation(second, first)).toBe('descendant');
      expect(await mirror.relation(second, side)).toBe('diverged');
      expect(await failure(mirror.relation(first, 'f'.repeat(40)))).toMatchObject({ kind: 'notFound' });
    });

    it('lists what would be added, and what would be removed', async () => {
      const second = repository.commit({ 'a.txt': 'two' }, 'Zwei ↔ „zwei“', { author: mo });
      const third = repository.commit({ 'a.txt': 'three' }, 'Third\n\nwith a body', { author: mo });
      const fourth = repository.commit({ 'a.txt': 'four' }, 'Fourth');
      repository.push();
      repository.branch('side', second);
      const side = repository.commit({ 'b.txt': 'x' }, 'Side');
      repository.push('side');
      await mirror.fetch();
      const shipped = await mirror.commits(second, fourth, 10);
      expect(shipped).toMatchObject({
        count: 2,
        commits: [
          { sha: fourth, subject: 'Fourth', author: 'Ada Lovelace', email: 'ada@example.com' },
          { sha: third, subject: 'Third', author: 'Mo Møller', email: 'mo@example.com' },
        ],
      });
      expect(shipped.commits[0]?.at).toBe(Date.UTC(2026, 0, 5, 8, 4));
      expect(await mirror.commits(fourth, side, 10)).toMatchObject({ count: 1, commits: [{ sha: side }] });
      expect(await mirror.commits(side, fourth, 10)).toMatchObject({ count: 2 });
      expect(await mirror.commits(fourth, fourth, 10)).toEqual({ count: 0, commits: [], authors: [] });
      expect(await mirror.commits(null, third, 2)).toMatchObject({
        count: 3,
        commits: [{ sha: third }, { subject: 'Zwei ↔ „zwei“' }],
        authors: ['Mo Møller', 'Ada Lovelace'],
      });
    });

    it('counts and names correctly when more commits are added than are read at once', async () => {
      const first = repository.head();
      const many = repository.commitMany(600);
      const last = repository.commit({ 'a.txt': 'last' }, 'Last', { author: mo });
      repository.push();
      await mirror.fetch();
      const shipped = await mirror.commits(first, last, 2);
      expect(shipped.count).toBe(601);
      expect(shipped.commits.map(({ sha }) => sha)).toEqual([last, many.at(-1)]);
      expect(shipped.authors).toEqual(['Ada Lovelace', 'Mo Møller']);
    });

    it('accepts full SHAs only', async () => {
      await mirror.fetch();
      await expect(mirror.commits('main', first, 1)).rejects.toThrow(TypeError);
      await expect(mirror.relation(first, '--all')).rejects.toThrow(TypeError);
      await expect(mirror.commit(first.slice(0, 8))).rejects.toThrow(TypeError);
      await expect(mirror.pin('HEAD')).rejects.toThrow(TypeError);
      await expect(mirror.ensureCommit('main')).rejects.toThrow(TypeError);
      await expect(mirror.has('main')).rejects.toThrow(TypeError);
      expect(await mirror.commit('f'.repeat(40))).toBeNull();
    });
  });

  describe('on a host that lacks the commits of documents', () => {
    const unknown = 'f'.repeat(40);
    const host = (more = {}): Mirror =>
      openMirror({ directory: join(root, 'host'), repository: repository.url, ...more });

    it('fetches first, whatever it is asked', async () => {
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      const questions: ((mirror: Mirror) => Promise<unknown>)[] = [
        (fresh) => fresh.relation(first, second),
        (fresh) => fresh.commits(first, second, 5),
        (fresh) => fresh.commit(second),
        (fresh) => fresh.pin(second),
        (fresh) => fresh.ensureCommit(second),
      ];
      const answers: unknown[] = [];
      for (const ask of questions) {
        answers.push(await ask(host()));
        rmSync(join(root, 'host'), { recursive: true });
      }
      expect(answers).toEqual([
        'ancestor',
        expect.objectContaining({ count: 1 }),
        expect.objectContaining({ sha: second }),
        undefined,
        undefined,
      ]);
    });

    it('sees what was pushed since its last fetch', async () => {
      const mirror = host();
      await mirror.fetch();
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      repository.push();
      expect(await mirror.relation(second, first)).toBe('descendant');
      expect(await mirror.head('main')).toBe(second);
    });

    it('fetches a commit lost to a force push by its SHA, and keeps it', async () => {
      const doomed = repository.commit({ 'a.txt': 'two' }, 'Doomed');
      repository.push();
      repository.reset(first);
      repository.push('main', { force: true });
      const mirror = host();
      expect(await mirror.relation(first, doomed)).toBe('ancestor');
      expect(await mirror.head('main')).toBe(first);
      const refs = execFileSync('git', ['for-each-ref', '--format=%(refname)'], { cwd: join(root, 'host') });
      expect(refs.toString()).toContain(`refs/slipway/pins/${doomed}`);
    });

    it('does not fetch a SHA that people typed, as it may be a stranger’s', async () => {
      repository.branch('stranger');
      const foreign = repository.commit({ evil: 'yes' }, 'A stranger’s pull request');
      repository.git('push', '--quiet', 'origin', 'HEAD:refs/pull/1/head');
      const mirror = host();
      await mirror.fetch();
      expect(await mirror.resolve(foreign)).toMatchObject({ kind: 'unknown' });
    });

    it('says that a commit is nowhere only after asking, and remembers that for a while', async () => {
      let now = 1_000_000;
      const mirror = host({ now: () => now });
      expect(await failure(mirror.relation(first, unknown))).toMatchObject({ kind: 'notFound' });
      expect(await mirror.commit(unknown)).toBeNull();
      const doomed = repository.commit({ 'a.txt': 'two' }, 'Doomed');
      expect(await failure(mirror.ensureCommit(doomed))).toMatchObject({ kind: 'notFound' });
      repository.push();
      expect(await failure(mirror.ensureCommit(doomed))).toMatchObject({ kind: 'notFound' });
      now += MISSING_MS;
      await mirror.ensureCommit(doomed);
    });

    it('says that the repository cannot be reached, instead of that a commit is missing', async () => {
      const mirror = host({ repository: 'https://127.0.0.1:1/acme/storefront' });
      expect(await failure(mirror.commit(first))).toMatchObject({ kind: 'unreachable' });
      expect(await failure(mirror.relation(first, unknown))).toMatchObject({ kind: 'unreachable' });
    });

    it('remembers answers, but no unknown commits and no failures', async () => {
      let now = 1_000_000;
      const mirror = remembering(host({ now: () => now }));
      const second = repository.commit({ 'a.txt': 'two' }, 'Second');
      expect(await mirror.commit(second)).toBeNull();
      expect(await failure(mirror.relation(first, second))).toMatchObject({ kind: 'notFound' });
      repository.push();
      now += MISSING_MS;
      expect(await mirror.commit(second)).toMatchObject({ sha: second });
      expect(await mirror.relation(first, second)).toBe('ancestor');
      const [entry] = await mirror.entries(second, 'a.txt');
      expect(entry).toMatchObject({ path: 'a.txt', type: 'blob' });
      rmSync(join(root, 'host'), { recursive: true });
      repository.cleanup();
      expect(await mirror.relation(first, second)).toBe('ancestor');
      expect(await mirror.entries(second, 'a.txt')).toEqual([entry]);
    });
  });
});
