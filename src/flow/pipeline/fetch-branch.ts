import type { Product } from '../../domain/documents/product.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { apply } from '../commands/apply.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Parts } from '../services/services.ts';
import { findProduct, type ProductSettings } from '../services/settings.ts';

/**
 * Looks at the branch of a product, if somebody asked for it: fetches, pins the head so that no force push and no
 * garbage collection takes it away, and reports it. Many requests are answered by one look. Else glances at it, if it is time.
 */
export async function fetchBranch(parts: Parts, id: string): Promise<void> {
  const settings = findProduct(parts.settings, id);
  if (!settings) throw new NotConfigured(id);
  const product = await parts.store.load('products', id);
  await parts.configurations.lookAt(parts, settings);
  // It may follow another branch by now.
  parts.configurations.mustBeNewest(id);
  if (!product || (product.fetchError && product.fetchError.notBefore > parts.now())) return;
  if (product.asked === product.looked) {
    await glance(parts, settings, product);
    return;
  }
  const { branch } = settings;
  const { asked } = product;
  await reportingFailure(parts, id, async () => {
    const mirror = parts.mirror(id);
    await mirror.fetch();
    const sha = await mirror.head(branch);
    if (sha !== null) await mirror.pin(sha);
    const others = (product.announced ?? []).map(({ after }) => after).filter((after) => after !== sha);
    const contains = sha === null ? [] : await mirror.contained(sha, [...new Set(others)]);
    const fetched = { type: 'fetched', sha, branch, asked, contains } as const;
    await apply(parts, 'products', id, { id: parts.newId(), actor: ROBOT, ...fetched });
  });
}

/** Asks the repository what its branch is, if it is time for that and no other process does; a look where it has moved. */
export async function glance(
  parts: Parts,
  { name, branch }: ProductSettings,
  product: Product | null,
): Promise<void> {
  const command = { id: parts.newId(), actor: ROBOT, type: 'glance' } as const;
  const { answer, aggregate } = await apply(parts, 'products', name, command, product);
  if (answer.kind === 'refused') return;
  await reportingFailure(parts, name, async () => {
    const sha = await parts.mirror(name).remoteHead(branch);
    const known = aggregate.missing ? null : (aggregate.heads.at(-1)?.sha ?? null);
    if (sha !== known || aggregate.fetchError !== null) await askForLook(parts, name);
  });
}

async function reportingFailure(parts: Parts, product: string, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    parts.log.warn({ err: error, product }, 'could not look at the repository');
    const failed = { type: 'fetchFailed', reason: error.message } as const;
    await apply(parts, 'products', product, { id: parts.newId(), actor: ROBOT, ...failed });
  }
}

/** Asks for a look at the branch that no webhook asked for: at start, or because it was seen to have moved. */
export async function askForLook(parts: Parts, product: string): Promise<void> {
  await apply(parts, 'products', product, { id: parts.newId(), actor: ROBOT, type: 'look', delivery: null });
}

/**
 * Something else has fetched: a person's question about a commit, a tree that is made. A head that nobody has reported is asked to be
 * looked at, so that it is built. Never fails: whoever fetched has something else to do.
 */
export async function reportMove(parts: Parts, product: string): Promise<void> {
  try {
    const settings = findProduct(parts.settings, product);
    const sha = settings ? await parts.mirror(product).head(settings.branch) : null;
    if (sha === null) return;
    const stored = await parts.store.load('products', product);
    if (stored?.heads.at(-1)?.sha !== sha) await askForLook(parts, product);
  } catch (error) {
    parts.log.warn({ err: error, product }, 'could not see whether the branch moved; the next look will');
  }
}
