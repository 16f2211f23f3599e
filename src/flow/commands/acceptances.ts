import type { EnvironmentView } from '../../chat/view-model.ts';
import type { Acceptance, Environment } from '../../domain/documents/environment.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { mayBePreparedAgain } from '../../domain/eligibility/environment.ts';
import { knownAcceptances } from '../../domain/gates/acceptances.ts';
import { needsOrder } from '../../domain/gates/gates.ts';
import { type EnvironmentId, environmentId } from '../../domain/ids.ts';
import type { Services } from '../services/services.ts';

/** Where acceptances are kept. */
type AcceptanceStore = Pick<Services, 'store'>;

/** How many acceptances are read beyond those in the document. */
const ACCEPTANCES_READ = 20;

/**
 * The newest acceptance of a commit in an environment, revoked or not; null: never accepted there. Of the document's and
 * the stored one, the later decided is used.
 */
export async function acceptanceIn(
  services: AcceptanceStore,
  { id, acceptances }: Environment,
  sha: string,
): Promise<Acceptance | null> {
  const fresh = acceptances.find(({ acceptance }) => acceptance.sha === sha)?.acceptance ?? null;
  const kept = await services.store.findAcceptance(id, sha);
  if (!fresh || !kept) return fresh ?? kept;
  return fresh.revision >= kept.revision ? fresh : kept;
}

/** Like `acceptanceIn`, but reads the environment's document first (RULES 22). */
export async function acceptanceBelow(
  services: AcceptanceStore,
  below: EnvironmentId,
  sha: string,
): Promise<Acceptance | null> {
  const environment = await services.store.load('environments', below);
  return environment ? acceptanceIn(services, environment, sha) : services.store.findAcceptance(below, sha);
}

/** The newest acceptances in the store, and the one of `sha`; null: no particular commit. */
export async function acceptancesKept(
  services: AcceptanceStore,
  id: EnvironmentId,
  sha: string | null,
): Promise<Acceptance[]> {
  const newest = await services.store.acceptances(id, ACCEPTANCES_READ);
  const asked = sha === null ? null : await services.store.findAcceptance(id, sha);
  return asked ? [...newest, asked] : newest;
}

/** All known acceptances of this environment, newest first, revoked ones included. */
export async function acceptancesIn(
  services: AcceptanceStore,
  environment: Environment,
): Promise<Acceptance[]> {
  return knownAcceptances(environment, await acceptancesKept(services, environment.id, null));
}

/**
 * The acceptance that opens `order` for a release that waits, can be retried or may be prepared again; null: none does, or
 * none is required.
 */
export async function orderOf(
  services: AcceptanceStore,
  { environment, policy }: EnvironmentView,
  release: Release,
): Promise<Acceptance | null> {
  const isOpen = environment.open.some(({ number }) => number === release.number);
  if (policy.below === null || !needsOrder(release, policy)) return null;
  if (!isOpen && !mayBePreparedAgain(release)) return null;
  return acceptanceBelow(services, environmentId(policy.product, policy.below), release.sha);
}
