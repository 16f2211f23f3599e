import { type Field, fieldOfProblem, fieldOfRefusal } from '../../../../chat/dialogs/prepare/field.ts';
import type { PrepareChoice, PrepareTried } from '../../../../chat/dialogs/prepare/state.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { parseEnvironmentId, shortSha } from '../../../../domain/ids.ts';
import type { ChangeOutcome, Requester } from '../../../../flow/requests/apply-human.ts';
import { requestChange } from '../../../../flow/requests/change.ts';
import { outcomeIn } from '../../../../flow/requests/earlier.ts';
import { foreseePrepare } from '../../../../flow/requests/prepare.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { environmentView } from '../../../../flow/views/views.ts';
import { type Caller, productsOf, requesterOf, shortened } from '../caller.ts';
import { type Act, tryRequest } from '../errors.ts';
import { confirmation, refusalOf } from '../outcomes.ts';

/** What became of a submitted dialog. */
export type SubmittedPrepare =
  /** It is prepared. `isShown`: its card is in the channel in which the dialog was opened, and says all there is to say. */
  | { kind: 'prepared'; message: Message; isShown: boolean }
  /**
   * It is not. `field`: the input that the message is about. `tried`: what it was sent for, where it is not known whether that
   * was done.
   */
  | { kind: 'refused'; message: Message; field: Field; tried?: PrepareTried };

/**
 * Prepares what was chosen. A refusal is foreseen before the command is processed, so that it does not use up the id
 * under which this dialog is processed once. `tried`: what the dialog was sent for before, with an outcome that is not known.
 * Never throws.
 */
export async function submitPrepare(
  services: ChatServices,
  caller: Caller,
  choice: PrepareChoice,
  tried?: PrepareTried,
): Promise<SubmittedPrepare> {
  const again = caller.again || tried !== undefined;
  const work = async (act: Act) =>
    (tried && (await preparedBefore(services, caller, choice, tried, act))) ??
    (await prepared(services, caller, choice, act));
  const submitted = await tryRequest(services, work, { again });
  if (submitted.ok) return submitted.result;
  const { said: message, happened } = submitted;
  const sent = tried ?? chosenIn(choice);
  const bound = happened === 'unknown' && sent ? { tried: sent } : {};
  return { kind: 'refused', message, field: 'environment', ...bound };
}

function chosenIn({ environment, sha }: PrepareChoice): PrepareTried | null {
  return environment === null || sha === null ? null : { environment, sha };
}

/** The id names the choice too: what was refused meanwhile does not decide about another choice in the same dialog. */
function idOf({ id }: Caller, { environment, sha }: PrepareTried): string {
  return `${id}:${environment}@${sha}`;
}

/** What an earlier submission came to; null: it is asked for again, or was refused. */
async function preparedBefore(
  services: ChatServices,
  caller: Caller,
  choice: PrepareChoice,
  tried: PrepareTried,
  act: Act,
): Promise<SubmittedPrepare | null> {
  const here = await environmentView(services, tried.environment);
  const outcome = await act(async () => {
    const found = await outcomeIn(services, here, idOf(caller, tried), 'prepare');
    return found ?? ({ kind: 'never' } as const);
  });
  if (outcome.kind === 'accepted') {
    return { kind: 'prepared', message: await confirmation(services, outcome), isShown: false };
  }
  const isSame = choice.environment === tried.environment && choice.sha === tried.sha;
  if (isSame || outcome.kind !== 'never') return null;
  const what = `${shortSha(tried.sha)} for ${tried.environment}`;
  const text = `It is not known whether ${what} was prepared, for which you sent this first. Choose that once more to learn it. For anything else, open a new dialog.`;
  return { kind: 'refused', message: { text, blocks: [] }, field: 'environment', tried };
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
  const asker = { ...(await requesterOf(services, caller)), id: idOf(caller, { environment, sha }) };
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
