import type { App, BlockAction, StaticSelectAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { decodeMetadata } from '../../../chat/blocks/actions.ts';
import { answeredModal, OTHER_VERSION } from '../../../chat/dialogs/frame.ts';
import { INPUTS, wordsIn } from '../../../chat/dialogs/inputs.ts';
import type { Message } from '../../../chat/view-model.ts';
import { isEnvironmentId } from '../../../domain/ids.ts';
import { teamsOf } from '../controllers/caller.ts';
import { readRollbackModal } from '../controllers/dialogs.ts';
import { forMembers } from '../controllers/members-only.ts';
import { isView } from '../controllers/reasons.ts';
import { acknowledge, type ListenerContext } from './listener-context.ts';
import { isClosed } from './opening.ts';

/** How many dialogs are remembered at once. */
const KEPT = 500;

/**
 * The choices made in dialogs whose content depends on them. Of choices that follow each other quickly, the last one is
 * drawn: one that was overtaken while it was read is not.
 */
class Choices {
  readonly #newest = new Map<string, number>();

  /** Whether this choice is still the newest one made in the dialog. */
  isNewest(view: string, choice: number): boolean {
    return this.#newest.get(view) === choice;
  }

  add(view: string): number {
    const choice = (this.#newest.get(view) ?? 0) + 1;
    this.#newest.delete(view);
    this.#newest.set(view, choice);
    for (const old of this.#newest.keys()) {
      if (this.#newest.size <= KEPT) break;
      this.#newest.delete(old);
    }
    return choice;
  }
}

/** Registers the choice of a rollback's target: the dialog is drawn again with what going back to it undoes. */
export function registerRedrawn(app: App, context: ListenerContext): void {
  const choices = new Choices();
  const chosen = { type: 'block_actions', block_id: INPUTS.target, action_id: INPUTS.target } as const;
  app.action<BlockAction<StaticSelectAction>>(chosen, async ({ body, action, ack, client }) => {
    const { view } = body;
    const choice = choices.add(view?.id ?? '');
    await acknowledge(ack);
    const services = context.services();
    if (!services || !view) return;
    const metadata = decodeMetadata(view.private_metadata);
    const caller = {
      id: `slack:${body.trigger_id}`,
      user: body.user.id,
      channel: '',
      teams: teamsOf(body.team?.id, body.user.team_id),
    };
    const work = async (): Promise<ModalView | Message> => {
      if (metadata === null || !isEnvironmentId(metadata.environment)) return OTHER_VERSION;
      return readRollbackModal(services, metadata.environment, metadata, action.selected_option.value);
    };
    const made = await forMembers(services, caller, work);
    if (!choices.isNewest(view.id, choice)) return;
    const next = isView(made) ? made : answeredModal(view, made, wordsIn(view));
    try {
      await client.views.update({ view_id: view.id, hash: view.hash, view: next });
    } catch (error) {
      // An earlier choice was drawn meanwhile: this one is newer.
      const again = isClosed(error) && choices.isNewest(view.id, choice);
      if (!again) return context.log.warn({ err: error }, 'a dialog could not be drawn again');
      await client.views
        .update({ view_id: view.id, view: next })
        .catch((late: unknown) =>
          context.log.info({ err: late }, 'a dialog was closed before it was drawn again'),
        );
    }
  });
}
