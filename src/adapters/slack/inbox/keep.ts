import type { ReceiverEvent } from '@slack/bolt';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { within } from '../../../flow/services/within.ts';
import type { RequestRecord } from '../../../ports/store.ts';
import { type Asked, keptBody } from './asked.ts';

/** Longest wait for the store, twice, before a request is acknowledged: Slack waits three seconds. */
const STORE_MS = 1_000;

/** One request among those with the same id. */
export type Known = Pick<RequestRecord, 'id' | 'at'>;

/** Whether a request was stored. `problem`: what its person is told instead. */
export type Kept =
  | { kind: 'kept' }
  | { kind: 'not'; problem: Message }
  /** It may have been stored, or may still be. */
  | { kind: 'unknown'; problem: Message; keeping: Promise<void> };

/** Stores a request before it is acknowledged. */
export async function keepRequest(
  services: ChatServices,
  asked: Asked,
  request: Known,
  body: Record<string, unknown>,
): Promise<Kept> {
  const { store } = services;
  const what = 'The store did not answer';
  // A store that does not answer this has not seen the request either.
  if (!(await isDone(store.ping()))) {
    return { kind: 'not', problem: erroredMessage(what, 'none', 'Try again in a minute.') };
  }
  const keeping = store.keepRequest({
    ...request,
    until: leaseEnd(services),
    taken: 0,
    body: JSON.stringify(keptBody(asked.kind, body)),
  });
  if (await isDone(keeping)) return { kind: 'kept' };
  const problem = erroredMessage(what, 'unknown', 'Look at /release status before you try again.');
  return { kind: 'unknown', problem, keeping };
}

/** Whether the store does this in time. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  const done = work.then(
    () => true,
    () => false,
  );
  return (await within(STORE_MS, done)) ?? false;
}

/**
 * When the request was made. Slack's time counts only for what it sends again: whether its clock and ours agree is not
 * known.
 */
export function cameAt({ clock }: ChatServices, { retryNum = 0 }: ReceiverEvent, asked: Asked): number {
  const now = clock.now();
  return retryNum > 0 ? Math.min(asked.at ?? now, now) : now;
}

/** Until when this process has a request that it takes or holds now. */
export function leaseEnd({ clock, timing }: ChatServices): number {
  return clock.leaseNow() + timing.leaseMs + timing.marginMs;
}
