import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followed } from '../../domain/decide/product/tags.ts';
import { suggest } from '../../domain/suggest.ts';
import type { ForgeSettings } from '../../flow/settings/forges.ts';
import { followedWords, type ProductSettings } from '../../flow/settings/settings.ts';
import { NO_ACCESS } from '../../git/commands/access.ts';
import { GitError, type GitErrorKind } from '../../git/commands/git-error.ts';
import { openMirror } from '../../git/mirror/mirror.ts';
import type { Mirror } from '../../git/mirror/types.ts';
import { parseRepositoryUrl } from '../../git/names/repository-url.ts';
import type { ForgeCommit, ForgeRef, Forges } from '../../ports/forge.ts';
import { askForge, type Source } from '../forge-login.ts';
import { andList, type Finding } from './finding.ts';

/** A commit by the branch or tag that was read. */
export type KnownCommit = ForgeCommit & { ref: ForgeRef };

/** What is found of a repository, for every product that reads it in the same way. */
export interface RepositoryAnswer extends Omit<Finding, 'what'> {
  /** What is followed there; null: there is nothing. */
  head: KnownCommit | null;
}

type Tags = Exclude<ProductSettings['branch'], string>;

/** A repository, how it is reached, and what is followed or changed there. */
export type ReadSource = Source & Pick<ProductSettings, 'branch'>;

export interface ReadOptions {
  forges: readonly ForgeSettings[];
  forge: Forges;
  /** Limit for reading it. */
  gitTimeoutMs: number;
}

/** Whether git can read a repository as it is configured, and whether the branch or the tags are there. */
export async function readRepository(
  source: ReadSource,
  { forges, forge, gitTimeoutMs }: ReadOptions,
): Promise<RepositoryAnswer> {
  const { repository, git, branch } = source;
  // What ssh needs are files, of no use to anybody afterwards.
  const directory = await mkdtemp(join(tmpdir(), 'slipway-check-'));
  try {
    const mirror = openMirror({
      directory: join(directory, 'mirror.git'),
      repository,
      access: git?.access ?? NO_ACCESS,
      askLogin: askForge(source, forges, forge),
      quickTimeoutMs: gitTimeoutMs,
    });
    return await (typeof branch === 'string' ? readBranch(mirror, branch) : readTags(mirror, branch));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return missing(`git cannot read it: ${error.message}`, gitTodo(error.kind, repository));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const missing = (said: string, todo: string): RepositoryAnswer => ({ ok: false, said, todo, head: null });
const there = (said: string, head: KnownCommit): RepositoryAnswer => ({ ok: true, said, todo: null, head });

const USUAL = ['main', 'master'];

/** Names of branches in one line. */
const NAMES_TOLD = 10;

async function readBranch(mirror: Mirror, branch: string): Promise<RepositoryAnswer> {
  const words = followedWords(branch);
  const sha = await mirror.remoteHead(branch);
  if (sha !== null) return there(`has branch ${words}`, { sha, ref: { name: branch, tag: false } });
  const names = await mirror.remoteBranches();
  if (names.length === 0)
    return missing('shows no branch at all', 'push to it; if something was pushed, check the address');
  const likely = suggest(branch, names)[0] ?? USUAL.find((name) => names.includes(name)) ?? names[0];
  const told = andList(names.slice(0, NAMES_TOLD));
  const more = names.length > NAMES_TOLD ? `, and ${names.length - NAMES_TOLD} more` : '';
  return missing(
    `has no branch ${words}, but ${told}${more}`,
    `push that branch, or name another: branch: ${likely}`,
  );
}

async function readTags(mirror: Mirror, branch: Tags): Promise<RepositoryAnswer> {
  const words = followedWords(branch);
  const found = followed(branch.tags, await mirror.remoteTags());
  // git lists them by name.
  const last = found.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })).at(-1);
  if (last === undefined) return missing(`has none of the ${words}`, 'push such a tag, or correct tags');
  return there(`has ${words}: ${found.length}, such as ${last.name}`, {
    sha: last.sha,
    ref: { name: last.name, tag: true },
  });
}

function gitTodo(kind: GitErrorKind, repository: string): string {
  const parsed = parseRepositoryUrl(repository);
  const isSsh = parsed.kind === 'ok' && parsed.url.transport === 'ssh';
  return (isSsh ? SSH_TODO[kind] : undefined) ?? GIT_TODO[kind];
}

const SSH_TODO: Partial<Record<GitErrorKind, string>> = {
  auth: 'check git.sshKey of the product, or the keys of the user of Slipway: the host must know the public key, with the right to read the repository',
  untrusted:
    'ask who runs the host for its key, and put that into git.knownHosts; what ssh-keyscan prints is not proven',
};

const GIT_TODO: Record<GitErrorKind, string> = {
  unreachable: 'see whether this machine reaches the host',
  timeout: 'see whether this machine reaches the host',
  auth: 'check git of the product, or the token or App of its forge: what logs in must be able to read the repository',
  untrusted:
    'if it is the right host, have this machine trust the authority of its certificate, or name the file of that as http.sslCAInfo in the git configuration of the user of Slipway',
  notFound: 'check the address, and whether the login may see the repository: hosts hide what it may not',
  other: 'try it by hand: git ls-remote with that address',
};
