import type { Check } from '../../domain/checks/checks.ts';
import { buildId, shortSha } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import type { IntakeOutcome } from './receive-push.ts';

/** What a CI says of a check of a commit. */
export interface SaidCheck {
  /** The id of the message. */
  delivery: string;
  sha: string;
  check: Omit<Check, 'group' | 'attempt'>;
}

/**
 * Keeps what a CI says of a check, also of a commit that was not pushed yet. A message that comes again is applied under the same
 * id, in case the first call broke off between its two writes.
 */
export async function receiveCheck(
  services: Services,
  { name: product, build }: Pick<ProductSettings, 'name' | 'build'>,
  { delivery, sha, check }: SaidCheck,
): Promise<IntakeOutcome> {
  const id = `${delivery}:${product}`;
  const reason = build.checks === undefined ? `${product} names no checks: Slipway builds it` : null;
  const outcome = reason ?? `the check ${check.name} of ${shortSha(sha)}: ${check.state}`;
  const added = await services.store.addDelivery({ id, product, at: services.now(), outcome });
  if (reason === null) {
    const command = { id: `delivery:${id}`, actor: ROBOT, type: 'reportCheck', check } as const;
    await apply(services, 'builds', buildId(product, sha), command);
  }
  if (added === 'seen') return { kind: 'seenBefore' };
  return reason === null ? { kind: 'accepted' } : { kind: 'ignored', reason };
}
