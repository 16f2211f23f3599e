import type { Access, AccessSettings, AskLogin } from '../commands/access.ts';
import type { Ask, Authors, Commit, Entry, Range } from './history.ts';
import type { Resolved } from './resolve.ts';
import type { Search, Searched } from './search.ts';
import type { Tag } from './tags.ts';
import type { Touched } from './touched.ts';

/** How commit `a` relates to commit `b`. */
export type Relation = 'same' | 'ancestor' | 'descendant' | 'diverged';

export interface MirrorOptions {
  /** Directory of the bare mirror, created when first needed. A process opens one mirror object for each directory. */
  directory: string;
  /** The repository's address, which may contain a login. */
  repository: string;
  /** How the repository is reached. By default with the login in the address and the user's own git configuration. */
  access?: AccessSettings | Access;
  /** Where its login comes from if none is configured. Absent: nobody is asked. */
  askLogin?: AskLogin | undefined;
  /** Limit for a fetch. Default ten minutes. */
  slowTimeoutMs?: number;
  /** Limit for a local query. Default one minute. */
  quickTimeoutMs?: number;
  /** No more than two fetches begin within this time. Default: any number. */
  restMs?: number;
  /** Milliseconds since the epoch; default the system's clock. */
  now?: () => number;
  /** Called after heads and tags were updated because a query named a commit that the mirror did not have. */
  onFetched?: () => void;
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
  /** Updates heads and tags. Callers that arrive while a fetch runs, or rests before the next, share that next one. */
  fetch(): Promise<void>;
  /** The branch's commit as last fetched. null: no such branch. */
  head(branch: string): Promise<string | null>;
  /** The branch's commit in the repository now, without a fetch. null: no such branch. */
  remoteHead(branch: string): Promise<string | null>;
  /** Names of all branches in the repository now, without a fetch. */
  remoteBranches(): Promise<string[]>;
  /** All tags as last fetched. */
  tags(): Promise<Tag[]>;
  /** All tags in the repository now, without a fetch: their names, and what they are on. */
  remoteTags(): Promise<Pick<Tag, 'name' | 'sha'>[]>;
  /** Those of `shas` that the mirror has and that are part of `head`. The repository is not contacted. */
  contained(head: string, shas: readonly string[]): Promise<string[]>;
  /** Resolves what a person typed, among our refs as last fetched. */
  resolve(typed: string): Promise<Resolved>;
  /** Commits that match what somebody looks for, among our heads and tags as last fetched. */
  search(search: Search): Promise<Searched>;
  /** Those of `shas` that the mirror has, in their order. The repository is not contacted. */
  known(shas: readonly string[]): Promise<Commit[]>;
  /** 'ancestor': `a` is a proper ancestor of `b`. */
  relation(a: string, b: string): Promise<Relation>;
  /** Commits in `to` that are not in `from`; `from` null: all of `to`. */
  commits(from: string | null, to: string, limit: number): Promise<Range>;
  /** Names of the files that differ between two commits; of a renamed file both. */
  changed(from: string, to: string): Promise<string[]>;
  /** Commits in `to` that are not in `from`, newest first, with what each of them changes; of a merge, what is its own. */
  touched(from: string, to: string): Promise<Touched[]>;
  /** E-mail addresses of all authors of commits in `to` that are not in `from`; `from` null: all of `to`. */
  authors(from: string | null, to: string): Promise<Authors>;
  /** null: neither the mirror nor the repository has it. */
  commit(sha: string): Promise<Commit | null>;
  /** What a commit that the mirror has keeps at these paths; a path where nothing is is left out. The repository is not contacted. */
  entries(sha: string, ...paths: string[]): Promise<Entry[]>;
  /** Keeps the commit, even after a force push and garbage collection. */
  pin(sha: string): Promise<void>;
  /** Whether the mirror has the commit, reachable from a ref or not. The repository is not contacted. */
  has(sha: string): Promise<boolean>;
  /** Ensures that the mirror has the commit. Only for commits that documents name, never for what a person types. */
  ensureCommit(sha: string): Promise<void>;
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
  /**
   * Takes over another mirror of the same repository: the directory itself if this one was never fetched, else the commits
   * that are pinned there. Then nothing is left of it, unless it `stays`.
   */
  takeOver(directory: string, how?: { stays?: boolean }): Promise<void>;
  /** Removes worktree registrations left by older versions. */
  forgetWorktrees(): Promise<void>;
}
