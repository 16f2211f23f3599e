import type { CommitLine, CommitList } from '../../chat/view-model.ts';
import type { Relation } from '../../domain/decide/environment/draft/context.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Parts } from '../services/services.ts';

/** Where git is asked. */
type Git = Pick<Parts, 'mirror' | 'log'>;

/** How many commits a card is given to choose from. */
const COMMITS_READ = 20;

/** A commit's own line, and when it was committed; null: git cannot say. */
export async function commitLine(
  parts: Git,
  product: string,
  sha: string,
): Promise<(CommitLine & { at: number }) | null> {
  return askGit(parts, () => parts.mirror(product).commit(sha));
}

/** Commits in `to` that are not in `from`. null: git cannot say. */
export async function range(
  parts: Git,
  product: string,
  from: string,
  to: string,
  limit = COMMITS_READ,
): Promise<CommitList | null> {
  return askGit(parts, () => parts.mirror(product).commits(from, to, limit));
}

/** How many commits of `newest` are not in `runs`; null: one of them is not known, or git cannot say. */
export async function behind(
  parts: Git,
  product: string,
  runs: string | undefined,
  newest: string | undefined,
): Promise<number | null> {
  if (runs === undefined || newest === undefined) return null;
  return (await range(parts, product, runs, newest, 0))?.count ?? null;
}

/** How one commit stands to another; null: git cannot say. */
export async function relation(
  parts: Git,
  product: string,
  sha: string,
  to: string,
): Promise<Relation | null> {
  return askGit(parts, () => parts.mirror(product).relation(sha, to));
}

async function askGit<T>(parts: Pick<Parts, 'log'>, question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    parts.log.info({ err: error }, 'git could not answer; shown without');
    return null;
  }
}
