import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import type { Pool } from '../../../src/git/trees/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { everyThird } from '../../support/thorough.ts';
import { contents, expectCommit } from './trees.ts';

/** What commands do to git in their tree: a script each. `$OTHER` is another repository, `$EVIL` a third, and `$OLD` a commit. */
const DEEDS: [string, string][] = [
  ['checks out a branch', 'git checkout -q main'],
  [
    'checks out a branch by force, as release tools do',
    'git checkout -q -B main origin/main && git checkout -q -B next',
  ],
  ['commits', 'echo x > a.txt && git commit -qam theirs'],
  [
    'commits on a branch and pushes it',
    'git checkout -q -b theirs && git commit -q --allow-empty -m theirs && git push -q "$OTHER" theirs',
  ],
  ['makes its history shallow', 'git fetch -q --depth=1 "file://$ORIGIN" main && test -e .git/shallow'],
  [
    'fetches, prunes and forgets tags',
    'git fetch -q --prune --prune-tags origin "+refs/heads/main:refs/heads/main"',
  ],
  ['sets core.autocrlf', 'git config core.autocrlf true && git config core.eol crlf'],
  ['sets core.autocrlf for its user', 'git config --global core.autocrlf true'],
  ['rewrites addresses', 'git config "url.$EVIL.insteadOf" "$ORIGIN"'],
  ['rewrites addresses for its user', 'git config --global "url.$EVIL.insteadOf" "$ORIGIN"'],
  ['sets an identity', 'git config user.name theirs && git config --global user.email t@t'],
  [
    'sets a proxy',
    'git config http.proxy http://127.0.0.1:9 && git config --global https.proxy http://127.0.0.1:9',
  ],
  [
    'sets filters',
    'git config filter.x.smudge "sed s/o/0/" && git config filter.x.required true && mkdir -p .git/info && echo "* filter=x" > .git/info/attributes',
  ],
  [
    'ignores files',
    'mkdir -p .git/info && echo "*" > .git/info/exclude && echo "*" > .git/info/sparse-checkout',
  ],
  ['adds a remote', 'git remote add heroku "$OTHER" && git fetch -q heroku'],
  [
    'changes the remote',
    'git remote set-url origin "$EVIL" && git fetch -q origin && git remote set-url --push origin "$OTHER"',
  ],
  ['removes the remote', 'git remote remove origin'],
  ['makes tags', 'git tag v9.9.9 && git tag -a -m x v9.9.8'],
  ['moves and deletes tags', 'git tag -f v1 HEAD~1 && git tag -d v2'],
  [
    'installs hooks',
    'for hook in post-checkout reference-transaction post-index-change pre-push; do printf "#!/bin/sh\\ntouch $HOME/hooked\\n" > .git/hooks/$hook; chmod +x .git/hooks/$hook; done',
  ],
  [
    'installs hooks elsewhere',
    'mkdir h && printf "#!/bin/sh\\ntouch $HOME/hooked\\n" > h/post-checkout && chmod +x h/post-checkout && git config core.hooksPath h && git config core.fsmonitor "touch $HOME/hooked"',
  ],
  ['collects garbage', 'git gc -q --prune=now --aggressive && git repack -q -a -d && git prune --expire=now'],
  ['adds a worktree', 'git worktree add -q "$HOME/wt-$$" && git worktree add -q --detach inside'],
  [
    'leaves a rebase half done',
    'git checkout -q -b r HEAD~1 && echo r > a.txt && git commit -qam r && ! git rebase -q main',
  ],
  [
    'leaves a merge with conflicts',
    'git checkout -q -b m HEAD~1 && echo m > a.txt && git commit -qam m && ! git merge -q main',
  ],
  [
    'leaves a bisect, a cherry-pick and a revert',
    'git bisect start HEAD HEAD~1; ! git cherry-pick HEAD; ! git revert --no-edit HEAD~1',
  ],
  ['removes its git', 'rm -rf .git'],
  ['makes its git a file', 'rm -rf .git && echo nothing > .git'],
  [
    'makes its git a file that points elsewhere',
    'rm -rf .git && git clone -q "$OTHER" "$HOME/c-$$" && echo "gitdir: $HOME/c-$$/.git" > .git',
  ],
  [
    'makes its git a link',
    'mkdir -p "$HOME/l-$$" && mv .git "$HOME/l-$$/git" && ln -s "$HOME/l-$$/git" .git',
  ],
  ['makes its git another repository', 'rm -rf .git && git init -q && git add . && git commit -qm init'],
  [
    'leaves locks',
    'touch .git/index.lock .git/HEAD.lock .git/config.lock .git/packed-refs.lock .git/shallow.lock',
  ],
  ['stashes', 'echo x > a.txt && git stash -q'],
  ['makes its tree sparse', 'git sparse-checkout set new'],
  ['replaces a commit', 'git replace HEAD~1 HEAD && git replace --graft HEAD'],
  ['writes grafts', 'mkdir -p .git/info && git rev-parse HEAD > .git/info/grafts'],
  [
    'hides changes',
    'echo x > a.txt && git update-index --assume-unchanged a.txt && echo y > d/b.txt && git update-index --skip-worktree d/b.txt',
  ],
  [
    'stages, forgets and intends',
    'echo s > s && git add s && echo i > i && git add -N i && git rm -q --cached a.txt',
  ],
  ['spoils its index', 'echo DIRC > .git/index'],
  ['uses a split and untracked index', 'git update-index --split-index --untracked-cache'],
  ['makes its git unreadable', 'chmod -R a-w .git && chmod 0 .git/objects'],
  ['changes its alternates', 'echo "$OTHER/objects" > .git/objects/info/alternates'],
  ['removes its alternates', 'rm .git/objects/info/alternates'],
  ['creates nested repositories', 'git init -q nested && git clone -q "$OTHER" vendored && git init -q d'],
  ['leaves a lot untracked', 'mkdir -p huge && i=0; while [ $i -lt 2000 ]; do : > huge/$i; i=$((i+1)); done'],
  ['declares itself bare', 'git config core.bare true'],
  [
    'declares its files elsewhere',
    'mkdir -p "$HOME/elsewhere" && git config core.worktree "$HOME/elsewhere"',
  ],
  [
    'makes a partial clone of itself',
    'git config extensions.partialClone origin && git config core.repositoryFormatVersion 1 && git config remote.origin.promisor true',
  ],
  [
    'uses features of newer git versions',
    'git config extensions.nobodyKnows true && git config core.repositoryFormatVersion 9',
  ],
  ['breaks its configuration', 'echo "[[[" > .git/config'],
  [
    'includes another configuration',
    'printf "[core]\\n\\tautocrlf = true\\n" > inc && git config include.path ../inc',
  ],
  [
    'moves HEAD by hand',
    'h=$(git rev-parse HEAD~1) && echo $h > .git/HEAD && git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main',
  ],
  ['deletes all refs', 'rm -rf .git/refs .git/packed-refs && mkdir .git/refs'],
  [
    'turns on automatic git tasks',
    'git config gc.auto 1 && git maintenance start >/dev/null 2>&1 || git config maintenance.auto true',
  ],
  [
    'makes git quiet about signatures and colours',
    'git config log.showSignature true && git config color.ui always && git config log.follow true && git config core.quotePath true',
  ],
];

/** Nobody's own configuration counts, and looking changes nothing. */
const PLAIN = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
};

describe('what a command does to git in its tree', () => {
  let root: string;
  let repository: TemporaryRepository;
  let other: TemporaryRepository;
  let evil: TemporaryRepository;
  let first: string;
  let second: string;
  let mirror: Mirror;
  let otherMirror: Mirror;
  let pool: Pool;
  let pristine: Record<string, string>;

  const run = (directory: string, script: string) =>
    execFileSync('sh', ['-c', script], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: join(root, 'home'),
        ORIGIN: repository.url,
        OTHER: other.url,
        EVIL: evil.url,
        GIT_AUTHOR_NAME: 'x',
        GIT_AUTHOR_EMAIL: 'x@y',
        GIT_COMMITTER_NAME: 'x',
        GIT_COMMITTER_EMAIL: 'x@y',
      },
    }).trim();
  const plain = (directory: string, ...args: string[]) =>
    execFileSync('git', args, { cwd: directory, encoding: 'utf8', env: PLAIN }).trim();
  const take = (sha: string) => pool.take({ sha, built: null, lockFile: '/none' });
  /** All that a repository says: its refs, HEAD, configuration, and which files it has. */
  function said(tree: string): Record<string, string> {
    // One process of ours for all of git's: a test's process is large, and slow to fork.
    const questions = [
      'rev-parse --absolute-git-dir',
      'config --local --list',
      'for-each-ref',
      'status --porcelain --ignored',
      'describe --tags',
      'ls-files -v --stage',
    ];
    const script = questions.map((question) => `git ${question} && printf '\\0'`).join(' && ');
    const [git = '', config = '', refs = '', status = '', tags = '', index = ''] = execFileSync(
      'sh',
      ['-e', '-c', script],
      { cwd: tree, encoding: 'utf8', env: PLAIN },
    )
      .split('\0')
      .map((text) => text.trim());
    const names = readdirSync(git, { recursive: true, encoding: 'utf8' }).sort();
    return {
      names: names.join(' '),
      head: readFileSync(join(git, 'HEAD'), 'utf8'),
      ...{ config, refs, status, tags, index },
    };
  }

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'slipway-commands-'));
    mkdirSync(join(root, 'home'));
    repository = temporaryRepository();
    other = temporaryRepository();
    evil = temporaryRepository();
    evil.commit({ 'a.txt': 'evil' }, 'Evil');
    evil.push();
    other.commit({ 'o.txt': 'o' }, 'Other');
    other.push();
    first = repository.commit({ 'a.txt': 'one', 'd/b.txt': 'b', 'new/n.txt': 'n' }, 'First');
    repository.tag('v1');
    second = repository.commit({ 'a.txt': 'two' }, 'Second', { author: { name: 'Mo', email: 'mo@x.org' } });
    repository.tag('v2', { message: 'Two' });
    repository.push();
    repository.push('v1');
    repository.push('v2');
    mirror = openMirror({ directory: join(root, 'mirrors', 'shop.git'), repository: repository.url });
    otherMirror = openMirror({ directory: join(root, 'mirrors', 'other.git'), repository: other.url });
    pool = openPool({
      directory: join(root, 'trees'),
      mirror,
      guardIsGone: () => true,
      now: Date.now,
      onProblem: (error) => {
        throw error;
      },
    });
    await mirror.fetch();
    const lease = await take(second);
    pristine = said(lease.directory);
    await lease.release();
  }, 60_000);
  afterAll(async () => {
    await pool.idle();
    for (const each of [repository, other, evil]) each.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  test('a tree is like a clone: HEAD at the commit, tags, the heads of origin, and no login', async () => {
    const { directory, release } = await take(second);
    expect(plain(directory, 'rev-parse', 'HEAD')).toBe(second);
    expect(plain(directory, 'rev-parse', '--symbolic-full-name', 'HEAD')).toBe('HEAD');
    expect(plain(directory, 'rev-parse', 'origin/main')).toBe(second);
    expect(plain(directory, 'describe', '--tags')).toBe('v2');
    expect(plain(directory, 'cat-file', '-t', 'v2')).toBe('tag');
    expect(plain(directory, 'rev-parse', 'v2^{commit}')).toBe(second);
    expect(plain(directory, 'remote', 'get-url', 'origin')).toBe(repository.url);
    expect(plain(directory, 'log', '--format=%s')).toBe('Second\nFirst');
    expect(plain(directory, 'fsck', '--no-dangling')).toBe('');
    expect(
      run(
        directory,
        'git fetch origin && git checkout -q main && git push -q "$OTHER" HEAD:refs/heads/x && git rev-parse HEAD',
      ),
    ).toBe(second);
    await release();
  });

  test.each(everyThird(DEEDS, 0))(
    'stays in the tree when it %s',
    async (_what, script) => {
      // Runs all the while.
      const running = await take(first);
      const here = said(running.directory);
      const lease = await take(second);
      run(lease.directory, `set -e\n${script}`);
      await lease.release();

      expect(said(running.directory)).toEqual(here);
      const next = await take(first);
      expect(next.directory).toBe(lease.directory);
      expectCommit(next.directory, repository, first);
      expect(plain(next.directory, 'rev-parse', 'HEAD')).toBe(first);
      await next.release();
      const again = await take(second);
      expectCommit(again.directory, repository, second);
      expect(said(again.directory)).toEqual(pristine);
      await again.release();
      await running.release();

      await Promise.all([mirror.fetch(), otherMirror.fetch()]);
      expect(await mirror.head('main')).toBe(second);
      expect(await otherMirror.head('main')).toBe(other.head());
      expect(await mirror.relation(first, second)).toBe('ancestor');
      expect(await mirror.commits(null, second, 5)).toMatchObject({
        count: 2,
        commits: [{ sha: second }, { sha: first }],
      });
      expect((await mirror.authors(null, second)).addresses).toEqual(
        new Set(['ada@example.com', 'mo@x.org']),
      );
      expect(await mirror.resolve('v1')).toMatchObject({ sha: first });
      expect(readdirSync(join(root, 'home'))).not.toContain('hooked');
    },
    60_000,
  );

  test('is undone for the next command in the same tree, whose files stay', async () => {
    const lease = await take(second);
    run(
      lease.directory,
      'git checkout -q -b theirs && echo x > a.txt && git commit -qam theirs && echo made > made && git config a.b c',
    );
    await lease.renew();
    const left = contents(lease.directory);
    expect([left['a.txt'], left.made]).toEqual([
      expect.stringContaining('x'),
      expect.stringContaining('made'),
    ]);
    expect(plain(lease.directory, 'rev-parse', 'HEAD')).toBe(second);
    expect(plain(lease.directory, 'status', '--porcelain')).toBe('M a.txt\n?? made');
    expect(() => plain(lease.directory, 'config', 'a.b')).toThrow();
    await lease.release();
  });

  test('leaves an unchanged built tree with a fresh repository for the next command', async () => {
    const lease = await take(second);
    writeFileSync(join(lease.directory, 'made'), 'made');
    await lease.mark('run 1');
    run(
      lease.directory,
      'git config a.b c && git tag theirs && git branch theirs && git fetch -q --depth=1 "file://$ORIGIN" main',
    );
    await lease.release();
    const next = await pool.take({ sha: second, built: 'run 1', lockFile: '/none' });
    expect(next).toMatchObject({ holds: true, directory: lease.directory });
    expect(said(next.directory)).toEqual({ ...pristine, status: '?? made' });
    await next.release();
    expect((await pool.take({ sha: second, built: 'run 1', lockFile: '/none' })).holds).toBe(true);
  });

  test('works on objects borrowed from the mirror, at a known place', async () => {
    const { directory, borrows, release } = await take(second);
    expect(borrows).toEqual([join(mirror.directory, 'objects')]);
    const own = readdirSync(join(directory, '.git', 'objects'), { recursive: true });
    expect(own.sort()).toEqual(['info', 'info/alternates', 'pack']);
    await release();
  });
});
