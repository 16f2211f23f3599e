import { GitError } from '../commands/git-error.ts';

export interface BringOptions {
  /** Whether the commit is here. */
  have(sha: string): Promise<boolean>;
  /** Brings heads and tags up to date; several who ask share it. */
  fetch(): Promise<void>;
  /** Asks the repository for this very commit, which no head or tag holds any more, and pins it. */
  fetchOne(sha: string): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Bringer {
  /** Sees that the commit is here. Throws `GitError`: 'notFound' when the repository has it neither. */
  bring(sha: string): Promise<void>;
  /** Asks once more after it brought these commits, when the answer was that one of them is not here. */
  about<T>(shas: readonly string[], question: () => Promise<T>): Promise<T>;
}

/** So long the repository is not asked again for a commit that it did not give. */
export const MISSING_MS = 15_000;

/** The repository answered, and does not have it; the way to the repository is another matter. */
const UNKNOWN = new Set<GitError['kind']>(['notFound', 'other']);

/**
 * Every host has a mirror of its own, so a document may name a commit that this one has not seen. A commit may also
 * have been pushed away by force since: many forges still give it to who asks for it by its SHA.
 * Only for commits that documents name: what people type is not asked for by SHA, since forges give out commits
 * of strangers' pull requests as well.
 */
export function createBringer(options: BringOptions): Bringer {
  const { have, now } = options;
  const missing = new Map<string, { error: GitError; until: number }>();
  const coming = new Map<string, Promise<void>>();

  async function come(sha: string): Promise<void> {
    if (await have(sha)) return;
    forgetOld();
    const known = missing.get(sha);
    if (known) throw known.error;
    try {
      await options.fetch();
      if (!(await have(sha))) await fetchOne(sha);
    } catch (error) {
      if (error instanceof GitError) missing.set(sha, { error, until: now() + MISSING_MS });
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

  function forgetOld(): void {
    for (const [sha, { until }] of missing) if (until <= now()) missing.delete(sha);
  }

  function bring(sha: string): Promise<void> {
    const known = coming.get(sha);
    if (known) return known;
    const comes = come(sha).finally(() => coming.delete(sha));
    coming.set(sha, comes);
    return comes;
  }

  return {
    bring,
    async about(shas, question) {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof GitError) || error.kind !== 'notFound') throw error;
      }
      for (const sha of new Set(shas)) await bring(sha);
      return question();
    },
  };
}
