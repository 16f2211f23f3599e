import type { App, ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { decodeMetadata, encodeMetadata } from '../../../../chat/blocks/action-values.ts';
import { MODALS } from '../../../../chat/blocks/actions.ts';
import { said as saying } from '../../../../chat/blocks/blocks.ts';
import {
  answeredModal,
  OTHER_VERSION,
  otherVersionModal,
  refilledModal,
  withWords,
  workingModal,
} from '../../../../chat/dialogs/frame.ts';
import {
  type FieldErrors,
  hasInput,
  INPUTS,
  type InputName,
  wordsIn,
} from '../../../../chat/dialogs/inputs.ts';
import { unescapeText } from '../../../../chat/text/clean.ts';
import { inline } from '../../../../chat/text/inline.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { within } from '../../../../flow/services/within.ts';
import { type Caller, teamsOf } from '../../controllers/caller.ts';
import { STARTING } from '../../controllers/change.ts';
import {
  answerSubmitted,
  type Submission,
  type SubmittedDialog,
} from '../../controllers/dialogs/submissions.ts';
import { tellPerson } from '../../inbox/tell.ts';
import type { ListenerContext } from '../listener-context.ts';
import { isOver } from './redraws.ts';

/**
 * A submission is acknowledged with its outcome if that comes within this time, in milliseconds; Slack waits three
 * seconds. What takes longer is shown by the dialog afterwards.
 */
const ANSWER_WITHIN_MS = 2_000;

const SUBMITTED = {
  reject: true,
  testFailed: true,
  acceptAnyway: true,
  cancel: true,
  rollback: true,
  redeploy: true,
  overrideFreeze: true,
  hotfix: true,
  adopt: true,
  pause: true,
  lock: true,
  takeOver: true,
  extendLock: true,
  editReason: true,
} as const satisfies Record<SubmittedDialog, true>;

/** Registers the submission of the dialogs that ask for a reason. */
export function registerModals(app: App, context: ListenerContext): void {
  for (const name of Object.keys(SUBMITTED) as SubmittedDialog[]) onSubmit(app, context, name);
}

function onSubmit(app: App, context: ListenerContext, name: SubmittedDialog): void {
  app.view(
    { type: 'view_submission', callback_id: MODALS[name] },
    async ({ ack, body, view, client, context: { again } }) => {
      const metadata = decodeMetadata(view.private_metadata);
      const services = context.services();
      const user = body.user.id;
      const channel = metadata?.channel ?? '';
      if (!services) return ack(acknowledgement({ kind: 'failed', said: STARTING }, view));
      const caller: Caller = {
        // A dialog is submitted once: if the same view is sent again, it has the same command id.
        id: `slack:view:${view.id}`,
        user,
        channel,
        teams: teamsOf(body.team?.id, body.user.team_id),
        ...(name === 'cancel' ? { onlyWaiting: true } : {}),
        again: again === true || metadata?.tried !== undefined,
      };
      const working = answerSubmitted(services, caller, name, { metadata, view });
      const first = await within(ANSWER_WITHIN_MS, working);
      const to: Told = { client, log: context.log, user, channel: metadata?.channel ?? null };
      // Nobody reads the acknowledgement of a request that an earlier process left.
      if (first === null || again === true) {
        await ack({ response_action: 'update', view: workingModal(view) });
        return showLate(to, view, await working);
      }
      await ack(acknowledgement(first, view));
      if (first.kind === 'done' && first.said) await tellPerson(client, to, first.said);
    },
  );
}

/** What Slack is answered: errors keep the dialog open, a refusal replaces it and keeps the words, success closes it. */
function acknowledgement(submission: Submission, view: object): ViewResponseAction {
  switch (submission.kind) {
    case 'done':
      return { response_action: 'clear' };
    case 'errors': {
      const shown = shownErrors(submission.errors, view);
      return shown ? { response_action: 'errors', errors: shown } : instead(otherVersionModal(view));
    }
    case 'failed': {
      const bound = boundTo(submission, view);
      if (bound) return instead(bound);
      const shown = shownErrors(atSomeInput(submission.said, view), view);
      return shown
        ? { response_action: 'errors', errors: shown }
        : instead(answeredModal(view, submission.said, wordsIn(view)));
    }
    case 'refused':
      return instead(answeredModal(view, submission.said, wordsIn(view)));
    case 'unreadable':
      return instead(otherVersionModal(view));
    default:
      return submission satisfies never;
  }
}

/** The same dialog, which goes only where it was sent with an outcome that is not known; null: it need not be bound. */
function boundTo({ said, tried }: Extract<Submission, { kind: 'failed' }>, view: object): ModalView | null {
  const { data } = withMetadata.safeParse(view);
  const metadata = data && decodeMetadata(data.private_metadata);
  if (tried === undefined || !metadata) return null;
  return refilledModal({ ...view, private_metadata: encodeMetadata({ ...metadata, tried }) }, said);
}

const withMetadata = z.object({ private_metadata: z.string() });

function instead(view: ReturnType<typeof answeredModal>): ViewResponseAction {
  return { response_action: 'update', view };
}

/** The errors by block; null: the dialog does not have these inputs, so another version of Slipway drew it. */
function shownErrors(errors: FieldErrors, view: object): Record<string, string> | null {
  const shown = (Object.entries(errors) as [InputName, string][]).filter(([name]) => hasInput(view, name));
  return shown.length > 0 ? Object.fromEntries(shown.map(([name, words]) => [INPUTS[name], words])) : null;
}

/** A message that is about no input is shown at the last one that the dialog has. */
function atSomeInput(said: Message, view: object): FieldErrors {
  const name = (Object.keys(INPUTS) as InputName[]).find((each) => hasInput(view, each));
  return name ? { [name]: unescapeText(said.text) } : {};
}

interface Told {
  client: WebClient;
  log: ListenerContext['log'];
  user: string;
  /** Slack id of the channel in which the dialog was asked for; null: none. */
  channel: string | null;
}

/** Shows in the dialog what came of work that took long; who has closed it is told, unless there is nothing to say. */
async function showLate(to: Told, view: { id: string }, submission: Submission): Promise<void> {
  const words = wordsIn(view);
  const said = messageOf(submission);
  const mayRepeat = submission.kind === 'errors' || submission.kind === 'failed';
  const bound = submission.kind === 'failed' ? boundTo(submission, view) : null;
  const shown = mayRepeat ? (bound ?? refilledModal(view, said ?? DONE)) : null;
  const kept = submission.kind === 'done' ? [] : words;
  try {
    const next = shown ?? answeredModal(view, said ?? DONE, kept);
    await to.client.views.update({ view_id: view.id, view: next });
  } catch (error) {
    if (!isOver(error)) to.log.warn({ err: error }, 'a dialog could not show what came of it');
    if (said) await tellPerson(to.client, to, withWords(said, kept));
  }
}

const DONE: Message = saying(inline`Done. The card shows what comes of it.`);

/** null: nothing is to be said. */
function messageOf(submission: Submission): Message | null {
  switch (submission.kind) {
    case 'errors':
      return saying([{ kind: 'foreign', text: Object.values(submission.errors).join(' ') }]);
    case 'unreadable':
      return OTHER_VERSION;
    case 'done':
    case 'failed':
    case 'refused':
      return submission.said;
    default:
      return submission satisfies never;
  }
}
