import type { App, BlockAction } from '@slack/bolt';
import * as z from 'zod';
import { decodePage } from '../../../chat/blocks/action-values.ts';
import { HOME_ACTIONS, type HomeActionName, homeActionOf } from '../../../chat/blocks/actions.ts';
import { homeForOthers } from '../../../chat/home/home.ts';
import { chosenSwitches } from '../../../chat/home/switches.ts';
import { NOT_MEMBER } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import { enterHome } from '../../../flow/home/enter-home.ts';
import { showHome } from '../../../flow/home/show-home.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { type Caller, teamsOf } from '../controllers/caller.ts';
import { forMembers } from '../controllers/members-only.ts';
import { acknowledge, type ListenerContext } from './listener-context.ts';

type HomeEntry = Parameters<typeof enterHome>[2];

/** Registers the Home tab: that it was opened, and what turns it to another page or switches messages on and off. */
export function registerHome(app: App, context: ListenerContext): void {
  app.event('app_home_opened', async ({ event, body }) => {
    const services = context.services();
    if (!services || event.tab !== 'home') return;
    const caller = {
      id: `slack:${body.event_id}`,
      user: event.user,
      channel: '',
      teams: teamsOf(body.team_id),
    };
    await enter(services, caller, { type: 'homeOpened' });
  });
  app.action<BlockAction>(IS_HOME, async ({ body, action, ack }) => {
    await acknowledge(ack);
    const services = context.services();
    const wish = wishOf(action);
    if (!services || wish === null) return;
    const teams = teamsOf(body.team?.id, body.user.team_id);
    await enter(services, { id: `slack:${body.trigger_id}`, user: body.user.id, channel: '', teams }, wish);
  });
}

/** Any of the tab's own actions, which may end with a number. */
const IS_HOME = new RegExp(`^(?:${Object.values(HOME_ACTIONS).join('|')})(?:\\.\\d+)?$`);

/** Shows the tab, or in its place why not. */
async function enter(services: ChatServices, caller: Caller, wish: HomeEntry): Promise<void> {
  const said = await forMembers(services, caller, async () => {
    await enterHome(services, caller.user, wish);
    return null;
  });
  if (said !== null) await showInstead(services, caller.user, said);
}

async function showInstead(services: ChatServices, user: string, said: Message): Promise<void> {
  const blocks = said === NOT_MEMBER ? homeForOthers() : said.blocks;
  await services.chat
    .publishHome(user, blocks)
    .catch((error: unknown) => services.log.warn({ err: error }, 'a Home tab could not be shown'));
}

/** Draws the tab again after a click in it. That it was done does not depend on this, and the tab follows later anyway. */
export async function followHome(services: ChatServices, user: string): Promise<void> {
  await showHome(services, user, 'used').catch((error: unknown) =>
    services.log.info({ err: error }, 'a Home tab could not be shown'),
  );
}

const clicked = z.object({
  action_id: z.string(),
  /** Seconds since the epoch, with six decimals. */
  action_ts: z.coerce.number().positive(),
  value: z.string().nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});

/** Longest text that products are searched by; the input takes no more. */
const SEARCH_MAX = 80;

/** null: it cannot be read. */
function wishOf(action: unknown): HomeEntry | null {
  const { data } = clicked.safeParse(action);
  const name: HomeActionName | null = data ? homeActionOf(data.action_id) : null;
  if (!data || !name) return null;
  const clickedAt = Math.round(data.action_ts * 1_000_000);
  switch (name) {
    case 'page': {
      const turned = decodePage(data.value ?? '');
      return turned && { type: 'homeTurned', ...turned, clickedAt };
    }
    case 'search':
      return { type: 'homeTurned', page: 0, search: (data.value ?? '').slice(0, SEARCH_MAX), clickedAt };
    case 'switches': {
      const values = (data.selected_options ?? []).map(({ value }) => value);
      return { type: 'switched', switches: chosenSwitches(values), clickedAt };
    }
    default:
      return name satisfies never;
  }
}
