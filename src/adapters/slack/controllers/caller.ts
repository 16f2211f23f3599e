import type { ModalView } from '@slack/types';
import type { ModalName } from '../../../chat/blocks/actions.ts';
import { WORDS_MAX } from '../../../chat/dialogs/inputs.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { Person } from '../../../domain/people/people.ts';
import { channelOf } from '../../../flow/cards/channels.ts';
import type { Requester } from '../../../flow/requests/apply-human.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { ChatError } from '../../../ports/chat.ts';

/** A person who made a request in Slack. `id`: of this request; the same if Slack sends it again. */
export interface Caller {
  id: string;
  user: string;
  channel: string;
  /** Ids of the workspaces that the request names as its origin. */
  teams: readonly string[];
  /** It may have been done: an earlier process left it, or its dialog was sent before with an outcome that is not known. */
  again?: boolean;
  /** Revision of the environment shown on the clicked card; absent: nothing was clicked. */
  shown?: number | undefined;
  /** The clicked card or dialog showed a release that waits. */
  onlyWaiting?: true | undefined;
  /** The commit that the clicked answer showed as the one that a rollback leaves. */
  leaves?: string | undefined;
  /** Card of the pause that the clicked message showed. */
  pause?: string | undefined;
  /** The end of the freeze that the clicked card or dialog showed. */
  freeze?: number | undefined;
  /** Opens dialogs in answer to this request; absent: it cannot open one, as a mention cannot. */
  dialogs?: Dialogs | undefined;
}

/** How a request was made. What was typed is confirmed; of what was clicked, the card is the answer. */
export type Input = 'typed' | 'clicked';

/** Why a dialog is not open. 'tooLate': its trigger is over, as Slipway was slow, or was started again meanwhile. */
export type NotOpened = 'refused' | 'tooLate';

export const NOT_OPENED = {
  refused: 'Slack did not open the dialog.',
  tooLate: 'Slipway was interrupted, or too slow, and came too late to open the dialog.',
} as const satisfies Record<NotOpened, string>;

/** Opens dialogs for the person who made one request. */
export interface Dialogs {
  /**
   * Opens the dialog that `read` makes, or returns the message that it makes in its place; `read` must not throw.
   * `otherwise`: makes the answer if Slack does not open it. null: it is open. Never throws.
   */
  open(
    name: ModalName,
    read: () => Promise<ModalView | Message>,
    otherwise: (why: NotOpened) => Message,
  ): Promise<Message | null>;
}

/**
 * The person who made the request, as Slack knows them now. Throws `ChatError`: after a failed lookup nothing is done.
 */
export async function requesterOf(services: Pick<ChatServices, 'chat'>, caller: Caller): Promise<Requester> {
  const { id, name, member } = await services.chat.member(caller.user, caller.teams);
  const actor: Person = { kind: 'person', id, name, member };
  const { id: request, shown, onlyWaiting, leaves, pause, freeze } = caller;
  return { id: request, actor, shown, onlyWaiting, leaves, pause, freeze };
}

/** The ids of the workspaces that a request names: Slack omits some and sends null for others. */
export function teamsOf(...ids: (string | null | undefined)[]): string[] {
  return ids.filter((id) => id !== null && id !== undefined);
}

/** A reason or note as it is kept; "…" marks a cut. */
export function shortened(words: string): string {
  const characters = [...words];
  return characters.length <= WORDS_MAX ? words : `${characters.slice(0, WORDS_MAX - 1).join('')}…`;
}

/** Names of the products whose channel this is. A channel that cannot be looked up belongs to no product. */
export async function productsOf(
  services: Pick<ChatServices, 'chat' | 'log' | 'settings' | 'store'>,
  channel: string,
): Promise<string[]> {
  const names: string[] = [];
  for (const product of services.settings.products) {
    try {
      if ((await channelOf(services, product)) === channel) names.push(product.name);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      services.log.info({ err: error, channel: product.channel }, 'a channel could not be looked up');
    }
  }
  return names;
}
