import type { EnvironmentView } from '../../chat/view-model.ts';
import type { Acceptance, Environment } from '../../domain/documents/environment.ts';
import type { Release } from '../../domain/documents/release.ts';
import { knownAcceptances } from '../../domain/gates/acceptances.ts';
import { needsOrder } from '../../domain/gates/gates.ts';
import { environmentId } from '../../domain/names.ts';
import type { Services } from '../services/services.ts';

/** Where acceptances are kept. */
type Memory = Pick<Services, 'store'>;

/** How many acceptances are read beyond those of the document. */
const ACCEPTANCES_READ = 20;

/**
 * The newest acceptance of a commit in an environment, revoked or not, as its document and the memory say: the later of the two is
 * what holds. null: never accepted there.
 */
export async function acceptanceIn(
  services: Memory,
  { id, acceptances }: Environment,
  sha: string,
): Promise<Acceptance | null> {
  const fresh = acceptances.find(({ acceptance }) => acceptance.sha === sha)?.acceptance ?? null;
  const kept = await services.store.findAcceptance(id, sha);
  if (!fresh || !kept) return fresh ?? kept;
  return fresh.revision >= kept.revision ? fresh : kept;
}

/** The same, the document read first (RULES 22). */
export async function acceptanceBelow(
  services: Memory,
  below: string,
  sha: string,
): Promise<Acceptance | null> {
  const environment = await services.store.load('environments', below);
  return environment ? acceptanceIn(services, environment, sha) : services.store.findAcceptance(below, sha);
}

/** The newest acceptances in the memory, and that of `sha`; null: of no commit in particular. */
export async function acceptancesKept(
  services: Memory,
  id: string,
  sha: string | null,
): Promise<Acceptance[]> {
  const newest = await services.store.acceptances(id, ACCEPTANCES_READ);
  const asked = sha === null ? null : await services.store.findAcceptance(id, sha);
  return asked ? [...newest, asked] : newest;
}

/** Everything known of what was accepted here, newest first, revoked ones included. */
export async function acceptancesIn(services: Memory, environment: Environment): Promise<Acceptance[]> {
  return knownAcceptances(environment, await acceptancesKept(services, environment.id, null));
}

/** What opens `order` for a release that waits or can be retried; null: nothing does, or it is not asked for. */
export async function orderOf(
  services: Memory,
  { environment, policy }: EnvironmentView,
  release: Release,
): Promise<Acceptance | null> {
  const isOpen = environment.open.some(({ number }) => number === release.number);
  if (policy.below === null || !isOpen || !needsOrder(release, policy)) return null;
  return acceptanceBelow(services, environmentId(policy.product, policy.below), release.sha);
}
