import type { App, BlockAction, StaticSelectAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { decodeMetadata } from '../../../../chat/blocks/action-values.ts';
import { answeredModal, OTHER_VERSION } from '../../../../chat/dialogs/frame.ts';
import { INPUTS, wordsIn } from '../../../../chat/dialogs/inputs.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { isEnvironmentId } from '../../../../domain/ids.ts';
import { teamsOf } from '../../controllers/caller.ts';
import { readRollbackModal } from '../../controllers/dialogs/dialogs.ts';
import { isView } from '../../controllers/dialogs/reasons.ts';
import { forMembers } from '../../controllers/members-only.ts';
import { acknowledge, type ListenerContext } from '../listener-context.ts';
import { Redraws } from './redraws.ts';

/** Registers the choice of a rollback's target: the dialog is drawn again with what going back to it undoes. */
export function registerRedrawn(app: App, context: ListenerContext): void {
  const redraws = new Redraws();
  const chosen = { type: 'block_actions', action_id: INPUTS.target } as const;
  app.action<BlockAction<StaticSelectAction>>(chosen, async ({ body, action, ack, client }) => {
    const { view } = body;
    await acknowledge(ack);
    const services = context.services();
    // While Slipway starts, the dialog stays as it is. Submitting it says why.
    if (!services || !view) return;
    const redraw = redraws.begin(client, view.id, view.hash);
    const metadata = decodeMetadata(view.private_metadata);
    const caller = {
      id: `slack:${body.trigger_id}`,
      user: body.user.id,
      channel: '',
      teams: teamsOf(body.team?.id, body.user.team_id),
    };
    const work = async (): Promise<ModalView | Message> => {
      const target = action.selected_option?.value;
      if (metadata === null || target === undefined || !isEnvironmentId(metadata.environment)) {
        return OTHER_VERSION;
      }
      return readRollbackModal(services, metadata.environment, metadata, target);
    };
    const made = await forMembers(services, caller, work);
    try {
      await redraw.show(isView(made) ? made : answeredModal(view, made, wordsIn(view)));
    } catch (error) {
      context.log.warn({ err: error }, 'a dialog could not be drawn again');
    }
  });
}
