import { LRUCache } from 'lru-cache';
import { GitError } from '../commands/git-error.ts';

/** Access to the mirror and its repository. */
export interface CommitFetcherOptions {
  /** Whether the mirror has the commit. */
  have(sha: string): Promise<boolean>;
  /** Updates heads and tags. Concurrent callers share one fetch. */
  fetch(): Promise<void>;
  /** Requests this commit by its SHA, because no head or tag contains it any more, and pins it. */
  fetchOne(sha: string): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Fetches commits that documents name and the mirror does not have. */
export interface CommitFetcher {
  /** Ensures that the mirror has the commit. Throws `GitError`: 'notFound' when the repository does not have it either. */
  ensureCommit(sha: string): Promise<void>;
  /** Runs the question. When it fails with 'notFound', ensures these commits and runs it once more. */
  withCommits<T>(shas: readonly string[], question: () => Promise<T>): Promise<T>;
}

/** How long the repository is not asked again for a commit that it did not have. */
export const MISSING_MS = 15_000;
/** How many such commits are remembered at once. */
const MISSING_REMEMBERED = 1_000;

/** Failures by which the repository answered that it does not have the commit, unlike failures to reach it. */
const UNKNOWN = new Set<GitError['kind']>(['notFound', 'other']);

/**
 * Every machine has its own mirror, so a document may name a commit that this mirror has not fetched yet. A commit
 * may also have been removed by a force push; many forges still serve it by its SHA. Use this only for commits that
 * documents name, never for what people type: forges also serve commits from pull requests of strangers.
 */
export function createCommitFetcher(options: CommitFetcherOptions): CommitFetcher {
  const { have, now } = options;
  const missing = new LRUCache<string, GitError>({
    max: MISSING_REMEMBERED,
    ttl: MISSING_MS - 1,
    ttlResolution: 0,
    perf: { now },
  });
  const running = new Map<string, Promise<void>>();

  async function fetchMissing(sha: string): Promise<void> {
    if (await have(sha)) return;
    const known = missing.get(sha);
    if (known) throw known;
    try {
      await options.fetch();
      if (!(await have(sha))) await fetchOne(sha);
    } catch (error) {
      if (error instanceof GitError) missing.set(sha, error);
      throw error;
    }
  }

  async function fetchOne(sha: string): Promise<void> {
    try {
      await options.fetchOne(sha);
    } catch (error) {
      if (!(error instanceof GitError) || !UNKNOWN.has(error.kind)) throw error;
      throw new GitError('notFound', 'no such commit', error.stderr, { cause: error });
    }
  }

  function ensureCommit(sha: string): Promise<void> {
    const known = running.get(sha);
    if (known) return known;
    const fetched = fetchMissing(sha).finally(() => running.delete(sha));
    running.set(sha, fetched);
    return fetched;
  }

  return {
    ensureCommit,
    async withCommits(shas, question) {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof GitError) || error.kind !== 'notFound') throw error;
      }
      for (const sha of new Set(shas)) await ensureCommit(sha);
      return question();
    },
  };
}
