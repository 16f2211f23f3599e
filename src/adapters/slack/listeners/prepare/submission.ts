import type { App, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { MODALS } from '../../../../chat/blocks/actions.ts';
import { refilledModal, workingModal } from '../../../../chat/dialogs/frame.ts';
import { prepareModal, prepareSaid } from '../../../../chat/dialogs/prepare/modal.ts';
import {
  commitBlock,
  decodeScope,
  ENVIRONMENT,
  encodeScope,
  type PrepareChoice,
  type PrepareScope,
  prepareChoice,
} from '../../../../chat/dialogs/prepare/state.ts';
import { unescapeText } from '../../../../chat/text/clean.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { within } from '../../../../flow/services/within.ts';
import { type Caller, teamsOf } from '../../controllers/caller.ts';
import { STARTING } from '../../controllers/change.ts';
import { orError } from '../../controllers/errors.ts';
import { forMembers } from '../../controllers/members-only.ts';
import { formAfter } from '../../controllers/prepare/prepare.ts';
import { type SubmittedPrepare, submitPrepare } from '../../controllers/prepare/submit-prepare.ts';
import { tellPerson } from '../../inbox/tell.ts';
import { isOver } from '../dialogs/redraws.ts';
import type { ListenerContext } from '../listener-context.ts';

/** Slack waits three seconds. What takes longer is told in the dialog, which stays open for it. */
const WITHIN_MS = 2_000;

/**
 * Registers the submission of the dialog that prepares a release. It is acknowledged with its outcome: a refusal is shown
 * at the input, and what was typed stays.
 */
export function registerPrepareSubmission(app: App, context: ListenerContext): void {
  app.view<ViewSubmitAction>(
    { type: 'view_submission', callback_id: MODALS.prepare },
    async ({ ack, body, view, client, context: { again } }) => {
      const services = context.services();
      const choice = prepareChoice(view.state);
      const scope = decodeScope(view.private_metadata) ?? {};
      const refuse = ({ message, field, tried }: Extract<SubmittedPrepare, { kind: 'refused' }>) => {
        const bound =
          tried && refilledModal({ ...view, private_metadata: encodeScope({ ...scope, tried }) }, message);
        if (bound) return ack({ response_action: 'update', view: bound });
        return ack({
          response_action: 'errors',
          errors: { [blockOf(field, choice)]: unescapeText(message.text) },
        });
      };
      if (!services) return refuse({ kind: 'refused', message: STARTING, field: 'environment' });
      const user = body.user.id;
      const caller = {
        id: `slack:view:${view.id}`,
        user,
        channel: scope.channel ?? '',
        teams: teamsOf(body.team?.id, body.user.team_id),
        again: again === true || scope.tried !== undefined,
      };
      const to = { user, channel: scope.channel ?? null };
      const submitting = submitted(services, caller, choice, scope);
      const soon = await within(WITHIN_MS, submitting);
      // Nobody reads the acknowledgement of a request that an earlier process left.
      if (soon === null || again === true) {
        await ack({ response_action: 'update', view: workingModal(view) });
        const outcome = await submitting;
        try {
          const shown = await lateView(services, scope, choice, outcome);
          await client.views.update({ view_id: view.id, view: shown });
        } catch (error) {
          if (!isOver(error)) services.log.warn({ err: error }, 'a dialog could not show what came of it');
          await tellPerson(client, to, outcome.message);
        }
        return;
      }
      if (soon.kind === 'refused') return refuse(soon);
      if (scope.channel === undefined) {
        const said = prepareSaid({ kind: 'answer', message: soon.message });
        return ack({ response_action: 'update', view: said });
      }
      await ack();
      if (!soon.isShown) await tellPerson(client, to, soon.message);
    },
  );
}

async function submitted(
  services: ChatServices,
  caller: Caller,
  choice: PrepareChoice,
  { tried }: PrepareScope,
): Promise<SubmittedPrepare> {
  const answer = await forMembers(services, caller, () => submitPrepare(services, caller, choice, tried));
  return 'kind' in answer ? answer : { kind: 'refused', message: answer, field: 'environment' };
}

function blockOf(field: 'environment' | 'commit', { before }: PrepareChoice): string {
  return field === 'commit' && before !== null ? commitBlock(before) : ENVIRONMENT;
}

/** The outcome; of a refusal with the inputs as they were, so that nothing must be typed again. */
async function lateView(
  services: ChatServices,
  scope: PrepareScope,
  choice: PrepareChoice,
  outcome: SubmittedPrepare,
): Promise<ModalView> {
  const preview = { kind: 'answer', message: outcome.message } as const;
  if (outcome.kind === 'prepared') return prepareSaid(preview);
  const { tried = scope.tried } = outcome;
  const form = await orError(services, () => formAfter(services, { ...scope, tried }, choice));
  return 'places' in form ? prepareModal({ ...form, note: choice.note, preview }) : prepareSaid(preview);
}
