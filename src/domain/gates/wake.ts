import type { Build } from '../documents/build.ts';
import { type Card, isGivenUp } from '../documents/card.ts';
import type { Aggregate } from '../documents/document.ts';
import type { Environment } from '../documents/environment.ts';
import { clockOfLock } from '../documents/lock.ts';
import type { Product } from '../documents/product.ts';
import { isWaiting, runningAttempt } from '../documents/release.ts';
import { MARGIN_MS } from '../time/lease.ts';
import { nextWork } from './gates.ts';

/** Something must be carried out or stored outside: at once. */
function owed(aggregate: Aggregate): boolean {
  return aggregate.effects.length > 0 || aggregate.settled.some((settled) => !settled.recorded);
}

function earliest(times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** When the sweep must ring for this environment: 0 at once, null never. */
export function wakeEnvironment(environment: Environment, marginMs = MARGIN_MS): number | null {
  const unrecorded =
    environment.ended.some((entry) => !entry.recorded) ||
    environment.acceptances.some((entry) => !entry.recorded);
  if (owed(environment) || unrecorded || nextWork(environment) !== null) return 0;
  return clockOfEnvironment(environment, marginMs);
}

/** When time alone changes something in this environment; null: never. */
export function clockOfEnvironment(environment: Environment, marginMs = MARGIN_MS): number | null {
  const { lock, productLock, freezeChangesAt } = environment;
  return earliest([
    ...environment.open.flatMap((release) => {
      const attempt = runningAttempt(release);
      if (attempt) return [attempt.leaseUntil + marginMs];
      if (!isWaiting(release)) return [];
      const approvals = release.approvals.map((approval) => approval.until);
      return [release.expiresAt, release.soaksUntil, release.held?.until ?? null, ...approvals];
    }),
    lock === null ? null : clockOfLock(lock),
    productLock?.until ?? null,
    freezeChangesAt,
  ]);
}

export function wakeBuild(build: Build, marginMs = MARGIN_MS): number | null {
  return owed(build) || build.status === 'requested' ? 0 : clockOfBuild(build, marginMs);
}

/** When time alone changes something about this build; null: never. */
export function clockOfBuild(build: Build, marginMs = MARGIN_MS): number | null {
  return build.attempt?.outcome === null ? build.attempt.leaseUntil + marginMs : null;
}

export function wakeProduct(product: Product): number | null {
  if (owed(product) || product.concluded.length > 0) return 0;
  return earliest([nextLook(product), clockOfProduct(product)]);
}

/** When the branch is to be looked at; null: nobody asked, and it shows all that was announced. Polling is not in it. */
export function nextLook(product: Product): number | null {
  const reachable = product.fetchError?.notBefore ?? 0;
  if (product.asked !== product.looked) return reachable;
  return product.awaits ? Math.max(product.awaits.notBefore, reachable) : null;
}

/** When time alone changes something about this product; null: never. */
export function clockOfProduct({ lock }: Product): number | null {
  return lock === null ? null : clockOfLock(lock);
}

/** How long progress on a card waits for the next edit; `chat.update` is shared by the workspace (CARDS §4). */
export const CARD_PROGRESS_MS = 5_000;

/** How long a call whose answer never came may still do what it asked for: three times what one may take. */
export const CARD_DOUBT_MS = 30_000;

/** It is time to look for what was posted twice. */
export function isLookDue(card: Card, now: number): boolean {
  return card.doubtUntil !== null && card.doubtUntil <= now;
}

export function wakeCard(card: Card, progressMs = CARD_PROGRESS_MS): number | null {
  if (owed(card)) return 0;
  if (isGivenUp(card)) return null;
  const next = earliest([nextPost(card, progressMs), card.doubtUntil]);
  // A claim is looked at again even so: its worker may be gone, and would hold up what comes next.
  if (next === null) return card.claim?.until ?? null;
  return Math.max(next, card.notBefore, card.claim?.until ?? 0);
}

/** When there is something to post; null: there is nothing. */
function nextPost(card: Card, progressMs: number): number | null {
  if (card.replies.length > 0) return 0;
  if (card.wanted <= card.shown) return null;
  return card.progressOnly ? card.shownAt + progressMs : 0;
}
