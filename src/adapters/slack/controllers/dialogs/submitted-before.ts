import type { LockTarget } from '../../../../chat/command/request.ts';
import type { HumanCommand } from '../../../../domain/documents/commands/environment.ts';
import { environmentId } from '../../../../domain/ids.ts';
import type { ChangeOutcome } from '../../../../flow/requests/apply-human.ts';
import { isLockAnswered, outcomeIn } from '../../../../flow/requests/earlier.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { environmentView, productOf } from '../../../../flow/views/views.ts';
import type { RequestModal } from './submitted-request.ts';

/** What each dialog asks for. */
const COMMANDS = {
  reject: 'reject',
  testFailed: 'fail',
  acceptAnyway: 'accept',
  cancel: 'cancel',
  rollback: 'rollback',
  redeploy: 'redeploy',
  overrideFreeze: 'override',
  hotfix: 'hotfix',
  adopt: 'adopt',
  pause: 'pause',
} as const satisfies Record<RequestModal, HumanCommand['type']>;

/** The dialogs in which the place is chosen, so that an earlier submission may have gone to any of the product. */
type Choosing = 'hotfix' | 'lock';
const CHOOSES: Record<Choosing, true> = { hotfix: true, lock: true };

/** Whether the place is chosen in the dialog. */
export function choosesPlace(name: string): name is Choosing {
  return Object.hasOwn(CHOOSES, name);
}

/**
 * What an earlier submission of the same dialog came to, wherever it went; null: none was processed. Throws what reading
 * throws.
 */
export async function changedBefore(
  services: ChatServices,
  name: RequestModal,
  { id, target }: { id: string; target: LockTarget },
): Promise<ChangeOutcome | null> {
  for (const { product, environment } of placesOf(services, name, target)) {
    if (environment === null) continue;
    const here = await environmentView(services, environmentId(product, environment));
    const outcome = await outcomeIn(services, here, id, COMMANDS[name]);
    if (outcome) return outcome;
  }
  return null;
}

/** The place to which an earlier submission of the same dialog about a lock went, and was processed; null: none was. */
export async function lockedBefore(
  services: ChatServices,
  name: string,
  { id, target }: { id: string; target: LockTarget },
): Promise<LockTarget | null> {
  for (const place of placesOf(services, name, target)) {
    if (await isLockAnswered(services, id, place)) return place;
  }
  return null;
}

function placesOf(services: ChatServices, name: string, target: LockTarget): LockTarget[] {
  if (!choosesPlace(name)) return [target];
  const { product } = target;
  const names = productOf(services, product).environments.map(({ policy }) => policy.name);
  return [null, ...names].map((environment) => ({ product, environment }));
}
