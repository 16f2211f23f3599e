import type { App, MessageShortcut } from '@slack/bolt';
import { SHORTCUTS } from '../../../chat/blocks/actions.ts';
import { teamsOf } from '../controllers/caller.ts';
import { STARTING } from '../controllers/change.ts';
import { answerWhereIs } from '../controllers/lookups/where-is.ts';
import { forMembers } from '../controllers/members-only.ts';
import { dialogsOf } from './dialogs/opening.ts';
import { acknowledge, type ListenerContext, respondTo } from './listener-context.ts';

/** Registers the shortcuts in the menu of a message. They work in every channel, with the app in it or not. */
export function registerShortcuts(app: App, context: ListenerContext): void {
  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: SHORTCUTS.whereIs },
    async ({ shortcut, ack, respond, client }) => {
      await acknowledge(ack);
      const services = context.services();
      const { trigger_id: triggerId, user, team, channel, message } = shortcut;
      const to = { client, respond, user: user.id, channel: channel.id };
      if (!services) return respondTo(context, to, STARTING);
      const caller = {
        id: `slack:${triggerId}`,
        user: user.id,
        channel: channel.id,
        teams: teamsOf(team?.id, user.team_id),
        dialogs: dialogsOf({ client, log: context.log, triggerId }),
      };
      const said = await forMembers(services, caller, () => answerWhereIs(services, caller, message));
      await respondTo(context, to, said);
    },
  );
}
