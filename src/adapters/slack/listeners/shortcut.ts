import type { App, MessageShortcut } from '@slack/bolt';
import { SHORTCUTS } from '../../../chat/blocks/actions.ts';
import { acknowledge } from './listener-context.ts';

/** Registers the shortcuts in the menu of a message. */
export function registerShortcuts(app: App): void {
  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: SHORTCUTS.whereIs },
    async ({ ack }) => {
      await acknowledge(ack);
    },
  );
}
