import type { App } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { directHint, type WelcomedProduct, welcomeMessage } from '../../../../chat/answers/help/welcome.ts';
import type { Message } from '../../../../chat/view-model.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import type { ProductSettings } from '../../../../flow/settings/settings.ts';
import { productsJoined } from '../../../../flow/upkeep/joined.ts';
import { calling } from '../../client/calling.ts';
import { teamsOf } from '../../controllers/caller.ts';
import { forMembers } from '../../controllers/members-only.ts';
import { directBody, joinedBody } from '../../requests/events.ts';
import type { ListenerContext } from '../listener-context.ts';

/** One person gets the hint about direct messages once in this time, in milliseconds. */
const HINT_MS = 3_600_000;
/** So many people are remembered for it. */
const HINTED = 10_000;

/** Registers what the app says by itself: when it comes into a channel, and to people who write to it directly. */
export function registerWelcome(app: App, context: ListenerContext): void {
  app.event('member_joined_channel', async ({ body, client }) => {
    const { event_id, event } = joinedBody.parse(body);
    const services = context.services();
    if (!services || event.user !== (await services.chat.self())) return;
    const { channel } = event;
    const message = await welcomeIn(services, channel);
    if (message === null) return;
    // Whichever process the event was delivered to, and however often: one welcome for one invitation.
    const record = { id: `slack:${event_id}`, product: '', at: services.now(), outcome: 'a welcome' };
    if ((await services.store.addDelivery(record)) === 'seen') return;
    await calling(() => client.chat.postMessage({ channel, ...message, unfurl_links: false }));
  });

  const hinted = new LRUCache<string, number>({ max: HINTED });
  app.event('message', async ({ body, client }) => {
    const { event_id, event } = directBody.parse(body);
    const services = context.services();
    const { user, channel } = event;
    if (!services || user === (await services.chat.self())) return;
    const now = services.now();
    if (now - (hinted.get(user) ?? Number.NEGATIVE_INFINITY) < HINT_MS) return;
    hinted.set(user, now);
    const teams = teamsOf(event.team, event.user_team, event.source_team);
    const caller = { id: `slack:event:${event_id}`, user, channel, teams };
    const said = await forMembers(services, caller, async () => directHint());
    await calling(() => client.chat.postMessage({ channel, ...said })).catch((error: unknown) => {
      hinted.delete(user);
      throw error;
    });
  });
}

/** null: Slack shows no such channel. */
async function welcomeIn(services: ChatServices, id: string): Promise<Message | null> {
  const channel = await services.chat.lookUp(id, null);
  if (channel === null) return null;
  const products = (await productsJoined(services, channel)).map(welcomed);
  return welcomeMessage({ channel, products });
}

function welcomed({ name, environments }: ProductSettings): WelcomedProduct {
  return {
    name,
    environments: environments.map(({ policy }) => ({
      name: policy.name,
      byPeople: policy.mode === 'approval',
    })),
  };
}
