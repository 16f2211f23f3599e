import { ROBOT } from '../domain/people.ts';
import { apply } from './apply.ts';
import type { Parts } from './parts.ts';

/** A push as a forge told it; the payload is a hint, the branch as fetched is what counts. */
export interface Push {
  /** Forge and its delivery id: `github:<uuid>`. */
  delivery: string;
  product: string;
  branch: string;
  /** The branch was deleted. */
  deleted: boolean;
  /** Commit named by the payload; null: none. */
  after: string | null;
  pushedBy: string | null;
}

/** Every end of an intake, so that its HTTP answer stands in one place. */
export type IntakeOutcome =
  | { kind: 'accepted' }
  | { kind: 'seenBefore' }
  | { kind: 'ignored'; reason: string };

/**
 * Takes a verified push of one product: stores it, and asks for a look at the branch. The answer is given only after both
 * are stored. The record comes first, so that the end of the look, which may come at once, finds it; a delivery whose
 * record has no end yet asks again, under the same command id, in case its first hearing broke off between the two.
 */
export async function receivePush(parts: Parts, push: Push, branch: string): Promise<IntakeOutcome> {
  const id = `${push.delivery}:${push.product}`;
  const reason = ignoredBecause(push, branch);
  const added = await parts.store.addDelivery({
    id,
    product: push.product,
    at: parts.now(),
    outcome: reason,
  });
  const isOwed = added === 'added' ? reason === null : (await parts.store.findDelivery(id))?.outcome === null;
  if (isOwed) {
    await apply(parts, 'products', push.product, {
      id: `delivery:${id}`,
      actor: ROBOT,
      type: 'look',
      delivery: { id, after: push.after, pushedBy: push.pushedBy },
    });
  }
  if (added === 'seen') return { kind: 'seenBefore' };
  return reason === null ? { kind: 'accepted' } : { kind: 'ignored', reason };
}

function ignoredBecause(push: Push, branch: string): string | null {
  if (push.branch !== branch) return `push to ${push.branch}; this product follows ${branch}`;
  if (push.deleted) return `the branch ${branch} was deleted; nothing to build`;
  return null;
}
