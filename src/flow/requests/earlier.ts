import type { LockTarget } from '../../chat/command/request.ts';
import type { EnvironmentView } from '../../chat/view-model.ts';
import type { HumanCommand } from '../../domain/documents/commands/environment.ts';
import { environmentId } from '../../domain/ids.ts';
import { answerGiven } from '../commands/apply.ts';
import type { ChatServices } from '../services/services.ts';
import { environmentView } from '../views/views.ts';
import { type ChangeOutcome, outcomeOf } from './apply-human.ts';
import type { Change } from './change.ts';

/**
 * What a request came to whose command has this id, whatever it would mean now; null: no such command was processed. Throws
 * what reading throws.
 */
export async function earlierOutcome(
  services: ChatServices,
  commandId: string,
  asked: Change,
): Promise<ChangeOutcome | null> {
  const { product } = asked;
  const named = await environmentView(services, environmentId(product, asked.environment));
  const isPromotion = asked.kind === 'promote';
  const above = isPromotion ? named.policy.above : null;
  if (isPromotion && above === null) return null;
  const here = above === null ? named : await environmentView(services, environmentId(product, above.name));
  return outcomeIn(services, here, commandId, isPromotion ? 'prepare' : asked.kind);
}

/** What the command with this id came to in this environment; null: it was not processed there. `type`: what it asked for. */
export async function outcomeIn(
  services: ChatServices,
  { environment: aggregate }: EnvironmentView,
  commandId: string,
  type: HumanCommand['type'],
): Promise<ChangeOutcome | null> {
  const answer = await answerGiven(services, aggregate, commandId);
  return answer === undefined ? null : outcomeOf(services, aggregate.id, type, { answer, aggregate });
}

/** Whether a command about this lock with this id was processed. Throws what reading throws. */
export async function isLockAnswered(
  { store }: Pick<ChatServices, 'store'>,
  commandId: string,
  { product, environment }: LockTarget,
): Promise<boolean> {
  const held =
    environment === null
      ? await store.load('products', product)
      : await store.load('environments', environmentId(product, environment));
  return held !== null && (await answerGiven({ store }, held, commandId)) !== undefined;
}
