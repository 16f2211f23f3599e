import type { Product } from '../../domain/documents/product.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { apply } from '../commands/apply.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Services } from '../services/services.ts';
import { findProduct, type ProductSettings } from '../services/settings.ts';

/**
 * Looks at the branch of a product, if somebody asked for it: fetches, pins the head so that no force push and no
 * garbage collection takes it away, and reports it. Many requests are answered by one look. Else glances at it, if it is time.
 */
export async function fetchBranch(services: Services, id: string): Promise<void> {
  const settings = findProduct(services.settings, id);
  if (!settings) throw new NotConfigured(id);
  const product = await services.store.load('products', id);
  await services.configurations.lookAt(services, settings);
  // It may follow another branch by now.
  services.configurations.mustBeNewest(id);
  if (!product || (product.fetchError && product.fetchError.notBefore > services.now())) return;
  if (product.asked === product.looked) {
    await fetchOnce(services, settings, product);
    return;
  }
  const { branch } = settings;
  const { asked } = product;
  await reportingFailure(services, id, async () => {
    const mirror = services.mirror(id);
    await mirror.fetch();
    const sha = await mirror.head(branch);
    if (sha !== null) await mirror.pin(sha);
    const others = (product.announced ?? []).map(({ after }) => after).filter((after) => after !== sha);
    const contains = sha === null ? [] : await mirror.contained(sha, [...new Set(others)]);
    const fetched = { type: 'fetched', sha, branch, asked, contains } as const;
    await apply(services, 'products', id, { id: services.newId(), actor: ROBOT, ...fetched });
  });
}

/** Asks the repository what its branch is, if it is time for that and no other process does; a look where it has moved. */
export async function fetchOnce(
  services: Services,
  { name, branch }: ProductSettings,
  product: Product | null,
): Promise<void> {
  const command = { id: services.newId(), actor: ROBOT, type: 'glance' } as const;
  const { answer, aggregate } = await apply(services, 'products', name, command, product);
  if (answer.kind === 'refused') return;
  await reportingFailure(services, name, async () => {
    const sha = await services.mirror(name).remoteHead(branch);
    const known = aggregate.missing ? null : (aggregate.heads.at(-1)?.sha ?? null);
    if (sha !== known || aggregate.fetchError !== null) await requestFetch(services, name);
  });
}

async function reportingFailure(
  services: Services,
  product: string,
  look: () => Promise<void>,
): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.warn({ err: error, product }, 'could not look at the repository');
    const failed = { type: 'fetchFailed', reason: error.message } as const;
    await apply(services, 'products', product, { id: services.newId(), actor: ROBOT, ...failed });
  }
}

/** Asks for a look at the branch that no webhook asked for: at start, or because it was seen to have moved. */
export async function requestFetch(services: Services, product: string): Promise<void> {
  await apply(services, 'products', product, {
    id: services.newId(),
    actor: ROBOT,
    type: 'look',
    delivery: null,
  });
}

/**
 * Something else has fetched: a person's question about a commit, a tree that is made. A head that nobody has reported is asked to be
 * looked at, so that it is built. Never fails: whoever fetched has something else to do.
 */
export async function reportMove(services: Services, product: string): Promise<void> {
  try {
    const settings = findProduct(services.settings, product);
    const sha = settings ? await services.mirror(product).head(settings.branch) : null;
    if (sha === null) return;
    const stored = await services.store.load('products', product);
    if (stored?.heads.at(-1)?.sha !== sha) await requestFetch(services, product);
  } catch (error) {
    services.log.warn({ err: error, product }, 'could not see whether the branch moved; the next look will');
  }
}
