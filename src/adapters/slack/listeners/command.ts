import type { App } from '@slack/bolt';
import { teamsOf } from '../controllers/caller.ts';
import { STARTING } from '../controllers/change.ts';
import { forMembers } from '../controllers/members-only.ts';
import { answerCommand } from '../controllers/typed.ts';
import { dialogsOf } from './dialogs/opening.ts';
import { acknowledge, type ListenerContext, respondTo } from './listener-context.ts';

/** Registers `/release`: acknowledged at once, then answered ephemerally. */
export function registerCommand(app: App, context: ListenerContext): void {
  app.command('/release', async ({ command, ack, respond, client, context: { again } }) => {
    await acknowledge(ack);
    const services = context.services();
    const caller = {
      id: `slack:${command.trigger_id}`,
      user: command.user_id,
      channel: command.channel_id,
      teams: teamsOf(command.team_id),
      again: again === true,
      dialogs: dialogsOf({ client, log: context.log, triggerId: command.trigger_id }),
    };
    const to = { client, respond, user: command.user_id, channel: command.channel_id };
    if (!services) return respondTo(context, to, STARTING);
    const answer = () => answerCommand(services, caller, command.text ?? '');
    await respondTo(context, to, await forMembers(services, caller, answer));
  });
}
