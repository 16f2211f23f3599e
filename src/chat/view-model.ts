import type { KnownBlock, ModalView } from '@slack/types';
import type { EnvironmentPolicy } from '../domain/approvals/policy.ts';
import type { Build } from '../domain/documents/build.ts';
import type { PushRequest } from '../domain/documents/build-run.ts';
import type { Acceptance, Environment } from '../domain/documents/environment.ts';
import type { Notice } from '../domain/documents/notice.ts';
import type { Release } from '../domain/documents/release.ts';

/** What is said: `text` is the notification and what a screen reader reads. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

export interface CommitLine {
  sha: string;
  subject: string;
  author: string;
}

/** Commits between two others, newest first, cut; `count` and `authors` (most commits first) speak of all of them. */
export interface CommitList {
  count: number;
  commits: CommitLine[];
  authors: string[];
}

/** An environment with its rules, as read just now. */
export interface EnvironmentView {
  policy: EnvironmentPolicy;
  environment: Environment;
}

/** A user group as Slack knows it. */
export interface GroupInfo {
  /** Slack's id, for a mention. */
  id: string;
  /** User ids; null: not asked. */
  members: readonly string[] | null;
}

/** What every answer may need to name people and to link. */
export interface RenderContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** Display names of people named by id in the configuration; an id that is missing is shown as it is. */
  names: Readonly<Record<string, string>>;
  /** User groups that the configuration names, by `@handle`; one that is missing is shown by its plain name. */
  groups?: Readonly<Record<string, GroupInfo>>;
  /** `https://forge/commit/{sha}`; null: commits are not linked. */
  commitUrl: string | null;
  /** `https://forge/compare/{from}...{to}`; absent or null: ranges are not linked. */
  compareUrl?: string | null;
  /** Permalinks of the cards of releases by full name (`storefront/prod#42`), as far as known. */
  cards: Readonly<Record<string, string>>;
}

/** The end of a log. */
export interface LogTail {
  /** Oldest first. */
  lines: string[];
  /** How many lines the log has before these. */
  before: number;
  /** Bytes in the middle of it that are not kept; absent: none. */
  leftOut?: number;
}

/** Everything the card of a release is drawn from. */
export interface ReleaseView extends RenderContext {
  here: EnvironmentView;
  release: Release;
  build: Build | null;
  /** The push that this release came from; null: not a continuous release of a push. */
  push: PushRequest | null;
  /** Against what runs there now; null: nothing runs there yet, or git could not be asked. */
  adds: CommitList | null;
  removes: CommitList | null;
  /** The commit's own line; null: git could not be asked. */
  commit: CommitLine | null;
  below: EnvironmentView | null;
  /** The newest acceptance of its commit below, revoked or not; null: never accepted there, or it is not asked for. */
  order: Acceptance | null;
  above: EnvironmentView | null;
  /** How many commits what runs above lies behind this commit; null: unknown, or nothing runs there. */
  aboveBehind: number | null;
  /** The newest release above with this commit; null: not promoted yet. */
  promoted: Release | null;
  /** The newest acceptance here when it is of a later release than this one; null: this is the newest. */
  newer: Acceptance | null;
  /** What Roll Back would deploy; null: there is nothing to go back to. */
  rollbackTo: Acceptance | null;
  /** The last lines of the log of the newest attempt that ended badly. */
  logTail: LogTail;
  /** Numbers of the hotfixes here, by full SHA of their commit. */
  hotfixes: Readonly<Record<string, number>>;
  /** Of a hotfix: the branch that does not have its commit; null: it has, it is no hotfix, or git could not be asked. */
  missingFrom: string | null;
  /** Of a hotfix: names of the environments below that have not accepted its commit, lowest first. */
  notAcceptedIn: readonly string[];
}

/** Everything the card of a push is drawn from while it has no release. */
export interface PushView extends RenderContext {
  push: PushRequest;
  build: Build;
  /** The lowest environment. */
  lowest: EnvironmentView;
  /** The commits that the push brought; null: the first one seen, or git could not be asked. */
  commits: CommitList | null;
  commit: CommitLine | null;
  logTail: LogTail;
  /** The newer commit for which this one was skipped; absent or null: unknown. */
  newer?: string | null;
}

/** Everything a message about a whole environment, or about all of a product, is drawn from. */
export interface NoticeView extends RenderContext {
  /** Environment id, or name of a product. */
  place: string;
  notice: Notice;
  /** The environment, or the lowest of a product. */
  here: EnvironmentView;
}

/** The board of one product. */
export interface StatusView extends RenderContext {
  product: string;
  /** Lowest first. */
  environments: (EnvironmentView & {
    /** How many commits it lies behind what is accepted below; null: unknown or lowest. */
    behind: number | null;
    /** When the acceptance below of what runs here was revoked; null: it was not. */
    revokedBelow: Acceptance['revoked'];
    /** By number, of the waiting releases that are shown: the newest acceptance of its commit below; absent: none. */
    orders: Readonly<Record<number, Acceptance>>;
  })[];
  /** Things that could not be told in Slack, as one sentence each. */
  undeliverable: string[];
  /** Why the repository could not be read lately; null: it could. */
  fetchError: { reason: string; at: number } | null;
  /** Other standing problems that concern it. */
  troubles: { says: string; todo: string }[];
}

export type { ModalView };
