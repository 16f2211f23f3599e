import type { Mirror } from '../mirror/types.ts';

export interface PoolOptions {
  /** Absolute. Contains only this pool's worktrees and belongs to this process. */
  directory: string;
  mirror: Mirror;
  /** Folder of its indexes in the mirror, for a pool that is not the only one there. Default: beside the folders of others. */
  indexes?: string;
  /** Whether all commands that ran under this lock have certainly ended. */
  guardIsGone(lockFile: string): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A worktree could not be switched or removed. Another one is used; removal is tried again at the next start. */
  onProblem(error: unknown, directory: string): void;
  /** Limit for one step of a switch. Default ten minutes. */
  timeoutMs?: number;
  /** Number of worktrees kept while none is leased, asked each time. Default 4. */
  kept?: () => number;
  /** Whether submodules are fetched. Default false. */
  submodules?: boolean;
  /** Whether files in Git LFS are fetched. Default false: the tree contains pointer files instead. */
  lfs?: boolean;
}

/** The tree that a lease should contain. */
export interface Wanted {
  /** Full SHA. */
  sha: string;
  /** Key of the build run whose tree is wanted. null: a clean tree. */
  built: string | null;
  /** Lock file of the guard for all commands that will run in the tree. */
  lockFile: string;
}

/** A worktree that is exclusively leased. */
export interface Lease {
  /** Absolute path. */
  readonly directory: string;
  /** Whether this is the very tree that the build run `built` left. Otherwise it contains the commit and nothing else. */
  readonly holds: boolean;
  /** Absolute paths outside the tree that its repository reads from. Only Slipway writes there. */
  readonly borrows: readonly string[];
  /**
   * Replaces the tree's repository with a fresh one, whatever commands did to it. Called before each further command
   * and after files were restored. Throws `GitError`.
   */
  renew(): Promise<void>;
  /**
   * Records that the tree is now what this build run left. Later leases for that run receive it as long as nothing
   * changes.
   */
  mark(built: string): Promise<void>;
  /** Returns the worktree. Call once, when nothing runs in it any more. */
  release(): Promise<void>;
}

/**
 * Worktrees of one product, kept and leased. Switching one costs as much as differs; creating one costs the whole
 * checkout.
 */
export interface Pool {
  /** Creates or switches a worktree where needed, which may take minutes. Throws `GitError`; then nothing stays leased. */
  take(wanted: Wanted): Promise<Lease>;
  /** Resolves when all removals running in the background have ended. */
  idle(): Promise<void>;
}
