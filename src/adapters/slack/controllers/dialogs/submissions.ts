import { problemMessage } from '../../../../chat/answers/problem.ts';
import { type ModalMetadata, type ModalName, shownLock } from '../../../../chat/blocks/actions.ts';
import type { Problem } from '../../../../chat/command/problem.ts';
import type { LockTarget } from '../../../../chat/command/request.ts';
import {
  type FieldErrors,
  hasInput,
  type InputName,
  inputOf,
  reasonProblem,
} from '../../../../chat/dialogs/inputs.ts';
import { chosenEnd, type EndWish, endProblem } from '../../../../chat/dialogs/lock.ts';
import { unescapeText } from '../../../../chat/text/clean.ts';
import type { Message } from '../../../../chat/view-model.ts';
import type { Rule } from '../../../../domain/documents/refusal.ts';
import { type Change, foreseeChange, requestChange } from '../../../../flow/requests/change.ts';
import { foreseeLock, type LockWish } from '../../../../flow/requests/lock.ts';
import { lockEnd } from '../../../../flow/requests/lock-end.ts';
import { NotConfigured } from '../../../../flow/services/errors.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { findEnvironment, findProduct, type Settings } from '../../../../flow/services/settings.ts';
import { emptyContext } from '../../../../flow/views/render-context.ts';
import { type Caller, requesterOf } from '../caller.ts';
import { orError } from '../errors.ts';
import { lockAnswer, lockRefusal, placeOf } from '../lock.ts';
import { confirmation, refusalOf } from '../outcomes.ts';
import { type RequestModal, submittedRequest } from './submitted-request.ts';

/** Dialogs that change a lock. */
type LockDialog = Extract<ModalName, 'lock' | 'takeOver' | 'extendLock' | 'editReason'>;

/** Dialogs whose submission is a request. */
export type SubmittedDialog = RequestModal | LockDialog;

/** What a submission came to. */
export type Submission =
  /** `said`: what there is to say beside the card; null: nothing. */
  | { kind: 'done'; said: Message | null }
  /** It can be corrected: what is wrong, by input. */
  | { kind: 'errors'; errors: FieldErrors }
  /** It cannot be done, whatever is typed. */
  | { kind: 'refused'; said: Message }
  /** Slipway or the network failed; the same submission may be sent again. */
  | { kind: 'failed'; said: Message }
  /** The dialog does not say what it is about: another version of Slipway drew it. */
  | { kind: 'unreadable' };

/** A dialog as Slack sends it back. */
export interface SubmittedView {
  id: string;
  state: unknown;
}

/** Does what a submitted dialog asks for, once, however often it is sent. Never throws. */
export async function answerSubmission(
  services: ChatServices,
  caller: Caller,
  name: SubmittedDialog,
  { metadata, view }: { metadata: ModalMetadata; view: SubmittedView },
): Promise<Submission> {
  const { state } = view;
  const answered = await orError(services, async (act) => {
    const errors = fieldErrors(name, state, services.now());
    if (errors) return { kind: 'errors', errors } as const;
    return isLockDialog(name)
      ? submitLock(services, caller, { name, metadata, view }, act)
      : submitChange(services, caller, { name, metadata, view }, act);
  });
  return 'kind' in answered ? answered : { kind: 'failed', said: answered };
}

const LOCK_DIALOGS = {
  lock: true,
  takeOver: true,
  extendLock: true,
  editReason: true,
} as const satisfies Record<LockDialog, true>;

function isLockDialog(name: SubmittedDialog): name is LockDialog {
  return Object.hasOwn(LOCK_DIALOGS, name);
}

/** What is wrong with the inputs of a dialog by themselves; null: nothing. */
function fieldErrors(name: SubmittedDialog, state: unknown, now: number): FieldErrors | null {
  const reason =
    name === 'extendLock' ? null : reasonProblem(inputOf(state, 'reason').typed, name === 'cancel');
  const end = isLockDialog(name) && name !== 'editReason' ? chosenEnd(state) : null;
  const commit = (name === 'hotfix' || name === 'adopt') && inputOf(state, 'commit').typed === null;
  const errors: FieldErrors = {
    ...(reason === null ? {} : { reason }),
    ...(commit ? { commit: 'Name a commit: SHA, tag or branch.' } : {}),
    ...(end === null ? {} : endProblem(end, now)),
  };
  return Object.keys(errors).length > 0 ? errors : null;
}

type Act = Parameters<typeof lockAnswer>[3];
interface Sent<N> {
  name: N;
  metadata: ModalMetadata;
  view: SubmittedView;
}

async function submitChange(
  services: ChatServices,
  caller: Caller,
  { name, metadata, view: { state } }: Sent<RequestModal>,
  act: Act,
): Promise<Submission> {
  const place = inputOf(state, 'place').chosen ?? metadata.environment;
  const configured = findEnvironment(services.settings, place);
  if (!configured) throw new NotConfigured(place);
  const target = { product: configured.product.name, environment: configured.environment.policy.name };
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
  if (outcome.kind === 'problem') return ofProblem(services, outcome.problem);
  if (outcome.kind === 'refused') return { kind: 'refused', said: await refusalOf(services, asker, outcome) };
  const isConfirmed = metadata.typed || outcome.warnings.length > 0;
  return { kind: 'done', said: isConfirmed ? await confirmation(services, outcome) : null };
}

type Asker = Awaited<ReturnType<typeof requesterOf>>;

/**
 * What is refused because of a choice in the dialog is said there before it is asked for, so that the person can choose
 * anew. null: nothing.
 */
async function choiceErrors(
  services: ChatServices,
  asker: Asker,
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

async function submitLock(
  services: ChatServices,
  caller: Caller,
  { name, metadata, view }: Sent<LockDialog>,
  act: Act,
): Promise<Submission> {
  const { state } = view;
  const place = inputOf(state, 'place').chosen ?? metadata.environment;
  const target = targetOf(services.settings, place);
  if (target === null) throw new NotConfigured(place);
  if (name !== 'editReason' && !hasInput(view, 'until')) return { kind: 'unreadable' };
  const end = name === 'editReason' ? null : chosenEnd(state);
  const length = end && (await lengthOf(services, caller, target, end));
  const reason = inputOf(state, 'reason').typed ?? '';
  const wish = wishOf(name, reason, length?.forMs ?? null);
  if (wish === null) return { kind: 'unreadable' };
  if (name === 'lock') {
    const asker = await requesterOf(services, caller);
    const outcome = await foreseeLock(services, asker, target, wish);
    if (outcome.kind === 'refused') {
      const said = await lockRefusal(services, asker, placeOf(target), outcome);
      return { kind: 'errors', errors: { place: unescapeText(said.text) } };
    }
  }
  const lock = { target, wish, shown: shownLock(metadata), ...(length?.zone ? { zone: length.zone } : {}) };
  const { kind, said } = await lockAnswer(services, caller, lock, act);
  if (kind === 'refused') return { kind, said };
  return { kind: 'done', said: kind === 'done' && !metadata.typed ? null : said };
}

/** How long the lock lasts from now; null: without an end. `zone`: whose clock decided. */
async function lengthOf(
  services: ChatServices,
  caller: Caller,
  target: LockTarget,
  end: EndWish,
): Promise<{ forMs: number | null; zone?: string }> {
  switch (end.kind) {
    case 'after':
      return { forMs: end.ms };
    case 'at':
      return { forMs: end.at - services.now() };
    case 'endless':
      return { forMs: null };
    case 'endOfDay': {
      const midnight = { day: 'today', minute: 24 * 60, zone: null } as const;
      const { zone, ...ends } = await lockEnd(services, caller.user, target, midnight);
      return { forMs: 'forMs' in ends ? ends.forMs : null, zone };
    }
    default:
      return end satisfies never;
  }
}

/** null: not sent by one of Slipway's dialogs. */
function wishOf(name: LockDialog, reason: string, forMs: number | null): LockWish | null {
  switch (name) {
    case 'lock':
    case 'takeOver':
      return { type: name, reason, forMs };
    case 'extendLock':
      return forMs === null ? null : { type: 'extendLock', forMs };
    case 'editReason':
      return { type: 'editLock', reason };
    default:
      return name satisfies never;
  }
}

/** The environment or product that a button or dialog about a lock or pause names; null: it is not configured any more. */
export function targetOf(settings: Settings, place: string): LockTarget | null {
  const configured = findEnvironment(settings, place);
  if (configured)
    return { product: configured.product.name, environment: configured.environment.policy.name };
  return findProduct(settings, place) ? { product: place, environment: null } : null;
}
