import type { KnownBlock } from '@slack/types';
import { LogLevel, type WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import {
  type ChannelInfo,
  type Chat,
  ChatError,
  type Found,
  type Mark,
  type MemberInfo,
  type Message,
  type Posted,
} from '../../../ports/chat.ts';
import { calling } from './calling.ts';
import { SlackChannels } from './channels.ts';
import { Identity, type WhoWeAre } from './identity.ts';
import { SlackMembers } from './members.ts';
import { SlackPresence } from './presence.ts';
import { SlackGroups } from './user-groups.ts';
import { WatchedClient, type Watching } from './watched-client.ts';

/** `event_type` of the metadata on Slipway's posts. */
const EVENT_TYPE = 'slipway_card';

/** How many permalinks are remembered, and for how long. A message's permalink does not change. */
const LINKS = { max: 10_000, ttl: 24 * 3_600_000 };

/**
 * A Web API client for jobs: with a time limit, since it has none by default; without retries, since callers handle a
 * 429.
 */
export function createWebClient(
  token: string,
  slackApiUrl: string | null,
  timeoutMs: number,
  watching: Watching = {},
): WebClient {
  const options = {
    ...(slackApiUrl === null ? {} : { slackApiUrl }),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // Whoever made a failed call logs it; the client would also write it to the console.
    logLevel: LogLevel.ERROR,
  };
  return new WatchedClient(token, options, watching);
}

/** The chat port on Slack's Web API. */
export class SlackChat implements Chat {
  readonly #client: WebClient;
  readonly #identity: Identity;
  readonly #channels: SlackChannels;
  readonly #members: SlackMembers;
  readonly #permalinks: LRUCache<string, string>;
  readonly #groups: SlackGroups;
  readonly #presence: SlackPresence;

  constructor(client: WebClient, now: () => number) {
    this.#client = client;
    this.#identity = new Identity(client);
    this.#channels = new SlackChannels(client);
    this.#permalinks = new LRUCache({ ...LINKS, perf: { now } });
    this.#members = new SlackMembers(client, this.#identity, now);
    this.#groups = new SlackGroups(client, now, this.#members);
    this.#presence = new SlackPresence(client, now);
  }

  async check(): Promise<void> {
    await this.#identity.ask();
  }

  async self(): Promise<string> {
    return (await this.#identity.get()).userId;
  }

  lookUp(which: string, kept: string | null): Promise<ChannelInfo | null> {
    return this.#channels.lookUp(which, kept);
  }

  knownChannel(which: string): string | null {
    return this.#channels.known(which);
  }

  channel(which: string, kept: string | null = null): Promise<string> {
    return this.#channels.id(which, kept);
  }

  async direct(person: string): Promise<string> {
    const { channel } = await this.#toPerson(() =>
      calling(() => this.#client.conversations.open({ users: person })),
    );
    if (!channel?.id) throw new ChatError('unknown', 'Slack did not say where to write to that person');
    return channel.id;
  }

  async post(
    channel: string,
    message: Message,
    mark: Mark,
    thread?: { ts: string; broadcast: boolean },
  ): Promise<Posted> {
    const content = {
      channel,
      text: message.text,
      ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
      metadata: metadataOf(mark),
      unfurl_links: false,
      unfurl_media: false,
    };
    const { chat } = this.#client;
    const post = () => {
      if (!thread) return chat.postMessage(content);
      const reply = { ...content, thread_ts: thread.ts };
      return thread.broadcast
        ? chat.postMessage({ ...reply, reply_broadcast: true })
        : chat.postMessage({ ...reply, reply_broadcast: false });
    };
    const posted = await (isOfPerson(channel) ? this.#toPerson(() => calling(post)) : calling(post));
    if (!posted.ts || !posted.channel) throw new ChatError('unknown', 'Slack did not say where it posted');
    return { channel: posted.channel, ts: posted.ts };
  }

  async update({ channel, ts }: Posted, message: Message, mark: Mark): Promise<void> {
    await calling(() =>
      this.#client.chat.update({
        channel,
        ts,
        text: message.text,
        blocks: message.blocks,
        metadata: metadataOf(mark),
      }),
    );
  }

  async find(channel: string, card: string, sinceMs: number, threadTs?: string): Promise<Found[]> {
    const us = await this.#identity.get();
    const found: Found[] = [];
    let cursor: string | undefined;
    const oldest = (sinceMs / 1000).toFixed(6);
    do {
      const options = {
        channel,
        oldest,
        limit: 200,
        include_all_metadata: true,
        ...(cursor ? { cursor } : {}),
      };
      const page = await calling(async () =>
        threadTs === undefined
          ? this.#client.conversations.history(options)
          : this.#client.conversations.replies({ ...options, ts: threadTs }),
      );
      for (const message of page.messages ?? []) {
        const mark = isOurs(message, us) ? markOf(message.metadata) : null;
        if (message.ts && mark?.card === card) found.push({ channel, ts: message.ts, mark });
      }
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor);
    return found.sort((a, b) => Number(a.ts) - Number(b.ts));
  }

  async remove({ channel, ts }: Posted): Promise<void> {
    await calling(() => this.#client.chat.delete({ channel, ts }));
  }

  async permalink({ channel, ts }: Posted): Promise<string> {
    const key = `${channel}:${ts}`;
    const known = this.#permalinks.get(key);
    if (known) return known;
    const answer = await calling(() => this.#client.chat.getPermalink({ channel, message_ts: ts }));
    if (!answer.permalink) throw new ChatError('unknown', 'Slack gave no link');
    this.#permalinks.set(key, answer.permalink);
    return answer.permalink;
  }

  channelsOf(person: string): Promise<readonly string[]> {
    return this.#presence.channelsOf(person);
  }

  async publishHome(person: string, blocks: KnownBlock[]): Promise<void> {
    await calling(() => this.#client.views.publish({ user_id: person, view: { type: 'home', blocks } }));
  }

  timezone(person: string): Promise<string | null> {
    return this.#members.timezone(person);
  }

  member(id: string, from: readonly string[] = []): Promise<MemberInfo> {
    return this.#members.member(id, from);
  }

  isAddressOfMember(email: string): Promise<boolean> {
    return this.#members.isAddressOfMember(email);
  }

  /** Treats an inactive account as the person's, unless `auth.test` shows that it is the token's own. */
  async #toPerson<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'account_inactive') throw error;
      await this.#identity.ask();
      const options = { cause: error, fault: { at: 'person' }, code: error.code } as const;
      throw new ChatError('final', error.message, 0, options);
    }
  }

  groupMembers(handle: string): Promise<readonly string[]> {
    return this.#groups.members(handle);
  }

  groupId(handle: string): Promise<string> {
    return this.#groups.id(handle);
  }
}

function metadataOf(mark: Mark): { event_type: string; event_payload: Record<string, string> } {
  return {
    event_type: EVENT_TYPE,
    event_payload: mark.reply === undefined ? { card: mark.card } : { card: mark.card, reply: mark.reply },
  };
}

/** Whether it is a person's id, or the id of a direct conversation. */
export function isOfPerson(channel: unknown): boolean {
  return typeof channel === 'string' && /^[UWD]/.test(channel);
}

/** Whether Slipway posted the message: anybody can put its metadata on a message of their own. */
function isOurs(message: { bot_id?: string; user?: string }, { botId, userId }: WhoWeAre): boolean {
  return message.user === userId || (botId !== null && message.bot_id === botId);
}

const ownMetadata = z.object({
  event_type: z.literal(EVENT_TYPE),
  event_payload: z.object({ card: z.string(), reply: z.string().optional().catch(undefined) }),
});

/** null: without Slipway's metadata. */
function markOf(metadata: unknown): Mark | null {
  const { data } = ownMetadata.safeParse(metadata);
  if (data === undefined) return null;
  const { card, reply } = data.event_payload;
  return reply === undefined ? { card } : { card, reply };
}
