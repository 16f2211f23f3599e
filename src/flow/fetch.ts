import { ROBOT } from '../domain/people.ts';
import { GitError } from '../git/git-error.ts';
import { apply } from './apply.ts';
import { NotConfigured, type Parts } from './parts.ts';
import { findProduct } from './settings.ts';

/**
 * Looks at the branch of a product, if somebody asked for it: fetches, pins the head so that no force push and no
 * garbage collection takes it away, and reports it. Many requests are answered by one look.
 */
export async function fetchBranch(parts: Parts, id: string): Promise<void> {
  const settings = findProduct(parts.settings, id);
  if (!settings) throw new NotConfigured(id);
  const product = await parts.store.load('products', id);
  if (!product || product.asked === product.looked) return;
  if (product.fetchError && product.fetchError.notBefore > parts.now()) return;
  const mirror = parts.mirror(id);
  const command = { id: parts.newId(), actor: ROBOT };
  try {
    await mirror.fetch();
    const sha = await mirror.head(settings.branch);
    if (sha !== null) await mirror.pin(sha);
    const { branch } = settings;
    await apply(parts, 'products', id, { ...command, type: 'fetched', sha, branch, asked: product.asked });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    parts.log.warn({ err: error, product: id }, 'could not fetch');
    await apply(parts, 'products', id, { ...command, type: 'fetchFailed', reason: error.message });
  }
}

/** Asks for a look at the branch that no webhook asked for: at start, or because a person names a new commit. */
export async function askForLook(parts: Parts, product: string): Promise<void> {
  await apply(parts, 'products', product, { id: parts.newId(), actor: ROBOT, type: 'look', delivery: null });
}
