import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { ModalName } from '../../../../chat/blocks/actions.ts';
import { answeredModal, loadingModal } from '../../../../chat/dialogs/frame.ts';
import { erroredMessage } from '../../../../chat/refusals/refusals.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { within } from '../../../../flow/services/within.ts';
import { chatError } from '../../client/calling.ts';
import type { Dialogs, NotOpened } from '../../controllers/caller.ts';
import { isView } from '../../controllers/dialogs/reasons.ts';
import { isOver } from './redraws.ts';

/**
 * What is read for a dialog may take so long, in milliseconds since the request came: a `trigger_id` lives three seconds,
 * and Slack has to be called with it.
 */
const READ_WITHIN_MS = 1_500;

/** Where a dialog is opened from. */
export interface Opening {
  client: WebClient;
  log: Logger;
  /** Valid for three seconds, and only once. */
  triggerId: string;
  /** The request came from a dialog, so the next one is put on top of it. */
  inDialog?: boolean;
  /** Called when a dialog was opened. */
  opened?: () => void;
}

/** Opens dialogs with the trigger of one request. */
export function dialogsOf(opening: Opening): Dialogs {
  const start = performance.now();
  return {
    async open(name, read, otherwise) {
      const made = read();
      const first = await within(READ_WITHIN_MS - (performance.now() - start), made);
      if (first) return isView(first) ? openView(opening, first, otherwise) : first;
      return openLoading(opening, name, () => made, otherwise);
    },
  };
}

/** Opens a dialog; null: it is open, else the answer to give. */
export async function openView(
  opening: Opening,
  view: ModalView,
  otherwise: (why: NotOpened) => Message,
): Promise<Message | null> {
  const opened = await open(opening, view);
  return 'why' in opened ? otherwise(opened.why) : null;
}

/**
 * Opens a dialog that says "Loading" before its trigger expires, and fills it with what `read` makes. `read` must not
 * throw. null: it is open, or was closed meanwhile.
 */
export async function openLoading(
  opening: Opening,
  name: ModalName,
  read: () => Promise<ModalView | Message>,
  otherwise: (why: NotOpened) => Message,
): Promise<Message | null> {
  const loading = loadingModal(name);
  const opened = await open(opening, loading);
  const made = await read();
  if ('why' in opened) return isView(made) ? otherwise(opened.why) : made;
  const view = isView(made) ? made : answeredModal(loading, made);
  try {
    await opening.client.views.update({ view_id: opened.id, hash: opened.hash, view });
    return null;
  } catch (error) {
    if (isOver(error)) return isView(made) ? null : made;
    opening.log.warn({ err: error }, 'a modal could not be filled');
    return isView(made) ? NOT_FILLED : made;
  }
}

const NOT_FILLED = erroredMessage('Slack did not fill the dialog.', 'none', 'Close it, and click once more.');

/** Slack's errors for a trigger that is over. */
const LATE: ReadonlySet<unknown> = new Set(['expired_trigger_id', 'exchanged_trigger_id']);

async function open(
  { client, log, triggerId, inDialog, opened }: Opening,
  view: ModalView,
): Promise<{ id: string; hash: string } | { why: NotOpened }> {
  const args = { trigger_id: triggerId, view };
  try {
    const { view: shown } = await (inDialog ? client.views.push(args) : client.views.open(args));
    opened?.();
    return { id: shown?.id ?? '', hash: shown?.hash ?? '' };
  } catch (error) {
    log.warn({ err: error }, 'a modal could not be opened');
    return { why: LATE.has(chatError(error).code) ? 'tooLate' : 'refused' };
  }
}
