import type { Access, AccessSettings, AskLogin } from '../commands/access.ts';

/** Where changes are made, and how its host is reached. */
export interface ChangesOptions {
  /** A directory of ours for this repository alone. Holds nothing that must be kept. Any number of processes may use it at once. */
  directory: string;
  /** As configured; the address may contain a login. */
  repository: string;
  access?: AccessSettings | Access;
  askLogin?: AskLogin | undefined;
  now?: () => number;
}

/** Who makes a commit. */
export interface Author {
  name: string;
  email: string;
}

/** One file of a branch. */
export interface FileOfBranch {
  branch: string;
  /** From the root of the repository: `apps/prod/values.yaml`. */
  file: string;
  /**
   * Makes the new text from the present one; null: there is no such file. The same text: nothing is to change. Called again
   * when the branch has moved. What it throws ends the call, and nothing is pushed. `base`: the commit that the branch is on;
   * null: there is no such branch, or the repository is empty.
   */
  edit(present: string | null, base: string | null): string | Promise<string>;
}

/** A change of one file, pushed as one commit. Without a branch, the commit becomes its first one. */
export interface Change extends FileOfBranch {
  author: Author;
  /** The subject; a body may follow after an empty line. */
  message: string;
  /** Lines at the end of the message: `{ 'Slipway-Attempt': 'slip-1a2b' }`. */
  trailers: Readonly<Record<string, string>>;
  /**
   * An annotated tag on the commit that the branch is on afterwards, pushed together with it. One that is there already stays
   * where it is.
   */
  tag?: { name: string; message: string };
  /** Longest that the call may take. A push begins in the first three fifths of it only. */
  withinMs: number;
}

/** Why a host did not take a push. */
export interface PushRefusal {
  /** `access`: the login may not push there. `rule`: a protected branch, or a hook. */
  why: 'access' | 'rule';
  /** What the host said, in its words. */
  says: string;
}

/** What came of a change. */
export type Changed =
  /** It is on the branch, by this commit of ours. */
  | { kind: 'pushed'; sha: string }
  /** Nothing is to change; the branch is on this commit. */
  | { kind: 'same'; sha: string }
  /** The host did not take it, and nothing has changed there. */
  | ({ kind: 'refused' } & PushRefusal)
  /** Nothing was pushed: others were always faster, or time ran out before the push. */
  | { kind: 'late'; reason: string }
  /** Nobody knows whether it was pushed. */
  | { kind: 'unknown'; reason: string };

/** What is known of a change whose push had no known answer. */
export type Found =
  /** A commit with the trailer is on the branch. */
  | { kind: 'pushed'; sha: string }
  /** No such commit is among the latest ones of the branch, and the edit would change nothing now. */
  | { kind: 'same'; sha: string }
  | { kind: 'missing' };

/** What is looked for. */
export interface Sought extends FileOfBranch {
  /** Key and value. */
  trailer: readonly [string, string];
  withinMs: number;
}

/**
 * Changes files in a repository of another host. Each push fetches the branch anew into a repository of its own, so it depends on
 * nothing that an earlier or a killed one left, and any number of calls may run at once, on any number of machines. Those of one
 * process that wait for the same branch are pushed together.
 * A push never forces: it takes the branch from the commit that the change was made on, or it does nothing.
 */
export interface Changes {
  /**
   * Throws `GitError` when the branch cannot be fetched, `ChangeError` when the file cannot be edited, and what `edit` throws:
   * nothing was pushed then.
   */
  change(change: Change): Promise<Changed>;
  /** Looks for a change that may have been pushed. Changes nothing. Throws as `change` does. */
  find(sought: Sought): Promise<Found>;
}

/** A file cannot be edited as it stands there. `message`: written for people. */
export class ChangeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ChangeError';
  }
}
