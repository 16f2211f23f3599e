import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followed } from '../../domain/decide/product/tags.ts';
import { type ForgeSettings, followedWords, type ProductSettings } from '../../flow/services/settings.ts';
import { NO_ACCESS } from '../../git/commands/access.ts';
import { GitError, type GitErrorKind } from '../../git/commands/git-error.ts';
import { openMirror } from '../../git/mirror/mirror.ts';
import type { Mirror } from '../../git/mirror/types.ts';
import { plainAddress } from '../../git/names/repository-url.ts';
import type { ForgeCommit, ForgeRef, Forges } from '../../ports/forge.ts';
import { askForge } from '../forge-login.ts';
import { type Finding, fine, wrong } from './finding.ts';

/** A commit by the branch or tag that was read. */
export type KnownCommit = ForgeCommit & { ref: ForgeRef };

export interface RepositoryFinding {
  finding: Finding;
  /** What the product follows there; null: there is nothing. */
  head: KnownCommit | null;
}

export interface ReadOptions {
  forges: readonly ForgeSettings[];
  forge: Forges;
  /** Limit for reading it. */
  gitTimeoutMs: number;
}

/** Whether git can read a product's repository as it is configured, and whether what the product follows is there. */
export async function repositoryFinding(
  product: ProductSettings,
  { forges, forge, gitTimeoutMs }: ReadOptions,
): Promise<RepositoryFinding> {
  const { name, repository, git, branch } = product;
  const what = `${name}: ${plainAddress(repository)}`;
  // What ssh needs are files, of no use to anybody afterwards.
  const directory = await mkdtemp(join(tmpdir(), 'slipway-check-'));
  try {
    const mirror = openMirror({
      directory: join(directory, 'mirror.git'),
      repository,
      access: git?.access ?? NO_ACCESS,
      askLogin: askForge(product, forges, forge),
      quickTimeoutMs: gitTimeoutMs,
    });
    return await readHead(what, mirror, branch);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { finding: wrong(what, `git cannot read it: ${error.message}`, GIT_TODO[error.kind]), head: null };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readHead(
  what: string,
  mirror: Mirror,
  branch: ProductSettings['branch'],
): Promise<RepositoryFinding> {
  const words = followedWords(branch);
  if (typeof branch === 'string') {
    const sha = await mirror.remoteHead(branch);
    if (sha !== null)
      return { finding: fine(what, `has branch ${words}`), head: { sha, ref: { name: branch, tag: false } } };
    const todo = 'push that branch, or name another: branch: main';
    return { finding: wrong(what, `has no branch ${words}`, todo), head: null };
  }
  const found = followed(branch.tags, await mirror.remoteTags());
  // git lists them by name.
  const last = found.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })).at(-1);
  if (last === undefined) {
    const todo = 'push such a tag, or correct tags';
    return { finding: wrong(what, `has none of the ${words}`, todo), head: null };
  }
  const said = `has ${words}: ${found.length}, such as ${last.name}`;
  return { finding: fine(what, said), head: { sha: last.sha, ref: { name: last.name, tag: true } } };
}

const GIT_TODO: Record<GitErrorKind, string> = {
  unreachable: 'see whether this machine reaches the host',
  timeout: 'see whether this machine reaches the host',
  auth: 'check git of the product, or the token or App of its forge: what logs in must be able to read the repository',
  notFound: 'check the address, and whether the login may see the repository: hosts hide what it may not',
  other: 'try it by hand: git ls-remote with that address',
};
