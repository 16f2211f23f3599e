import type { Product } from '../../domain/documents/product.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';
import { requestFetch } from './fetch-branch.ts';

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
  /** It did not go straight on from what was there; null: the forge does not say. */
  forced: boolean | null;
}

/** Every end of an intake, so that its HTTP answer stands in one place. */
export type IntakeOutcome =
  | { kind: 'accepted' }
  /** Heard before. What it told of was not found until now: the branch is looked at again. */
  | { kind: 'lookedForAgain' }
  | { kind: 'seenBefore' }
  | { kind: 'ignored'; reason: string };

/**
 * Takes a verified push of one product: stores it, and asks for a look at the branch. The answer is given only after both
 * are stored. The record comes first, so that the end of the look, which may come at once, finds it; a delivery whose
 * record has no end yet asks again, under the same command id, in case its first hearing broke off between the two.
 */
export async function receivePush(services: Services, push: Push, branch: string): Promise<IntakeOutcome> {
  const id = `${push.delivery}:${push.product}`;
  const reason = ignoredBecause(push, branch);
  const added = await services.store.addDelivery({
    id,
    product: push.product,
    at: services.now(),
    outcome: reason,
  });
  const look = (command: string) => {
    const { after, pushedBy, forced } = push;
    const delivery = { id, after, pushedBy, forced };
    return apply(services, 'products', push.product, { id: command, actor: ROBOT, type: 'look', delivery });
  };
  if (reason !== null) {
    // There is nothing to build, but people are to be told that the branch is gone.
    if (added === 'added' && push.branch === branch) await requestFetch(services, push.product);
    return added === 'added' ? { kind: 'ignored', reason } : { kind: 'seenBefore' };
  }
  if (added === 'added') {
    await look(`delivery:${id}`);
    return { kind: 'accepted' };
  }
  const outcome = (await services.store.findDelivery(id))?.outcome ?? null;
  const { aggregate } = outcome === null ? await look(`delivery:${id}`) : { aggregate: null };
  const product = aggregate ?? (await services.store.load('products', push.product));
  if (product === null || !isWorthAnotherLook(product, id, push.after)) return { kind: 'seenBefore' };
  await look(services.newId());
  return { kind: 'lookedForAgain' };
}

/** Somebody has looked since it was heard, and what it tells of is not among what was found. */
function isWorthAnotherLook(product: Product, delivery: string, after: string | null): boolean {
  if (after === null || product.heads.some(({ sha }) => sha === after)) return false;
  const announced = product.announced?.find((push) => push.delivery === delivery);
  return announced === undefined || (announced.asked <= product.looked && !announced.met);
}

function ignoredBecause(push: Push, branch: string): string | null {
  if (push.branch !== branch) return `push to ${push.branch}; this product follows ${branch}`;
  if (push.deleted) return `the branch ${branch} was deleted; nothing to build`;
  return null;
}
