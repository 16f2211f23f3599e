import type { Product } from '../../documents/product.ts';
import type { Announced, PendingDelivery } from '../../documents/values/delivery.ts';
import { isFullSha } from '../../ids.ts';
import { backoff } from '../../time/duration.ts';

/** Waits between fetches while the branch does not show an announced push; the last one repeats. */
export const AWAITED_BACKOFF_MS: readonly number[] = [
  1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000,
];

/** How long to wait for an announced push, counted from the first fetch that did not find it. */
export const AWAITED_MS = 3_600_000;

/** How many announced pushes are remembered; the oldest are dropped, because whatever is found is newer than they are. */
const ANNOUNCED_KEPT = 100;

/** The waits in force, defaults included. */
export interface AwaitedWaits {
  backoffMs: readonly number[];
  forMs: number;
}

/** The result of one fetch of the branch. */
export interface Seen {
  /** Head of the branch; null: the branch does not exist, or tags are followed. */
  sha: string | null;
  /** The announced commits that the branch contains, or that tags are on. */
  contains: readonly string[];
  /** The number of the request that this fetch answers, see `Product.asked`. */
  asked: number;
}

/** Records a push that a webhook announced just now. A redelivery restarts the wait. */
export function recordAnnounced(
  product: Product,
  delivery: Omit<PendingDelivery, 'asked'>,
  now: number,
): void {
  product.awaits = null;
  const { id, after, forced = null, tag } = delivery;
  if (after === null || !isFullSha(after)) return;
  const push: Announced = {
    delivery: id,
    after,
    at: now,
    forced,
    asked: product.asked,
    head: product.heads.at(-1)?.number ?? 0,
    until: null,
    met: false,
    ...(tag === undefined ? {} : { tag }),
  };
  const announced = product.announced ?? [];
  // A redelivery keeps its place in the order: the push happened at the first delivery.
  product.announced = announced.some(({ delivery }) => delivery === id)
    ? announced.map((known) => (known.delivery === id ? { ...push, at: known.at } : known))
    : [...announced, push].slice(-ANNOUNCED_KEPT);
}

/**
 * Decides which announced pushes a fetch has found, and when to fetch again for the others. Every fetch evaluates all of
 * them again: a branch may return to an earlier commit, so a commit that was seen, or is contained in the head, does not
 * prove that its push is visible. Forges send the pushes of a branch, and of each tag, in order: pushes announced before the
 * visible one are done, and those announced after it are still to come.
 */
export function evaluate(product: Product, seen: Seen, now: number, waits: AwaitedWaits): void {
  const announced = (product.announced ?? []).filter(({ until }) => until === null || until > now);
  const isShown = ({ after, tag }: Announced) =>
    tag === undefined ? after === seen.sha : seen.contains.includes(after);
  const lastShown = (tag: string | undefined) =>
    announced.findLastIndex((push) => push.tag === tag && push.asked <= seen.asked && isShown(push));
  const number = product.heads.at(-1)?.number ?? 0;
  product.announced = announced.map((push, index) => {
    if (push.asked > seen.asked) return push;
    const isPartOfIt = seen.contains.includes(push.after);
    const shown = lastShown(push.tag);
    const met =
      // A tag may be deleted later; and only its own pushes move it.
      (push.tag !== undefined && push.met) ||
      isShown(push) ||
      index < shown ||
      // A push that is not forced and is contained in the head is behind it.
      (isPartOfIt && push.forced === false) ||
      (isPartOfIt && push.forced === null && shown === -1 && push.head < number);
    return { ...push, met, until: push.until ?? now + waits.forMs };
  });
  const found = [seen.sha, ...(product.tags ? seen.contains : [])];
  if (product.unseen && found.includes(product.unseen.sha)) product.unseen = null;
  if (!isAwaiting(product)) product.awaits = null;
  else product.awaits ??= { tries: 1, notBefore: now + backoff(waits.backoffMs, 1) };
}

/**
 * True: the delivery can be concluded, because the fetch found the push, something that contains it, or a later push.
 * Slipway may still wait for the push itself.
 */
export function isAnswered(product: Product, delivery: PendingDelivery, seen: Seen): boolean {
  if (delivery.asked > seen.asked) return false;
  const announced = product.announced?.find((push) => push.delivery === delivery.id);
  return (
    !announced || announced.met || (announced.forced !== true && seen.contains.includes(announced.after))
  );
}

/** True: an announced push is not visible yet. */
function isAwaiting(product: Product): boolean {
  return (product.announced ?? []).some(({ met }) => !met);
}

/**
 * Called when somebody fetches for announced pushes: the next wait is longer. Pushes whose time is over are given up;
 * returns their deliveries.
 */
export function waitLonger(product: Product, now: number, waits: AwaitedWaits): PendingDelivery[] {
  const over = (product.announced ?? []).filter(({ until }) => until !== null && until <= now);
  product.announced = (product.announced ?? []).filter((push) => !over.includes(push));
  const tries = (product.awaits?.tries ?? 0) + 1;
  product.awaits = isAwaiting(product) ? { tries, notBefore: now + backoff(waits.backoffMs, tries) } : null;
  const lost = product.pending.filter(({ id }) => over.some(({ delivery }) => delivery === id));
  const last = lost.at(-1);
  if (last?.after != null) product.unseen = { sha: last.after, at: now };
  return lost;
}
