import type { App } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { ListenerContext } from '../listener-context.ts';
import { registerMentions } from './mention.ts';
import { registerWelcome } from './welcome.ts';

/** How many events are remembered. Slack sends an event again within minutes. */
const REMEMBERED = 5_000;

const delivered = z.object({ event_id: z.string() });

/**
 * Registers the events. An event that Slack delivers again while or after this process handled it is done once; what
 * changes something has its id, so that other processes do it once too.
 */
export function registerEvents(app: App, context: ListenerContext): void {
  const handled = new LRUCache<string, Promise<void>>({ max: REMEMBERED });
  app.use(async ({ body, next }) => {
    const id = delivered.safeParse(body).data?.event_id;
    if (id === undefined) return next();
    const before = handled.get(id);
    if (before) return before;
    const done = next();
    handled.set(id, done);
    // What failed may be tried again.
    await done.catch((error: unknown) => {
      handled.delete(id);
      throw error;
    });
  });
  registerMentions(app, context);
  registerWelcome(app, context);
}
