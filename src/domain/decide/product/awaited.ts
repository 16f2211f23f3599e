import type { Announced, PendingDelivery } from '../../documents/delivery.ts';
import type { Product } from '../../documents/product.ts';
import { isFullSha } from '../../names.ts';

/** Waits between glances at a branch that does not show a push that was announced; the last one repeats. */
export const AWAITED_BACKOFF_MS: readonly number[] = [
  1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000,
];

/** How long a push is waited for, from the first look on that did not find it. */
export const AWAITED_MS = 3_600_000;

/** More pushes in that time are not remembered: what is found then is newer than the oldest of them. */
const ANNOUNCED_KEPT = 100;

/** The waits that are in force. */
export interface AwaitedWaits {
  backoffMs: readonly number[];
  forMs: number;
}

/** What one look found. */
export interface Seen {
  /** Head of the branch; null: there is no such branch. */
  sha: string | null;
  /** Those of the announced commits that it contains. */
  contains: readonly string[];
  /** The request that it answers. */
  asked: number;
}

/** A webhook tells of a push. Heard again, it is waited for as from the first time. */
export function hear(product: Product, delivery: Omit<PendingDelivery, 'asked'>): void {
  product.awaits = null;
  const { id, after, forced = null } = delivery;
  if (after === null || !isFullSha(after)) return;
  const announced: Announced = {
    delivery: id,
    after,
    forced,
    asked: product.asked,
    head: product.heads.at(-1)?.number ?? 0,
    until: null,
    met: false,
  };
  const heard = product.announced ?? [];
  // Its place is that of the first time: it was pushed then.
  product.announced = heard.some((push) => push.delivery === id)
    ? heard.map((push) => (push.delivery === id ? announced : push))
    : [...heard, announced].slice(-ANNOUNCED_KEPT);
}

/**
 * Which announced pushes a look has found, and when to glance at the branch again for those it has not. Every look judges all of
 * them anew, as a branch may come back to a commit that it had before: that a commit was seen, or is part of the head, does
 * not say that its push is shown. Forges send the pushes of a branch in order; so what was heard before the push
 * that is shown is over, and what was heard after it is still to come.
 */
export function judge(product: Product, seen: Seen, now: number, waits: AwaitedWaits): void {
  const heard = (product.announced ?? []).filter(({ until }) => until === null || until > now);
  const shown = heard.findLastIndex(({ after, asked }) => asked <= seen.asked && after === seen.sha);
  const number = product.heads.at(-1)?.number ?? 0;
  product.announced = heard.map((push, index) => {
    if (push.asked > seen.asked) return push;
    const isPartOfIt = seen.contains.includes(push.after);
    const met =
      push.after === seen.sha ||
      index < shown ||
      // A push that goes straight on, and is part of the head, is behind it.
      (isPartOfIt && push.forced === false) ||
      (isPartOfIt && push.forced === null && shown === -1 && push.head < number);
    return { ...push, met, until: push.until ?? now + waits.forMs };
  });
  if (seen.sha !== null && product.unseen?.sha === seen.sha) product.unseen = null;
  if (!isAwaiting(product)) product.awaits = null;
  else product.awaits ??= { tries: 1, notBefore: now + (waits.backoffMs[0] ?? 0) };
}

/**
 * The delivery can be told its end: the look found the push, what contains it, or a push that came later. The push itself may be
 * waited for all the same.
 */
export function isAnswered(product: Product, delivery: PendingDelivery, seen: Seen): boolean {
  if (delivery.asked > seen.asked) return false;
  const announced = product.announced?.find((push) => push.delivery === delivery.id);
  return (
    !announced || announced.met || (announced.forced !== true && seen.contains.includes(announced.after))
  );
}

export function isAwaiting(product: Product): boolean {
  return (product.announced ?? []).some(({ met }) => !met);
}

/** Somebody glances now: the next glance waits longer. What was waited for long enough is given up; these are its deliveries. */
export function waitLonger(product: Product, now: number, waits: AwaitedWaits): PendingDelivery[] {
  const over = (product.announced ?? []).filter(({ until }) => until !== null && until <= now);
  product.announced = (product.announced ?? []).filter((push) => !over.includes(push));
  const tries = (product.awaits?.tries ?? 0) + 1;
  const wait = waits.backoffMs[Math.min(tries, waits.backoffMs.length) - 1] ?? 0;
  product.awaits = isAwaiting(product) ? { tries, notBefore: now + wait } : null;
  const lost = product.pending.filter(({ id }) => over.some(({ delivery }) => delivery === id));
  const last = lost.at(-1);
  if (last?.after != null) product.unseen = { sha: last.after, at: now };
  return lost;
}
