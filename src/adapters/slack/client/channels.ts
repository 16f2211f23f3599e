import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { type ChannelInfo, ChatError } from '../../../ports/chat.ts';
import { calling } from './calling.ts';

const channel = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  is_archived: z.boolean().optional(),
  is_member: z.boolean().optional(),
});

const infoAnswer = z.object({ channel });
const listAnswer = z.object({
  channels: z.array(channel),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** Slack's maximum: large workspaces have thousands of channels, and the rate limit is about twenty calls a minute. */
const PAGE = 1000;

/** Looks up channels by `#name` or id. Found ids are remembered: they stay the same when a channel is renamed. */
export class SlackChannels {
  readonly #client: WebClient;
  readonly #ids = new Map<string, string>();

  constructor(client: WebClient) {
    this.#client = client;
  }

  /** The remembered id; null: not looked up yet. */
  known(which: string): string | null {
    return this.#ids.get(which) ?? null;
  }

  /**
   * The channel's id, remembered or looked up. `kept`: its id when it was found earlier; null: never. Throws `ChatError`.
   */
  async id(which: string, kept: string | null): Promise<string> {
    const known = this.known(which);
    if (known !== null) return known;
    const found = await this.lookUp(which, kept);
    if (found) return found.id;
    const options = { fault: { at: 'channel' }, code: 'channel_not_found' } as const;
    throw new ChatError(
      'final',
      `Slack has no channel ${which} that the app can see (channel_not_found)`,
      0,
      options,
    );
  }

  /** See `Chat.lookUp`. Throws `ChatError`. */
  async lookUp(which: string, kept: string | null): Promise<ChannelInfo | null> {
    const found = await this.#find(which, kept);
    if (found) this.#ids.set(which, found.id);
    else this.#ids.delete(which);
    return found;
  }

  async #find(which: string, kept: string | null): Promise<ChannelInfo | null> {
    if (!which.startsWith('#')) return channelById(this.#client, which);
    const before = kept === null ? null : await channelById(this.#client, kept);
    if (before && before.name === which && !before.archived) return before;
    return (await this.#named(which)) ?? before;
  }

  /** Prefers a channel that is not archived: an archived one may keep its name. */
  async #named(name: string): Promise<ChannelInfo | null> {
    let archived: ChannelInfo | null = null;
    for await (const page of channelPages(this.#client)) {
      for (const found of page.filter((info) => info.name === name)) {
        if (!found.archived) return found;
        archived ??= found;
      }
    }
    return archived;
  }
}

/** The channel with this id; null: there is none, or the app cannot see it. Throws `ChatError`. */
export async function channelById(client: WebClient, id: string): Promise<ChannelInfo | null> {
  try {
    const { data } = infoAnswer.safeParse(await calling(() => client.conversations.info({ channel: id })));
    if (!data) throw new ChatError('unknown', 'Slack did not say what that channel is');
    return infoOf(data.channel);
  } catch (error) {
    if (error instanceof ChatError && error.fault.at === 'channel') return null;
    throw error;
  }
}

/** All channels that the app can see, page by page: archived ones too. Throws `ChatError`. */
export async function* channelPages(client: WebClient): AsyncGenerator<ChannelInfo[]> {
  let cursor: string | undefined;
  do {
    const { data } = listAnswer.safeParse(
      await calling(() =>
        client.conversations.list({
          types: 'public_channel,private_channel',
          limit: PAGE,
          ...(cursor ? { cursor } : {}),
        }),
      ),
    );
    if (!data) throw new ChatError('unknown', 'Slack did not say which channels there are');
    yield data.channels.map(infoOf);
    cursor = data.response_metadata?.next_cursor || undefined;
  } while (cursor);
}

function infoOf({ id, name, is_archived, is_member }: z.infer<typeof channel>): ChannelInfo {
  return { id, name: `#${name}`, archived: is_archived === true, joined: is_member !== false };
}
