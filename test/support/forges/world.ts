import type { CheckState } from '../../../src/domain/checks/checks.ts';
import type { CommitState } from '../../../src/domain/documents/values/report.ts';
import type { ForgeSettings } from '../../../src/flow/settings/forges.ts';
import type { Lack, PullRequest } from '../../../src/ports/forge.ts';
import type { ForgeServer } from './server.ts';

export const SHA = 'a'.repeat(40);
export const PROJECT = 'acme/storefront';

/** The fields by which a forge says what a check came to. */
export type Native = Readonly<Record<string, unknown>>;

/** An attempt at a check, as CI reports it to the forge. */
export interface Attempt {
  name: string;
  native: Native;
  /** Suite or pipeline. Absent: the first. */
  group?: number;
  /** Absent: `SHA`. */
  sha?: string;
}

export interface ToldStatus {
  name: string;
  state: string;
  description: string;
  url: string | null;
}

export interface ToldDeployment {
  environment: string;
  sha: string;
  /** The branch or tag that was named; absent: this kind of forge wants none. */
  ref?: string;
  state: string;
}

/** A stand-in for a forge with one project in it. */
export interface ForgeWorld {
  server: ForgeServer;
  /** How Slipway is configured for it. */
  settings: ForgeSettings;
  /** No error may contain one of these. */
  readonly secrets: readonly string[];
  report(attempt: Attempt): void;
  /** Everything that this kind of forge says of a check, and what it means. */
  states: readonly [Native, CheckState][];
  /** The commit statuses that it keeps of `SHA`; the latest of each name. */
  statuses(): ToldStatus[];
  /** What it calls the states of `CommitStatus`. */
  told: Record<CommitState, string>;
  /** Oldest first; null: it has none. */
  deployments(): ToldDeployment[] | null;
  /** How often it was asked to run something again; null: it cannot. */
  reruns(): number | null;
  /** What came with `SHA`, with the address of its page. */
  pullRequest: PullRequest;
  /** Who Slipway is there. */
  account: string | null;
  /** The user that git names. */
  gitUser: string;
  /** Takes away what the account may do beyond seeing the project, and says what it then lacks. */
  takeAway(): Lack[];
  close(): Promise<void>;
}

/** What opens a stand-in. */
export interface ForgeKindUnderTest {
  name: string;
  open(): Promise<ForgeWorld>;
  /** It gives `ETag`s. */
  etags: boolean;
}

/** The latest status of each name. */
export function latestOf(all: readonly ToldStatus[]): ToldStatus[] {
  const latest = new Map<string, ToldStatus>();
  for (const { name, state, description, url } of all) latest.set(name, { name, state, description, url });
  return [...latest.values()];
}
