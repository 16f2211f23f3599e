import type { App } from '@slack/bolt';
import { type OptionsAnswer, optionsAnswer, SLOW } from '../../../../chat/dialogs/prepare/options.ts';
import { CHOOSE_COMMIT, environmentOfBlock } from '../../../../chat/dialogs/prepare/state.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { within } from '../../../../flow/services/within.ts';
import { type Caller, teamsOf } from '../../controllers/caller.ts';
import { forMembers } from '../../controllers/members-only.ts';
import { offeredCommits } from '../../controllers/prepare/prepare.ts';
import type { ListenerContext } from '../listener-context.ts';

/** Slack waits three seconds for options. */
const WITHIN_MS = 2_200;

const NONE: OptionsAnswer = { options: [] };

/** Registers the menu of commits: what it offers for what a person types. Outsiders are offered nothing. */
export function registerOptions(app: App, context: ListenerContext): void {
  app.options<'block_suggestion'>(
    { type: 'block_suggestion', action_id: CHOOSE_COMMIT },
    async ({ ack, body }) => {
      const services = context.services();
      if (!services) return ack(NONE);
      const caller = {
        id: `slack:options:${services.newId()}`,
        user: body.user.id,
        channel: '',
        teams: teamsOf(body.team?.id, body.user.team_id),
      };
      await ack((await within(WITHIN_MS, offered(services, caller, body))) ?? SLOW);
    },
  );
}

async function offered(
  services: ChatServices,
  caller: Caller,
  { block_id: block, value }: { block_id: string; value: string },
): Promise<OptionsAnswer> {
  const environment = environmentOfBlock(block);
  if (environment === null) return NONE;
  const found = await forMembers(services, caller, () =>
    offeredCommits(services, caller, environment, value),
  );
  return 'groups' in found ? optionsAnswer(found) : NONE;
}
