import { type Field, fieldOfProblem, fieldOfRefusal } from '../../../../chat/dialogs/prepare/field.ts';
import type { PrepareChoice } from '../../../../chat/dialogs/prepare/state.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { parseEnvironmentId } from '../../../../domain/ids.ts';
import type { ChangeOutcome, Requester } from '../../../../flow/requests/apply-human.ts';
import { requestChange } from '../../../../flow/requests/change.ts';
import { foreseePrepare } from '../../../../flow/requests/prepare.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { type Caller, productsOf, requesterOf, shortened } from '../caller.ts';
import { type Act, orError } from '../errors.ts';
import { confirmation, refusalOf } from '../outcomes.ts';

/** What became of a submitted dialog. */
export type SubmittedPrepare =
  /** It is prepared. `isShown`: its card is in the channel in which the dialog was opened, and says all there is to say. */
  | { kind: 'prepared'; message: Message; isShown: boolean }
  /** It is not. `field`: the input that the message is about. */
  | { kind: 'refused'; message: Message; field: Field };

/**
 * Prepares what was chosen. A refusal is foreseen before the command is processed, so that it does not use up the id
 * under which this dialog is processed once. Never throws.
 */
export async function submitPrepare(
  services: ChatServices,
  caller: Caller,
  choice: PrepareChoice,
): Promise<SubmittedPrepare> {
  const submitted = await orError(services, (act) => prepared(services, caller, choice, act));
  return 'kind' in submitted ? submitted : { kind: 'refused', message: submitted, field: 'environment' };
}

async function prepared(
  services: ChatServices,
  caller: Caller,
  { environment, sha, note }: PrepareChoice,
  act: Act,
): Promise<SubmittedPrepare> {
  if (environment === null) return { kind: 'refused', message: CHOOSE.environment, field: 'environment' };
  if (sha === null) return { kind: 'refused', message: CHOOSE.commit, field: 'commit' };
  const target = parseEnvironmentId(environment);
  const asked = { kind: 'prepare', ...target, commit: sha, note: note && shortened(note) } as const;
  // The id names the choice too: what was refused meanwhile does not decide about another choice in the same dialog.
  const asker = { ...(await requesterOf(services, caller)), id: `${caller.id}:${environment}@${sha}` };
  const foreseen = await foreseePrepare(services, asker, asked);
  if (foreseen.kind === 'refused') return refused(services, asker, foreseen.outcome);
  const outcome = await act(() => requestChange(services, asker, asked));
  if (outcome.kind !== 'accepted') return refused(services, asker, outcome);
  const message = await confirmation(services, outcome);
  const isHere = (await productsOf(services, caller.channel)).includes(target.product);
  return { kind: 'prepared', message, isShown: isHere && outcome.warnings.length === 0 };
}

async function refused(
  services: ChatServices,
  asker: Requester,
  outcome: Exclude<ChangeOutcome, { kind: 'accepted' }>,
): Promise<SubmittedPrepare> {
  const field =
    outcome.kind === 'problem' ? fieldOfProblem(outcome.problem) : fieldOfRefusal(outcome.refusal);
  return { kind: 'refused', message: await refusalOf(services, asker, outcome), field };
}

const CHOOSE = {
  environment: { text: 'Choose an environment.', blocks: [] },
  commit: { text: 'Choose a commit. If it is not offered, type more of it.', blocks: [] },
} satisfies Record<Field, Message>;
