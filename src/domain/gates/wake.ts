import type { Build } from '../documents/build.ts';
import { type Card, isGivenUp } from '../documents/card.ts';
import type { Aggregate } from '../documents/document.ts';
import type { Environment } from '../documents/environment.ts';
import type { Product } from '../documents/product.ts';
import type { CommitRecord } from '../documents/records.ts';
import { mayTellAt, type Reports } from '../documents/reports.ts';
import { clockOfLock } from '../documents/values/lock.ts';
import { isIdle, isWaiting, runningAttempt } from '../documents/values/release.ts';
import { untold } from '../documents/values/report.ts';
import { MARGIN_MS } from '../time/lease.ts';
import { nextCurrentAsk } from './current.ts';
import { nextRemoteLook } from './followed.ts';
import { nextWork } from './gates.ts';

/** True: the document has effects to dispatch or audit entries to store, at once. */
function owed(aggregate: Aggregate): boolean {
  return aggregate.effects.length > 0 || aggregate.settled.some((settled) => !settled.recorded);
}

function earliest(times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** When the sweep must wake this environment: 0 at once, null never. Milliseconds since the epoch. */
export function wakeEnvironment(environment: Environment, marginMs = MARGIN_MS): number | null {
  const unrecorded =
    environment.ended.some((entry) => !entry.recorded) ||
    environment.acceptances.some((entry) => !entry.recorded);
  if (owed(environment) || unrecorded || nextWork(environment) !== null) return 0;
  return earliest([
    nextRemoteLook(environment),
    nextCurrentAsk(environment),
    clockOfEnvironment(environment, marginMs),
  ]);
}

/** When the passage of time alone changes this environment; null: never. */
export function clockOfEnvironment(environment: Environment, marginMs = MARGIN_MS): number | null {
  const { lock, productLock, freezeChangesAt, retriesChangeAt = null } = environment;
  return earliest([
    ...environment.open.flatMap((release) => {
      const attempt = runningAttempt(release);
      // Of a remote attempt no end of a lease decides.
      if (attempt) return attempt.remote ? [] : [attempt.leaseUntil + marginMs];
      if (isIdle(release)) return [release.bake?.nextAt ?? null];
      if (!isWaiting(release)) return [];
      const approvals = release.approvals.map((approval) => approval.until);
      return [release.expiresAt, release.soaksUntil, release.held?.until ?? null, ...approvals];
    }),
    lock === null ? null : clockOfLock(lock),
    productLock?.until ?? null,
    freezeChangesAt,
    retriesChangeAt,
  ]);
}

/** When the sweep must wake this build: 0 at once, null never. Milliseconds since the epoch. */
export function wakeBuild(build: Build, marginMs = MARGIN_MS): number | null {
  if (owed(build) || build.status === 'requested') return 0;
  return earliest([nextChecksLook(build), clockOfBuild(build, marginMs)]);
}

/** When the forge must be asked for its checks; null: they are not followed. */
export function nextChecksLook({ checks }: Build): number | null {
  return checks?.lookAt ?? null;
}

/** When the passage of time alone changes this build; null: never. */
export function clockOfBuild({ attempt, status, checks }: Build, marginMs = MARGIN_MS): number | null {
  // Where a forge is asked, only what it says decides after the deadline.
  const overdue = status === 'awaiting' && checks?.lookAt === null ? checks.deadline : null;
  return earliest([attempt?.outcome === null ? attempt.leaseUntil + marginMs : null, overdue]);
}

/** When the sweep must wake this product: 0 at once, null never. Polling is separate. Milliseconds since the epoch. */
export function wakeProduct(product: Product): number | null {
  if (owed(product) || product.concluded.length > 0) return 0;
  return earliest([nextFetch(product), clockOfProduct(product)]);
}

/**
 * When the branch must be fetched; null: no request is open, and all announced pushes are visible. Polling is separate.
 */
export function nextFetch(product: Product): number | null {
  const reachable = product.fetchError?.notBefore ?? 0;
  if (product.asked !== product.looked) return reachable;
  return product.awaits ? Math.max(product.awaits.notBefore, reachable) : null;
}

/** When the passage of time alone changes this product; null: never. */
export function clockOfProduct({ lock }: Product): number | null {
  return lock === null ? null : clockOfLock(lock);
}

/**
 * How long a progress update waits after the last edit; the workspace shares the rate limit of `chat.update` (CARDS §4).
 */
export const CARD_PROGRESS_MS = 5_000;

/** How long a call without an answer may still take effect: three times what one call may take. */
export const CARD_DOUBT_MS = 30_000;

/** True: it is time to search for posts that were made twice. */
export function isDuplicateSearchDue(card: Card, now: number): boolean {
  return card.doubtUntil !== null && card.doubtUntil <= now;
}

/** When the sweep must wake this card: 0 at once, null never. Milliseconds since the epoch. */
export function wakeCard(card: Card, progressMs = CARD_PROGRESS_MS): number | null {
  if (owed(card)) return 0;
  if (isGivenUp(card)) return null;
  const next = earliest([nextPost(card, progressMs), card.doubtUntil]);
  // Wake at the end of a claim even with nothing to post: its worker may be gone, and the claim would delay the next
  // post.
  if (next === null) return card.claim?.until ?? null;
  return Math.max(next, card.notBefore, card.claim?.until ?? 0);
}

/** When there is something to post: 0 at once; null: nothing. */
function nextPost(card: Card, progressMs: number): number | null {
  if (card.replies.length > 0) return 0;
  if (card.wanted <= card.shown) return null;
  return card.progressOnly ? card.shownAt + progressMs : 0;
}

/** When the sweep must wake what is told to a forge: 0 at once, null never. Milliseconds since the epoch. */
export function wakeReports(reports: Reports): number | null {
  if (owed(reports)) return 0;
  const claimed = reports.claim?.until ?? null;
  const next = earliest(reports.releases.flatMap(untold).map((use) => mayTellAt(reports, use)));
  return next === null ? claimed : Math.max(next, claimed ?? 0);
}

/** When the sweep must wake what is kept of an environment in a repository: 0 at once, null never. Milliseconds since the epoch. */
export function wakeRecord(record: CommitRecord): number | null {
  if (owed(record)) return 0;
  const { wanted, written, compareAt, notBefore } = record;
  const claimed = record.claim?.until ?? null;
  const next = wanted > written ? 0 : compareAt;
  return next === null ? claimed : Math.max(next, notBefore, claimed ?? 0);
}
