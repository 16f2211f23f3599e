import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createBringer } from './bring.ts';
import { git } from './git.ts';
import { GitError } from './git-error.ts';
import {
  type Ask,
  type Authors,
  type Commit,
  type Range,
  readAuthors,
  readCommit,
  readRange,
} from './history.ts';
import { removeOldLocks } from './leftovers.ts';
import { assertSha, isRefName } from './names.ts';
import { parseRepositoryUrl } from './repository-url.ts';
import { BRANCHES, commitOfRef, PINS, type Resolved, resolveCommit, TAGS } from './resolve.ts';
import { createSerial } from './serial.ts';

/** How `a` stands to `b`. */
export type Relation = 'same' | 'ancestor' | 'descendant' | 'diverged';

export interface MirrorOptions {
  /** Where the bare mirror is kept; made when it is first needed. One mirror object for each in a process. */
  directory: string;
  repository: string;
  /** For a fetch; default ten minutes. */
  slowTimeoutMs?: number;
  /** For questions about what is here; default one minute. */
  quickTimeoutMs?: number;
  /** Milliseconds since the epoch; default the system's clock. */
  now?: () => number;
}

/**
 * A bare copy of the heads and tags of one repository, and of what we pinned. Failures are `GitError`. Questions about
 * commits by full SHA first bring what this mirror has not seen; those about names answer from what was fetched last.
 */
export interface Mirror {
  /** Absolute path of the bare repository, which may not exist yet. */
  readonly directory: string;
  /** Brings heads and tags up to date; several who ask while one fetch runs share the next. */
  fetch(): Promise<void>;
  /** As last fetched. null: no such branch. */
  head(branch: string): Promise<string | null>;
  /** Among what our refs hold, as last fetched. */
  resolve(typed: string): Promise<Resolved>;
  /** 'ancestor': `a` is a proper ancestor of `b`. */
  relation(a: string, b: string): Promise<Relation>;
  /** What `to` has and `from` has not; `from` null: all of `to`. */
  commits(from: string | null, to: string, limit: number): Promise<Range>;
  /** E-mail addresses of all who wrote what `to` has and `from` has not; `from` null: all of `to`. */
  authors(from: string | null, to: string): Promise<Authors>;
  /** null: neither we nor the repository have it. */
  commit(sha: string): Promise<Commit | null>;
  /** Keeps the commit, whatever is pushed by force and collected later. */
  pin(sha: string): Promise<void>;
  /** Sees that the commit is here: of a commit that a document names, never of what a person types. */
  bring(sha: string): Promise<void>;
  /** Registers a worktree at this absolute path, which does not exist, with nothing checked out yet. */
  addWorktree(directory: string, sha: string): Promise<void>;
  /** Forgets the worktrees whose directories are gone. */
  pruneWorktrees(): Promise<void>;
}

const SLOW_TIMEOUT_MS = 10 * 60_000;
const QUICK_TIMEOUT_MS = 60_000;
/** How many pins are known without asking git. */
const PINS_REMEMBERED = 2_000;

export function openMirror(options: MirrorOptions): Mirror {
  const { directory, slowTimeoutMs = SLOW_TIMEOUT_MS, quickTimeoutMs = QUICK_TIMEOUT_MS } = options;
  const { now = Date.now } = options;
  const parsed = parseRepositoryUrl(options.repository);
  if (parsed.kind === 'invalid') throw new TypeError(`not a repository: ${parsed.reason}`);
  const repository = parsed.url.text;
  const fetches = createSerial();
  /** git takes no two changes of its list of worktrees at once. */
  const worktrees = createSerial();
  const pinned = new Set<string>();
  let nextFetch: Promise<void> | null = null;

  const asking =
    (timeoutMs: number): Ask =>
    async (args, accept = [], input) => {
      // The first fetch failed, or was never asked for: there is nothing here yet.
      if (!existsSync(join(directory, 'HEAD'))) throw new GitError('notFound', 'nothing was fetched yet', '');
      return git({ directory, args, accept, timeoutMs, ...(input === undefined ? {} : { input }) });
    };
  const ask = asking(quickTimeoutMs);

  /** In one step, so that no killed process leaves a half made repository that looks like one. */
  async function init(): Promise<void> {
    const half = `${directory}.new`;
    await rm(half, { recursive: true, force: true });
    await mkdir(dirname(directory), { recursive: true });
    await git({
      directory: dirname(directory),
      args: ['init', '--quiet', '--bare', half],
      timeoutMs: quickTimeoutMs,
    });
    await rename(half, directory);
  }

  async function fetchRefs(specs: readonly string[], ...flags: string[]): Promise<void> {
    if (existsSync(join(directory, 'HEAD'))) await removeOldLocks(directory, slowTimeoutMs, now());
    else await init();
    await asking(slowTimeoutMs)([
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      // A command of theirs may have checked out a branch in its worktree: that must not stop the branch here.
      '--update-head-ok',
      ...flags,
      '--',
      repository,
      ...specs,
    ]);
  }

  function fetch(): Promise<void> {
    nextFetch ??= fetches(() => {
      nextFetch = null;
      // Heads and tags by name: a `--mirror` would bring strangers' pull requests, and prune our pins.
      return fetchRefs([`+${BRANCHES}/*:${BRANCHES}/*`, `+${TAGS}/*:${TAGS}/*`], '--prune');
    });
    return nextFetch;
  }

  const { bring, about } = createBringer({
    have: async (sha) => {
      if (pinned.has(sha)) return true;
      return existsSync(join(directory, 'HEAD')) && (await commitOfRef(ask, sha)) !== null;
    },
    fetch,
    fetchOne: (sha) => fetches(() => fetchRefs([`+${sha}:${PINS}/${sha}`])),
    now,
  });

  async function isAncestor(a: string, b: string): Promise<boolean> {
    return (await ask(['merge-base', '--is-ancestor', a, b], [1])).exitCode === 0;
  }

  return {
    directory,
    fetch,
    async head(branch) {
      return isRefName(branch) ? commitOfRef(ask, `${BRANCHES}/${branch}`) : null;
    },
    resolve: (typed) => resolveCommit(ask, typed),
    async relation(a, b) {
      assertSha(a);
      assertSha(b);
      if (a === b) return 'same';
      return about([a, b], async () => {
        // Mostly the new commit is asked about, and the old one is what runs.
        if (await isAncestor(b, a)) return 'descendant';
        return (await isAncestor(a, b)) ? 'ancestor' : 'diverged';
      });
    },
    async commits(from, to, limit) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return about(from === null ? [to] : [from, to], () => readRange(ask, from, to, limit));
    },
    async authors(from, to) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return about(from === null ? [to] : [from, to], () => readAuthors(ask, from, to));
    },
    async commit(sha) {
      assertSha(sha);
      try {
        return await about([sha], () => readCommit(ask, sha));
      } catch (error) {
        if (error instanceof GitError && error.kind === 'notFound') return null;
        throw error;
      }
    },
    async pin(sha) {
      assertSha(sha);
      if (pinned.has(sha)) return;
      await about([sha], () => ask(['update-ref', `${PINS}/${sha}`, `${sha}`]));
      if (pinned.size >= PINS_REMEMBERED) pinned.clear();
      pinned.add(sha);
    },
    async bring(sha) {
      assertSha(sha);
      await bring(sha);
    },
    async addWorktree(tree, sha) {
      assertSha(sha);
      await worktrees(() => ask(['worktree', 'add', '--detach', '--no-checkout', '--', tree, sha]));
    },
    async pruneWorktrees() {
      await worktrees(() => ask(['worktree', 'prune', '--expire=now']));
    },
  };
}
