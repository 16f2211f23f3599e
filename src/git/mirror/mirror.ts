import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Access, type AccessSettings, NO_ACCESS, openAccess } from '../commands/access.ts';
import { git } from '../commands/git.ts';
import { GitError } from '../commands/git-error.ts';
import { assertSha, isRefName } from '../names/names.ts';
import { plainAddress } from '../names/repository-url.ts';
import { createBringer } from './ensure-commit.ts';
import {
  type Ask,
  type Authors,
  type Commit,
  type Range,
  readAuthors,
  readCommit,
  readRange,
} from './history.ts';
import { makeOurs, removeOldLocks } from './leftovers.ts';
import { readRefs } from './refs.ts';
import { BRANCHES, commitOfRef, containedIn, PINS, type Resolved, resolveCommit, TAGS } from './resolve.ts';
import { createSerial } from './serial.ts';

/** How commit `a` relates to commit `b`. */
export type Relation = 'same' | 'ancestor' | 'descendant' | 'diverged';

export interface MirrorOptions {
  /** Directory of the bare mirror, created when first needed. A process opens one mirror object for each directory. */
  directory: string;
  /** The repository's address, which may contain a login. */
  repository: string;
  /** How the repository is reached. By default with the login in the address and the user's own git configuration. */
  access?: AccessSettings | Access;
  /** Limit for a fetch. Default ten minutes. */
  slowTimeoutMs?: number;
  /** Limit for a local query. Default one minute. */
  quickTimeoutMs?: number;
  /** Milliseconds since the epoch; default the system's clock. */
  now?: () => number;
  /** Called after heads and tags were updated because a query named a commit that the mirror did not have. */
  onBrought?: () => void;
  /** For the mirror of a submodule: all submodule mirrors of the outermost repository. */
  submodules?: Submodules;
}

interface Submodules {
  directory: string;
  opened: Map<string, Mirror>;
}

/**
 * A bare copy of the heads and tags of one repository and of the pinned commits. Failures are `GitError`. Queries
 * about full SHAs first fetch commits that the mirror does not have. Queries about names use what was last fetched.
 */
export interface Mirror {
  /** Absolute path of the bare repository, which may not exist yet. */
  readonly directory: string;
  /** Address of the repository, without a login. */
  readonly address: string;
  readonly access: Access;
  /** Runs a git query in the mirror. */
  readonly ask: Ask;
  /** Updates heads and tags. Callers that arrive while a fetch runs share the next one. */
  fetch(): Promise<void>;
  /** The branch's commit as last fetched. null: no such branch. */
  head(branch: string): Promise<string | null>;
  /** The branch's commit in the repository now, without a fetch. null: no such branch. */
  remoteHead(branch: string): Promise<string | null>;
  /** Those of `shas` that the mirror has and that are part of `head`. The repository is not contacted. */
  contained(head: string, shas: readonly string[]): Promise<string[]>;
  /** Resolves what a person typed, among our refs as last fetched. */
  resolve(typed: string): Promise<Resolved>;
  /** 'ancestor': `a` is a proper ancestor of `b`. */
  relation(a: string, b: string): Promise<Relation>;
  /** Commits in `to` that are not in `from`; `from` null: all of `to`. */
  commits(from: string | null, to: string, limit: number): Promise<Range>;
  /** E-mail addresses of all authors of commits in `to` that are not in `from`; `from` null: all of `to`. */
  authors(from: string | null, to: string): Promise<Authors>;
  /** null: neither the mirror nor the repository has it. */
  commit(sha: string): Promise<Commit | null>;
  /** Keeps the commit, even after a force push and garbage collection. */
  pin(sha: string): Promise<void>;
  /** Whether the mirror has the commit, reachable from a ref or not. The repository is not contacted. */
  has(sha: string): Promise<boolean>;
  /** Ensures that the mirror has the commit. Only for commits that documents name, never for what a person types. */
  bring(sha: string): Promise<void>;
  /**
   * Heads (as those of `origin`) and tags as last fetched, as the text of `packed-refs` for a repository that borrows
   * from this mirror.
   */
  refs(): Promise<string>;
  /**
   * The mirror of a submodule's repository. Different addresses have different mirrors. Throws `TypeError` for an
   * invalid address.
   */
  submodule(address: string): Mirror;
  /** Removes worktree registrations left by older versions. */
  forgetWorktrees(): Promise<void>;
}

const SLOW_TIMEOUT_MS = 10 * 60_000;
const QUICK_TIMEOUT_MS = 60_000;
const SHALLOW =
  'the history of the repository is cut off (it is shallow): push all of it there, or name the repository it was cloned from';
/** Pins remembered in memory, so that git is not asked about them. */
const PINS_REMEMBERED = 2_000;
/**
 * Opens a mirror. Creates nothing until the first fetch. Throws `TypeError` when the repository's address cannot be
 * used.
 */

export function openMirror(options: MirrorOptions): Mirror {
  const { directory, slowTimeoutMs = SLOW_TIMEOUT_MS, quickTimeoutMs = QUICK_TIMEOUT_MS } = options;
  const { now = Date.now } = options;
  const { submodules = { directory: join(directory, 'slipway', 'modules'), opened: new Map() } } = options;
  const access = accessOf(options);
  const address = plainAddress(options.repository);
  const fetches = createSerial();
  const pinned = new Set<string>();
  let nextFetch: Promise<void> | null = null;
  let refs: Promise<string> | null = null;
  let ours: Promise<void> | null = null;

  const exists = () => existsSync(join(directory, 'HEAD'));
  const isShallow = () => existsSync(join(directory, 'shallow'));

  const asking =
    (timeoutMs: number): Ask =>
    async (args, accept = [], input) => {
      // Nothing was fetched yet, or the first fetch failed.
      if (!exists()) throw new GitError('notFound', 'nothing was fetched yet', '');
      // Done once here; each fetch repeats it.
      ours ??= makeOurs(directory).catch((error: unknown) => {
        ours = null;
        throw error;
      });
      await ours;
      return git({ directory, args, accept, timeoutMs, ...(input === undefined ? {} : { input }) });
    };
  const ask = asking(quickTimeoutMs);

  /** Renames the finished repository into place, so that a killed process never leaves a partial one. */
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
    if (exists()) await removeOldLocks(directory, slowTimeoutMs, now());
    else await init();
    await makeOurs(directory);
    const reach = await access.reach();
    const run = (...more: string[]) =>
      git({
        directory,
        args: [
          'fetch',
          '--quiet',
          '--no-tags',
          '--no-recurse-submodules',
          '--no-write-fetch-head',
          // Without this, git silently skips refs whose history a shallow repository cuts off.
          '--update-shallow',
          ...more,
          ...flags,
          '--',
          address,
          ...specs,
        ],
        timeoutMs: slowTimeoutMs,
        reach,
      });
    try {
      await (isShallow() ? run('--unshallow') : run());
      if (isShallow()) await run('--unshallow');
    } finally {
      refs = null;
    }
    mustBeWhole();
  }

  /** A truncated history gives wrong answers about authors and ancestors. */
  function mustBeWhole(): void {
    if (isShallow()) throw new GitError('other', SHALLOW, '');
  }

  /** Runs a question that decides something, and ensures before and after it that the history is complete. */
  async function whole<T>(question: () => Promise<T>): Promise<T> {
    if (isShallow()) await fetch();
    const answer = await question();
    // The mirror may have become shallow meanwhile.
    mustBeWhole();
    return answer;
  }

  async function headThere(branch: string): Promise<string | null> {
    const ref = `${BRANCHES}/${branch}`;
    await mkdir(dirname(directory), { recursive: true });
    const { stdout } = await git({
      // Not the mirror's directory, because the mirror may not exist yet.
      directory: dirname(directory),
      args: ['ls-remote', '--quiet', '--', address, ref],
      timeoutMs: quickTimeoutMs,
      reach: await access.reach(),
    });
    // The pattern also matches the end of longer ref names.
    const lines = stdout.split('\n').map((line) => line.split('\t'));
    return lines.find(([, name]) => name === ref)?.[0] ?? null;
  }

  function fetch(): Promise<void> {
    nextFetch ??= fetches(() => {
      nextFetch = null;
      // Heads and tags by name: `--mirror` would also fetch pull requests of strangers and prune our pins.
      return fetchRefs([`+${BRANCHES}/*:${BRANCHES}/*`, `+${TAGS}/*:${TAGS}/*`], '--prune');
    });
    return nextFetch;
  }

  async function has(sha: string): Promise<boolean> {
    if (pinned.has(sha)) return true;
    return exists() && (await commitOfRef(ask, sha)) !== null;
  }

  const { bring, about } = createBringer({
    have: has,
    async fetch() {
      await fetch();
      options.onBrought?.();
    },
    fetchOne: (sha) => fetches(() => fetchRefs([`+${sha}:${PINS}/${sha}`])),
    now,
  });

  async function isAncestor(a: string, b: string): Promise<boolean> {
    return (await ask(['merge-base', '--is-ancestor', a, b], [1])).exitCode === 0;
  }

  return {
    directory,
    address,
    access,
    ask,
    fetch,
    async head(branch) {
      return isRefName(branch) ? commitOfRef(ask, `${BRANCHES}/${branch}`) : null;
    },
    async remoteHead(branch) {
      if (!isRefName(branch)) return null;
      return headThere(branch);
    },
    async contained(head, shas) {
      assertSha(head);
      for (const sha of shas) assertSha(sha);
      return containedIn(ask, head, shas);
    },
    resolve: (typed) => resolveCommit(ask, typed),
    async relation(a, b) {
      assertSha(a);
      assertSha(b);
      if (a === b) return 'same';
      return whole(() =>
        about([a, b], async () => {
          // The most frequent case first: `a` is the new commit and `b` the deployed one.
          if (await isAncestor(b, a)) return 'descendant';
          return (await isAncestor(a, b)) ? 'ancestor' : 'diverged';
        }),
      );
    },
    async commits(from, to, limit) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return whole(() => about(from === null ? [to] : [from, to], () => readRange(ask, from, to, limit)));
    },
    async authors(from, to) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return whole(() => about(from === null ? [to] : [from, to], () => readAuthors(ask, from, to)));
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
    async has(sha) {
      assertSha(sha);
      return has(sha);
    },
    async bring(sha) {
      assertSha(sha);
      await bring(sha);
    },
    async refs() {
      refs ??= readRefs(ask);
      const known = refs;
      try {
        return await known;
      } catch (error) {
        if (refs === known) refs = null;
        throw error;
      }
    },
    submodule(theirs) {
      const key = createHash('sha256').update(plainAddress(theirs)).digest('hex').slice(0, 20);
      const known = submodules.opened.get(key);
      if (known) return known;
      const opened = openMirror({
        ...options,
        directory: join(submodules.directory, `${key}.git`),
        repository: theirs,
        access: access.to(theirs),
        // Submodules have no branch that Slipway follows.
        onBrought: () => {},
        submodules,
      });
      submodules.opened.set(key, opened);
      return opened;
    },
    async forgetWorktrees() {
      await rm(join(directory, 'worktrees'), { recursive: true, force: true });
    },
  };
}

function accessOf({ repository, access = NO_ACCESS, directory }: MirrorOptions): Access {
  if ('reach' in access) return access;
  return openAccess({ repository, settings: access, directory: `${directory}.access` });
}
