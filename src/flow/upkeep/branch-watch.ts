import type { Build } from '../../domain/documents/build.ts';
import { newestWanted, type Product } from '../../domain/documents/product.ts';
import { buildId, shortSha } from '../../domain/ids.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { Services } from '../services/services.ts';
import { followedWords, type ProductSettings } from '../settings/settings.ts';

/**
 * Keeps the troubles about each product's branch, and the checks of its head, up to date. The documents record what is wrong, and every process
 * reports it; a trouble ends by itself when the branch is back.
 */
export async function watchBranches(
  services: Pick<Services, 'settings' | 'store' | 'troubles'>,
): Promise<void> {
  for (const product of services.settings.products) {
    await skipDamaged(services, () => watchBranch(services, product));
  }
}

async function watchBranch(
  { store, troubles }: Pick<Services, 'store' | 'troubles'>,
  product: ProductSettings,
): Promise<void> {
  const stored = await store.load('products', product.name);
  setTrouble(troubles, `branch-missing ${product.name}`, product, stored && missingWords(product, stored));
  setTrouble(troubles, `push-unseen ${product.name}`, product, stored && unseenWords(product, stored));
  const head = product.build.checks && stored ? newestWanted(stored) : undefined;
  const newest = head ? await store.load('builds', buildId(product.name, head.sha)) : null;
  setTrouble(troubles, `checks-unread ${product.name}`, product, newest && unreadWords(product, newest));
}

interface TroubleText {
  says: string;
  todo: string;
}

function setTrouble(
  troubles: Services['troubles'],
  key: string,
  { name }: ProductSettings,
  words: TroubleText | null,
): void {
  if (words === null) troubles.clear(key);
  else troubles.set(key, { where: name, ...words });
}

function missingWords({ name, branch }: ProductSettings, { missing }: Product): TroubleText | null {
  if (!missing || missing.branch !== branch) return null;
  return {
    says: `the branch ${branch} does not exist in the repository of ${name}, so no push is built`,
    todo: `push ${branch} again, or set branch of ${name} in slipway.yml to the branch to follow`,
  };
}

function unseenWords({ name, branch }: ProductSettings, { unseen }: Product): TroubleText | null {
  if (!unseen) return null;
  return {
    says: `a webhook announced a push of ${shortSha(unseen.sha)} to ${followedWords(branch)} of ${name}, but the repository never showed it`,
    todo: `check whether the commit is in the repository; if it is, redeliver the webhook, or push again`,
  };
}

function unreadWords({ name, forge }: ProductSettings, { sha, checks }: Build): TroubleText | null {
  if (!checks?.unread) return null;
  return {
    says: `the checks of ${shortSha(sha)} of ${name} are not known: ${checks.unread.reason}`,
    todo: `Slipway asks again by itself, and decides nothing until then; if it stays so, see that ${forge?.name ?? 'the forge'} is up, and what forges of slipway.yml says of its address and login`,
  };
}
