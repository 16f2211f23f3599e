import type { Product } from '../../domain/documents/product.ts';
import { globFilter } from '../../domain/paths.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';
import { type Followed, followedWords } from '../settings/settings.ts';
import { requestFetch } from './fetch/fetch-branch.ts';

/** A push as a forge reported it. The payload is a hint; the branch as fetched is what counts. */
export interface Push {
  /** Forge and its delivery id: `github:<uuid>`. */
  delivery: string;
  product: string;
  /** What was pushed. */
  ref: { kind: 'branch' | 'tag'; name: string };
  /** True: it was deleted. */
  deleted: boolean;
  /** Commit named by the payload; null: none. */
  after: string | null;
  pushedBy: string | null;
  /** True: the push was forced; null: the forge does not say. */
  forced: boolean | null;
}

/** Every outcome of receiving a push; the HTTP layer maps each to its answer. */
export type IntakeOutcome =
  | { kind: 'accepted' }
  /** A redelivery of a push that was not found until now: the branch is fetched again. */
  | { kind: 'lookedForAgain' }
  | { kind: 'seenBefore' }
  | { kind: 'ignored'; reason: string };

/**
 * Receives a verified push for one product: stores it, and requests a fetch of the branch. Resolves only after both are
 * stored. The record is stored first, so that the result of the fetch, which may come at once, finds it. A redelivery
 * whose record has no result yet requests the fetch again under the same command id, in case the first call broke off
 * between the two writes.
 */
export async function receivePush(
  services: Services,
  push: Push,
  followed: Followed,
): Promise<IntakeOutcome> {
  const id = `${push.delivery}:${push.product}`;
  const reason = ignoredBecause(push, followed);
  const added = await services.store.addDelivery({
    id,
    product: push.product,
    at: services.now(),
    outcome: reason,
  });
  const requestFetchAs = (command: string) => {
    const { after, pushedBy, forced, ref } = push;
    const tag = ref.kind === 'tag' ? { tag: ref.name } : {};
    const delivery = { id, after, pushedBy, forced, ...tag };
    return apply(services, 'products', push.product, { id: command, actor: ROBOT, type: 'look', delivery });
  };
  if (reason !== null) {
    // There is nothing to build, but people must see that the branch is gone, and a tag that comes back is new.
    if (added === 'added' && isFollowed(push, followed)) await requestFetch(services, push.product);
    return added === 'added' ? { kind: 'ignored', reason } : { kind: 'seenBefore' };
  }
  if (added === 'added') {
    await requestFetchAs(`delivery:${id}`);
    return { kind: 'accepted' };
  }
  const outcome = (await services.store.findDelivery(id))?.outcome ?? null;
  const { aggregate } = outcome === null ? await requestFetchAs(`delivery:${id}`) : { aggregate: null };
  const product = aggregate ?? (await services.store.load('products', push.product));
  if (product === null || !isWorthAnotherFetch(product, id, push.after)) return { kind: 'seenBefore' };
  await requestFetchAs(services.newId());
  return { kind: 'lookedForAgain' };
}

/** True: the branch was fetched since the delivery, and the announced commit was not found. */
function isWorthAnotherFetch(product: Product, delivery: string, after: string | null): boolean {
  if (after === null || product.heads.some(({ sha }) => sha === after)) return false;
  const announced = product.announced?.find((push) => push.delivery === delivery);
  return announced === undefined || (announced.asked <= product.looked && !announced.met);
}

/** Whether something was pushed that a product follows. */
export function isFollowed({ ref }: Pick<Push, 'ref'>, followed: Followed): boolean {
  if (typeof followed === 'string') return ref.kind === 'branch' && ref.name === followed;
  return ref.kind === 'tag' && globFilter(followed.tags)(ref.name);
}

/** What a product follows, where it may be a branch or tags. */
export function followsWords(followed: Followed): string {
  const branch = typeof followed === 'string' ? 'the branch ' : '';
  return `this product follows ${branch}${followedWords(followed)}`;
}

function ignoredBecause(push: Push, followed: Followed): string | null {
  const { kind, name } = push.ref;
  if (!isFollowed(push, followed)) {
    if (kind === 'tag') return `push of the tag ${name}; ${followsWords(followed)}`;
    return `push to ${name}; this product follows ${followedWords(followed)}`;
  }
  if (!push.deleted) return null;
  return kind === 'tag'
    ? `the tag ${name} was deleted, which changes nothing`
    : `the branch ${name} was deleted; nothing to build`;
}
