import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { type Access, NO_ACCESS, openAccess, reaching } from '../commands/access.ts';
import { git } from '../commands/git.ts';
import { GitError } from '../commands/git-error.ts';
import { CAN_KILL } from '../commands/marked.ts';
import { assertSha, isRefName } from '../names/names.ts';
import { plainAddress } from '../names/repository-url.ts';
import { createCommitFetcher } from './ensure-commit.ts';
import { type Ask, readAuthors, readChanged, readCommit, readEntries, readRange } from './history.ts';
import { makeOurs, removeOldLocks } from './leftovers.ts';
import { aRef, readRefs } from './refs.ts';
import {
  createBare,
  fetchFrom,
  fetchPruning,
  readRemoteBranches,
  readRemoteHead,
  readRemoteTags,
  takePins,
} from './remote.ts';
import { BRANCHES, commitOfRef, containedIn, PINS, resolveCommit, TAGS } from './resolve.ts';
import { readKnown, searchCommits } from './search.ts';
import { readTags } from './tags.ts';
import { readTouched } from './touched.ts';
import { createShared, createTurns } from './turns.ts';
import type { Mirror, MirrorOptions } from './types.ts';

const SLOW_TIMEOUT_MS = 10 * 60_000;
const QUICK_TIMEOUT_MS = 60_000;
const SHALLOW =
  'the repository is a shallow clone: push its whole history there, or name the repository it was cloned from';
/** Pins remembered in memory, so that git is not asked about them. */
const PINS_REMEMBERED = 2_000;

/**
 * Opens a mirror. Creates nothing until the first fetch. Throws `TypeError` when the repository's address cannot be
 * used.
 */
export function openMirror(options: MirrorOptions): Mirror {
  const { directory, slowTimeoutMs = SLOW_TIMEOUT_MS, quickTimeoutMs = QUICK_TIMEOUT_MS } = options;
  const { now = Date.now, restMs = 0 } = options;
  const { submodules = { directory: join(directory, 'slipway', 'modules'), opened: new Map() } } = options;
  const access = accessOf(options);
  const address = plainAddress(options.repository);
  const remote = { directory, address, access, slowTimeoutMs, quickTimeoutMs };
  const fetches = createTurns();
  const pinned = new LRUCache<string, true>({ max: PINS_REMEMBERED });
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

  async function fetchRefs(specs: readonly string[], ...flags: string[]): Promise<void> {
    if (exists()) await removeOldLocks(directory, slowTimeoutMs, now());
    else await createBare(directory, quickTimeoutMs);
    await makeOurs(directory);
    const run = (...more: string[]) =>
      reaching(access, (reach) => fetchFrom(remote, reach, specs, [...more, ...flags]));
    try {
      await (isShallow() ? run('--unshallow') : run());
      if (isShallow()) await run('--unshallow');
    } catch (error) {
      // A killed git leaves its locks. No other git of ours keeps one for long here: fetches run one after the other.
      const isKilled = CAN_KILL && error instanceof GitError && error.kind === 'timeout';
      if (isKilled) await removeOldLocks(directory, 0, Number.POSITIVE_INFINITY);
      throw error;
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

  /** Heads and tags by name: `--mirror` would also fetch pull requests of strangers and prune our pins. */
  const fetch = createShared(fetches, restMs, () =>
    fetchPruning(
      remote,
      async () => (exists() ? aRef(ask) : null),
      (...more) => fetchRefs([`+${BRANCHES}/*:${BRANCHES}/*`, `+${TAGS}/*:${TAGS}/*`, ...more], '--prune'),
    ),
  );

  async function has(sha: string): Promise<boolean> {
    if (pinned.has(sha)) return true;
    return exists() && (await commitOfRef(ask, sha)) !== null;
  }

  const { ensureCommit, withCommits } = createCommitFetcher({
    have: has,
    async fetch() {
      await fetch();
      options.onFetched?.();
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
      return readRemoteHead(remote, branch);
    },
    remoteBranches: () => readRemoteBranches(remote),
    tags: () => readTags(ask),
    remoteTags: () => readRemoteTags(remote),
    async contained(head, shas) {
      assertSha(head);
      for (const sha of shas) assertSha(sha);
      return containedIn(ask, head, shas);
    },
    resolve: (typed) => resolveCommit(ask, typed),
    search: (search) => searchCommits(asking(search.withinMs), search),
    async known(shas) {
      for (const sha of shas) assertSha(sha);
      return readKnown(ask, shas);
    },
    async relation(a, b) {
      assertSha(a);
      assertSha(b);
      if (a === b) return 'same';
      return whole(() =>
        withCommits([a, b], async () => {
          // The most frequent case first: `a` is the new commit and `b` the deployed one.
          if (await isAncestor(b, a)) return 'descendant';
          return (await isAncestor(a, b)) ? 'ancestor' : 'diverged';
        }),
      );
    },
    async commits(from, to, limit) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return whole(() =>
        withCommits(from === null ? [to] : [from, to], () => readRange(ask, from, to, limit)),
      );
    },
    async changed(from, to) {
      assertSha(from);
      assertSha(to);
      return withCommits([from, to], () => readChanged(ask, from, to));
    },
    async touched(from, to) {
      assertSha(from);
      assertSha(to);
      return whole(() => withCommits([from, to], () => readTouched(ask, from, to)));
    },
    async authors(from, to) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return whole(() => withCommits(from === null ? [to] : [from, to], () => readAuthors(ask, from, to)));
    },
    async commit(sha) {
      assertSha(sha);
      try {
        return await withCommits([sha], () => readCommit(ask, sha));
      } catch (error) {
        if (error instanceof GitError && error.kind === 'notFound') return null;
        throw error;
      }
    },
    async entries(sha, ...paths) {
      assertSha(sha);
      return readEntries(ask, sha, paths);
    },
    async pin(sha) {
      assertSha(sha);
      if (pinned.has(sha)) return;
      await withCommits([sha], () => ask(['update-ref', `${PINS}/${sha}`, `${sha}`]));
      pinned.set(sha, true);
    },
    async has(sha) {
      assertSha(sha);
      return has(sha);
    },
    async ensureCommit(sha) {
      assertSha(sha);
      await ensureCommit(sha);
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
        onFetched: () => {},
        submodules,
      });
      submodules.opened.set(key, opened);
      return opened;
    },
    takeOver: (from, { stays = false } = {}) =>
      fetches(async () => {
        if (stays && !exists()) await createBare(directory, quickTimeoutMs);
        if (exists()) await takePins(directory, from, slowTimeoutMs);
        else {
          // Indexes of trees that are another product's.
          await rm(join(from, 'slipway', 'trees'), { recursive: true, force: true });
          await rename(from, directory);
        }
        if (stays) return;
        await Promise.all([from, `${from}.access`].map((path) => rm(path, { recursive: true, force: true })));
      }),
    async forgetWorktrees() {
      await rm(join(directory, 'worktrees'), { recursive: true, force: true });
    },
  };
}

function accessOf({ repository, access = NO_ACCESS, askLogin, directory }: MirrorOptions): Access {
  if ('reach' in access) return access;
  return openAccess({ repository, settings: access, directory: `${directory}.access`, askLogin });
}
