import { problemMessage } from '../../../../chat/answers/problems/problem.ts';
import type { Problem } from '../../../../chat/command/problem.ts';
import { type FieldErrors, type InputName, inputOf } from '../../../../chat/dialogs/inputs.ts';
import { unescapeText } from '../../../../chat/text/clean.ts';
import type { Rule } from '../../../../domain/documents/refusal.ts';
import type { ChangeOutcome, Requester } from '../../../../flow/requests/apply-human.ts';
import { type Change, foreseeChange, requestChange } from '../../../../flow/requests/change.ts';
import { NotConfigured } from '../../../../flow/services/errors.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { emptyContext } from '../../../../flow/views/render-context.ts';
import { type Caller, requesterOf } from '../caller.ts';
import type { Act } from '../errors.ts';
import { confirmation, refusalOf } from '../outcomes.ts';
import { inputErrors, type Sent, type Submission } from './sent.ts';
import { changedBefore } from './submitted-before.ts';
import { type RequestModal, submittedRequest } from './submitted-request.ts';

/** Does what a dialog about a release or an environment asks for. Throws what requesting or reading throws. */
export async function submitChange(
  services: ChatServices,
  caller: Caller,
  sent: Sent<RequestModal>,
  act: Act,
): Promise<Submission> {
  const { name, metadata, target: chosen, view } = sent;
  const { state } = view;
  const before = await act(async () => {
    const outcome = await changedBefore(services, name, { id: caller.id, target: chosen });
    return outcome ?? ({ kind: 'never' } as const);
  });
  // What it holds by now may be something else: what was done is said.
  if (before.kind !== 'never') return ofOutcome(services, await requesterOf(services, caller), before, true);
  const errors = inputErrors(services, sent);
  if (errors) return { kind: 'errors', errors };
  const { product, environment } = chosen;
  if (environment === null) throw new NotConfigured(product);
  const target = { product, environment };
  const filled = {
    reason: inputOf(state, 'reason').typed,
    target: inputOf(state, 'target').chosen,
    commit: inputOf(state, 'commit').typed,
  };
  const asked = submittedRequest(name, target, metadata, filled);
  if (asked === null) return { kind: 'unreadable' };
  const asker = await requesterOf(services, caller);
  const wrong = await choiceErrors(services, asker, name, asked);
  if (wrong) return { kind: 'errors', errors: wrong };
  const outcome = await act(() => requestChange(services, asker, asked));
  return ofOutcome(services, asker, outcome, metadata.typed ?? false);
}

/** `confirms`: the card alone is not enough of an answer. */
async function ofOutcome(
  services: ChatServices,
  asker: Requester,
  outcome: ChangeOutcome,
  confirms: boolean,
): Promise<Submission> {
  if (outcome.kind === 'problem') return ofProblem(services, outcome.problem);
  if (outcome.kind === 'refused') return { kind: 'refused', said: await refusalOf(services, asker, outcome) };
  const isConfirmed = confirms || outcome.warnings.length > 0;
  return { kind: 'done', said: isConfirmed ? await confirmation(services, outcome) : null };
}

/**
 * What is refused because of a choice in the dialog is said there before it is asked for, so that the person can choose
 * anew. null: nothing.
 */
async function choiceErrors(
  services: ChatServices,
  asker: Requester,
  name: RequestModal,
  asked: Change,
): Promise<FieldErrors | null> {
  if (name !== 'rollback' && name !== 'hotfix') return null;
  const outcome = await foreseeChange(services, asker, asked);
  if (outcome.kind !== 'refused') return null;
  const input = inputOfRule(name, outcome.refusal.rule);
  return input && { [input]: unescapeText((await refusalOf(services, asker, outcome)).text) };
}

/** The input whose choice the rule refuses; null: no other choice would be accepted. */
function inputOfRule(name: 'rollback' | 'hotfix', rule: Rule): InputName | null {
  switch (rule) {
    case 'notAcceptedHere':
    case 'targetIsLeft':
      return name === 'rollback' ? 'target' : null;
    case 'alreadyWaits':
    case 'behindDeployed':
      return name === 'hotfix' ? 'commit' : null;
    case 'notRole':
    case 'continuous':
    case 'retired':
    case 'tooManyWait':
      return name === 'hotfix' ? 'place' : null;
    default:
      return null;
  }
}

/** A name that is no commit is said at the input where it was typed, with what was probably meant. */
function ofProblem(services: ChatServices, problem: Problem): Submission {
  const said = problemMessage(problem, emptyContext(services));
  switch (problem.kind) {
    case 'unknownCommit':
    case 'ambiguousCommit':
    case 'invalidCommit':
    case 'twoCommits':
    case 'noCommitPage':
    case 'otherRepository':
      return { kind: 'errors', errors: { commit: unescapeText(said.text) } };
    default:
      return { kind: 'refused', said };
  }
}
