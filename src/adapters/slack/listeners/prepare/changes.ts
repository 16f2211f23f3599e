import type { App, BlockAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { prepareModal, prepareSaid } from '../../../../chat/dialogs/prepare/modal.ts';
import {
  CHOOSE_COMMIT,
  CHOOSE_ENVIRONMENT,
  decodeScope,
  type PrepareScope,
  prepareChoice,
} from '../../../../chat/dialogs/prepare/state.ts';
import { inline } from '../../../../chat/text/inline.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { teamsOf } from '../../controllers/caller.ts';
import type { Caller } from '../../controllers/change.ts';
import { forMembers } from '../../controllers/members-only.ts';
import { formAfter, previewOf } from '../../controllers/prepare/prepare.ts';
import { type Redraw, Redraws } from '../dialogs/redraws.ts';
import { acknowledge, type ListenerContext } from '../listener-context.ts';

/** A preview that takes longer is announced. */
const ANNOUNCED_MS = 700;

/** Registers the choices in the dialog that prepares a release: each redraws it with what would happen. */
export function registerPrepareChanges(app: App, context: ListenerContext): void {
  const redraws = new Redraws();
  for (const action_id of [CHOOSE_ENVIRONMENT, CHOOSE_COMMIT]) {
    app.action<BlockAction>({ type: 'block_actions', action_id }, async ({ ack, body, client }) => {
      await acknowledge(ack);
      const services = context.services();
      const { view } = body;
      const scope = decodeScope(view?.private_metadata ?? '');
      // While Slipway starts, the dialog stays as it is. Submitting it says why.
      if (!services || !view || !scope) return;
      const caller = {
        id: `slack:${body.trigger_id}`,
        user: body.user.id,
        channel: scope.channel ?? '',
        teams: teamsOf(body.team?.id, body.user.team_id),
      };
      const redraw = redraws.begin(client, view.id, view.hash);
      try {
        await drawAfter(services, caller, scope, view.state, redraw);
      } catch (error) {
        services.log.warn({ err: error }, 'a modal could not be redrawn');
      }
    });
  }
}

async function drawAfter(
  services: ChatServices,
  caller: Caller,
  scope: PrepareScope,
  state: unknown,
  redraw: Redraw,
): Promise<void> {
  const drawn = await forMembers(services, caller, async () => {
    const form = await formAfter(services, scope, prepareChoice(state));
    const reading = { kind: 'words', words: inline`Reading what would happen …` } as const;
    const announced = later(ANNOUNCED_MS, () =>
      redraw.show(prepareModal({ ...form, preview: reading })).catch(() => false),
    );
    const preview = await previewOf(services, caller, form);
    announced.cancel();
    return prepareModal({ ...form, preview });
  });
  const view: ModalView = 'type' in drawn ? drawn : prepareSaid({ kind: 'answer', message: drawn });
  await redraw.show(view);
}

function later(ms: number, work: () => unknown): { cancel(): void } {
  const timer = setTimeout(work, ms);
  return { cancel: () => clearTimeout(timer) };
}
