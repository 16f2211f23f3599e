import type { CommitLine, CommitList } from '../../chat/view-model.ts';
import type { Relation } from '../../domain/decide/environment/draft/context.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Services } from '../services/services.ts';

/** Where git is asked. */
type Git = Pick<Services, 'mirror' | 'log'>;

/** How many commits of a range a card reads. */
const COMMITS_READ = 20;

/** A commit's subject line, and when it was committed; null: git could not answer. */
export async function commitLine(
  services: Git,
  product: string,
  sha: string,
): Promise<(CommitLine & { at: number }) | null> {
  return askGit(services, () => services.mirror(product).commit(sha));
}

/** The same of several commits; those that git does not know are left out. */
export async function commitLines(
  services: Git,
  product: string,
  shas: readonly string[],
): Promise<CommitLine[]> {
  if (shas.length === 0) return [];
  return (await askGit(services, () => services.mirror(product).known(shas))) ?? [];
}

/** The commits in `to` that are not in `from`; null: git could not answer. */
export async function range(
  services: Git,
  product: string,
  from: string,
  to: string,
  limit = COMMITS_READ,
): Promise<CommitList | null> {
  return askGit(services, () => services.mirror(product).commits(from, to, limit));
}

/** How many commits of `newest` are not in `runs`; null: one of them is unknown, or git could not answer. */
export async function behind(
  services: Git,
  product: string,
  runs: string | undefined,
  newest: string | undefined,
): Promise<number | null> {
  if (runs === undefined || newest === undefined) return null;
  return (await range(services, product, runs, newest, 0))?.count ?? null;
}

/** How `sha` relates to `to`; null: git could not answer. */
export async function relation(
  services: Git,
  product: string,
  sha: string,
  to: string,
): Promise<Relation | null> {
  return askGit(services, () => services.mirror(product).relation(sha, to));
}

async function askGit<T>(services: Pick<Services, 'log'>, question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.info({ err: error }, 'git could not answer; shown without its part');
    return null;
  }
}
