import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { ChatError } from '../../../ports/chat.ts';
import { calling } from './calling.ts';

/** How long an answer is remembered, in milliseconds. */
const KNOWN_MS = 60_000;
/** How many people are remembered at once. */
const REMEMBERED = 2_000;
/** Slack's maximum. */
const PAGE = 999;

const listAnswer = z.object({
  channels: z.array(z.object({ id: z.string().min(1) })),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** Which channels people are in, as far as the app sees them: public ones, and private ones that it is in too. */
export class SlackPresence {
  readonly #client: WebClient;
  readonly #channels: LRUCache<string, readonly string[]>;

  constructor(client: WebClient, now: () => number) {
    this.#client = client;
    this.#channels = new LRUCache({
      max: REMEMBERED,
      ttl: KNOWN_MS - 1,
      ttlResolution: 0,
      perf: { now },
    });
  }

  /** See `Chat.channelsOf`. Throws `ChatError`. */
  async channelsOf(person: string): Promise<readonly string[]> {
    const known = this.#channels.get(person);
    if (known) return known;
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { data } = listAnswer.safeParse(
        await calling(() =>
          this.#client.users.conversations({
            user: person,
            types: 'public_channel,private_channel',
            exclude_archived: true,
            limit: PAGE,
            ...(cursor ? { cursor } : {}),
          }),
        ),
      );
      if (!data) throw new ChatError('unknown', 'Slack did not say which channels that person is in');
      ids.push(...data.channels.map(({ id }) => id));
      cursor = data.response_metadata?.next_cursor || undefined;
    } while (cursor);
    this.#channels.set(person, ids);
    return ids;
  }
}
