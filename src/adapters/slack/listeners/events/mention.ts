import type { App } from '@slack/bolt';
import { EDITED } from '../../../../chat/refusals/refusals.ts';
import { teamsOf } from '../../controllers/caller.ts';
import { forMembers } from '../../controllers/members-only.ts';
import { answerMention } from '../../controllers/typed.ts';
import { mentionBody } from '../../requests/events.ts';
import type { ListenerContext } from '../listener-context.ts';
import { tell } from './tell.ts';

/** Registers mentions of the app. They are answered where they were made, to that person alone. */
export function registerMentions(app: App, context: ListenerContext): void {
  app.event('app_mention', async ({ body, client, context: { again } }) => {
    const { event_id, event } = mentionBody.parse(body);
    const { user, channel, text } = event;
    const thread = event.thread_ts ?? undefined;
    const services = context.services();
    if (!services) return;
    const to = { channel, user, thread };
    const teams = teamsOf(event.team, event.user_team, event.source_team);
    const caller = { id: `slack:event:${event_id}`, user, channel, teams, again: again === true };
    const said = await forMembers(services, caller, async () =>
      event.edited ? EDITED : answerMention(services, caller, { text, thread: thread ?? null }),
    );
    await tell(client, context.log, to, said);
  });
}
