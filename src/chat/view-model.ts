import type { KnownBlock } from '@slack/types';
import type { EnvironmentPolicy } from '../domain/approvals/policy.ts';
import type { Build } from '../domain/documents/build.ts';
import type { Acceptance, Environment } from '../domain/documents/environment.ts';
import type { LeftOut, PushRequest } from '../domain/documents/values/build/run.ts';
import type { Lock } from '../domain/documents/values/lock.ts';
import type { Notice } from '../domain/documents/values/notice.ts';
import type { Release } from '../domain/documents/values/release.ts';
import type { DirectKind } from '../domain/documents/values/switches.ts';
import type { Asker } from '../domain/eligibility/facts.ts';
import type { Tickets } from './text/tickets.ts';

/** A message; `text` is shown in notifications and read by screen readers. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** A commit on one line. */
export interface CommitLine {
  sha: string;
  subject: string;
  author: string;
}

/** Commits between two others, newest first, cut. `count` and `authors` (most commits first) cover all of them. */
export interface CommitList {
  count: number;
  commits: CommitLine[];
  authors: string[];
}

/** An environment with its configured rules, as read just now. */
export interface EnvironmentView {
  policy: EnvironmentPolicy;
  environment: Environment;
}

/** A user group as Slack knows it. */
export interface GroupInfo {
  /** Slack's id, for a mention. */
  id: string;
  /** User ids; null: not read. */
  members: readonly string[] | null;
}

/** A pull request that a commit came with. */
export interface PullLine {
  number: number;
  title: string;
  /** Its page as the forge says; null: it does not say one that can be linked. */
  url: string | null;
}

/** How the forge writes and links a pull request. */
export interface PullLinks {
  /** `https://forge/pull/{number}` */
  url: string;
  /** Before its number. */
  sign: '#' | '!';
}

/** What a commit's subject refers to. */
export interface References {
  /** What commits came with, by full SHA, as far as the forge has said. */
  pulls: Readonly<Record<string, readonly PullLine[]>>;
  /** null: those are linked alone of which the forge has said the page. */
  pullLinks: PullLinks | null;
  /** null: tickets are not linked. */
  tickets: Tickets | null;
}

/** What any answer may need to name people and to link. */
export interface RenderContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** Display names by user id, for people whom the configuration names; an id that is missing is shown as it is. */
  names: Readonly<Record<string, string>>;
  /** User groups that the configuration names, by `@handle`; one that is missing is shown by its plain name. */
  groups?: Readonly<Record<string, GroupInfo>>;
  /** Names of tags by the SHA of their commit, where tags are followed. Absent: a branch is. */
  tags?: ReadonlyMap<string, string> | undefined;
  /** `https://forge/commit/{sha}`; null: commits are not linked. */
  commitUrl: string | null;
  /** `https://forge/compare/{from}...{to}`; absent or null: ranges are not linked. */
  compareUrl?: string | null;
  /** What the commits that are listed refer to; absent: nothing of it is linked. */
  references?: References;
  /** Permalinks of release cards by release id (`storefront/prod#42`), as far as known. */
  cards: Readonly<Record<string, string>>;
}

/** The end of a log. */
export interface LogTail {
  /** Oldest first. */
  lines: string[];
  /** How many lines of the log come before these. */
  before: number;
  /** Bytes in the middle of the log that were not kept; absent: none. */
  leftOut?: number;
}

/** Everything the card of a release is drawn from. */
export interface ReleaseView extends RenderContext {
  /** The only person for whom it is drawn; absent: it is drawn for everybody. */
  by?: Asker;
  here: EnvironmentView;
  release: Release;
  build: Build | null;
  /** The push that this release came from; null: it did not come from a push. */
  push: PushRequest | null;
  /** The commits it adds to what runs there now; null: nothing runs there yet, or git could not be read. */
  adds: CommitList | null;
  /** The commits it removes from what runs there now; null as for `adds`. */
  removes: CommitList | null;
  /** The release's own commit; null: git could not be read. */
  commit: CommitLine | null;
  below: EnvironmentView | null;
  /** The newest acceptance of its commit below, revoked or not; null: never accepted there, or not needed. */
  order: Acceptance | null;
  /** True: what runs here now contains its commit and more. False also if that is unknown or does not matter any more. */
  isBehind: boolean;
  above: EnvironmentView | null;
  /** How many commits the deployed commit above is behind this one; null: unknown, or nothing runs there. */
  aboveBehind: number | null;
  /** The newest release above of this commit; null: not promoted yet. */
  promoted: Release | null;
  /** The newest acceptance here if it is of a later release; null: this is the newest. */
  newer: Acceptance | null;
  /** Acceptances here as stored outside the document, the newest and, of a rollback, that of its commit. */
  acceptances: readonly Acceptance[];
  /** The end of the log of the newest attempt that ended badly. */
  logTail: LogTail;
  /** Release numbers of the hotfixes here, by full SHA of their commit. */
  hotfixes: Readonly<Record<string, number>>;
  /**
   * For a hotfix whose commit is not in the branch: the branch. null: it is, it is not a hotfix, or git could not be
   * read.
   */
  missingFrom: string | null;
  /** For a hotfix: names of the environments below that have not accepted its commit, lowest first. */
  notAcceptedIn: readonly string[];
}

/** Everything the card of a push is drawn from as long as it has no release. */
export interface PushView extends RenderContext {
  push: PushRequest;
  build: Build;
  /** The lowest environment. */
  lowest: EnvironmentView;
  /** The commits of the push; null: it is the first push seen, or git could not be read. */
  commits: CommitList | null;
  commit: CommitLine | null;
  logTail: LogTail;
  /** The newer commit for which this one was skipped; absent or null: unknown. */
  newer?: string | null;
}

/** Everything a message about an environment or product as a whole is drawn from. */
export interface NoticeView extends RenderContext {
  /** Environment id, or a product's name. */
  place: string;
  notice: Notice;
  /** The environment, or the lowest one of the product. */
  here: EnvironmentView;
  /** The release that it is about, drawn for its only reader if it has one; absent: it is about none. */
  about?: ReleaseView;
}

/** What the status of one product is drawn from. */
export interface StatusView extends RenderContext {
  product: string;
  /** Lowest first. */
  environments: (EnvironmentView & {
    /** How many commits it is behind what is accepted below; null: unknown, or it is the lowest. */
    behind: number | null;
    /** The revocation below of the commit that runs here; null: not revoked. */
    revokedBelow: Acceptance['revoked'];
    /** For each waiting release that is shown, by number: the newest acceptance of its commit below; absent: none. */
    orders: Readonly<Record<number, Acceptance>>;
  })[];
  /** Notices that could not be delivered in Slack, one sentence each. */
  undeliverable: string[];
  /** Why the last fetch of the repository failed; null: it did not. */
  fetchError: { reason: string; at: number } | null;
  /** The newest heads of the branch, if they are not built; null or absent: the newest is. */
  leftOut?: { sha: string; count: number; leftOut: LeftOut } | null | undefined;
  /** Other standing problems of the product. */
  troubles: { says: string; todo: string }[];
}

/** A product on the board of the Home tab. */
export interface HomeProduct {
  product: string;
  /** Channel name with `#`, or channel id, as configured. */
  channel: string;
  context: RenderContext;
  /** Lowest first; `behind`: how many commits it is behind what is accepted below; null: unknown, or it is the lowest. */
  environments: (EnvironmentView & { behind: number | null })[];
}

/** A lock of the reader that other people asked for. */
export interface WantedLock {
  /** Environment id, or a product's name for all of its environments. */
  place: string;
  lock: Lock;
}

/** Everything the Home tab of one person is drawn from. */
export interface HomeView {
  now: number;
  /** Releases that the person can decide about now, each drawn for them. */
  waiting: readonly ReleaseView[];
  /** How many others there are. */
  moreWaiting: number;
  locks: readonly WantedLock[];
  /** Open releases that the person requested or deployed, and that do not wait for them, each drawn for them. */
  releases: readonly ReleaseView[];
  moreReleases: number;
  /** The products of this page. */
  board: readonly HomeProduct[];
  /** Number of the page, from 0, and how many there are, of the products that were searched for. */
  page: number;
  pages: number;
  /** What was searched for; '': nothing. */
  search: string;
  /** How many products the person is a member of. */
  products: number;
  switches: Readonly<Record<DirectKind, boolean>>;
  /** False: Slack did not say which channels the person is in, so that products may be missing. */
  complete: boolean;
}
