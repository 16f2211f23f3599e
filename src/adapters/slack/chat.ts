import { LogLevel, WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import {
  type Chat,
  ChatError,
  type Found,
  type Mark,
  type MemberInfo,
  type Message,
  type Posted,
} from '../../ports/chat.ts';
import { calling } from './calling.ts';
import { SlackGroups } from './groups.ts';
import { SlackMembers } from './members.ts';

/** `event_type` of the metadata of our posts. */
const EVENT_TYPE = 'slipway_card';

/** How many links are remembered, and how long: a message keeps its own for as long as it is there. */
const LINKS = { max: 10_000, ttl: 24 * 3_600_000 };

/** A client for jobs: time-bound, as it has no limit of its own; no retries, and a 429 is ours to wait for. */
export function createWebClient(token: string, slackApiUrl: string | null, timeoutMs: number): WebClient {
  return new WebClient(token, {
    ...(slackApiUrl === null ? {} : { slackApiUrl }),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // A call that fails is thrown and logged by whoever made it; the client would write it to the console too.
    logLevel: LogLevel.ERROR,
  });
}

/** The chat port on Slack's Web API. */
export class SlackChat implements Chat {
  readonly #client: WebClient;
  readonly #channels = new Map<string, string>();
  readonly #members: SlackMembers;
  readonly #permalinks: LRUCache<string, string>;
  readonly #groups: SlackGroups;

  constructor(client: WebClient, now: () => number) {
    this.#client = client;
    this.#permalinks = new LRUCache({ ...LINKS, perf: { now } });
    this.#members = new SlackMembers(client, now);
    this.#groups = new SlackGroups(client, now, this.#members);
  }

  async channel(name: string): Promise<string> {
    const known = this.#channels.get(name);
    if (known) return known;
    let cursor: string | undefined;
    do {
      const page = await calling(() =>
        this.#client.conversations.list({
          types: 'public_channel,private_channel',
          exclude_archived: true,
          limit: 200,
          ...(cursor ? { cursor } : {}),
        }),
      );
      for (const channel of page.channels ?? []) {
        if (channel.id && channel.name) this.#channels.set(`#${channel.name}`, channel.id);
      }
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor && !this.#channels.has(name));
    const id = this.#channels.get(name);
    if (!id) throw new ChatError('final', `Slack has no channel ${name} that the app can see`);
    return id;
  }

  async direct(person: string): Promise<string> {
    const { channel } = await calling(() => this.#client.conversations.open({ users: person }));
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
      blocks: message.blocks,
      metadata: metadataOf(mark),
      unfurl_links: false,
      unfurl_media: false,
    };
    const { chat } = this.#client;
    const posted = await calling(() => {
      if (!thread) return chat.postMessage(content);
      const reply = { ...content, thread_ts: thread.ts };
      return thread.broadcast
        ? chat.postMessage({ ...reply, reply_broadcast: true })
        : chat.postMessage({ ...reply, reply_broadcast: false });
    });
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
        const mark = markOf(message.metadata);
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

  member(id: string, from: readonly string[] = []): Promise<MemberInfo> {
    return this.#members.member(id, from);
  }

  isAddressOfMember(email: string): Promise<boolean> {
    return this.#members.isAddressOfMember(email);
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

/** null: it is not a post of ours. */
function markOf(metadata: unknown): Mark | null {
  if (typeof metadata !== 'object' || metadata === null) return null;
  const { event_type, event_payload } = metadata as { event_type?: unknown; event_payload?: unknown };
  if (event_type !== EVENT_TYPE || typeof event_payload !== 'object' || event_payload === null) return null;
  const { card, reply } = event_payload as { card?: unknown; reply?: unknown };
  if (typeof card !== 'string') return null;
  return typeof reply === 'string' ? { card, reply } : { card };
}
