import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { type ChannelInfo, ChatError } from '../../../ports/chat.ts';
import { calling } from '../client/calling.ts';
import { channelById, channelPages } from '../client/channels.ts';
import { workspacesOf } from '../client/membership.ts';

/** What Slack says of the bot token. */
export interface AppFacts {
  team: string;
  teamId: string;
  enterpriseId: string | null;
  /** Name of the bot user. */
  name: string;
  isBot: boolean;
  /** What the token may do; null: Slack did not say. */
  scopes: readonly string[] | null;
}

export interface PersonFacts {
  name: string;
  /** `deactivated`: the account is switched off. `other`: a guest, a bot, or somebody of another workspace. */
  is: 'member' | 'deactivated' | 'other';
}

export interface GroupFacts {
  /** With `@`. */
  handle: string;
  disabled: boolean;
  /** User ids of all who are in it. */
  members: readonly string[];
}

const identity = z.object({
  team: z.string(),
  team_id: z.string().min(1),
  enterprise_id: z.string().nullish(),
  user: z.string(),
  bot_id: z.string().nullish(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).nullish(),
});

const userAnswer = z.object({
  user: z.object({
    id: z.string(),
    name: z.string().optional(),
    real_name: z.string().nullish(),
    deleted: z.boolean().optional(),
    profile: z.object({ display_name: z.string().nullish() }).optional(),
  }),
});

const groupsAnswer = z.object({
  usergroups: z.array(
    z.object({
      handle: z.string(),
      date_delete: z.number().nullish(),
      users: z.array(z.string()).nullish(),
    }),
  ),
});

/** Asks Slack about the app and what the configuration names there. Changes nothing. All methods throw `ChatError`. */
export class SlackInspector {
  readonly #client: WebClient;
  /** What was answered to the first call of a method that must not be called again for a while. */
  readonly #limited = new Map<string, ChatError>();

  constructor(client: WebClient) {
    this.#client = client;
  }

  async app(): Promise<AppFacts> {
    const { data } = identity.safeParse(
      await this.#asking('auth.test', () => calling(() => this.#client.auth.test())),
    );
    if (!data) throw new ChatError('unknown', 'Slack gave an unreadable answer');
    const { team, team_id: teamId, enterprise_id, user: name, bot_id, response_metadata } = data;
    return {
      team,
      teamId,
      enterpriseId: enterprise_id || null,
      name,
      isBot: Boolean(bot_id),
      scopes: response_metadata?.scopes ?? null,
    };
  }

  /**
   * The channels with these names (with `#`) or ids, as far as the app sees them. Of several with one name, the one that
   * is not archived.
   */
  async channels(which: readonly string[]): Promise<ReadonlyMap<string, ChannelInfo>> {
    const found = new Map<string, ChannelInfo>();
    await this.#asking('conversations.list', async () => {
      for await (const page of channelPages(this.#client)) {
        for (const info of page) {
          for (const key of [info.id, info.name].filter((key) => which.includes(key)))
            if (found.get(key)?.archived !== false) found.set(key, info);
        }
        if (which.every((key) => found.get(key)?.archived === false)) return;
      }
    });
    return found;
  }

  /** null: there is none, or the app cannot see it. */
  channel(id: string): Promise<ChannelInfo | null> {
    return this.#asking('conversations.info', () => channelById(this.#client, id));
  }

  /** null: there is no such person, or the app cannot see them. */
  async person(id: string, ours: Pick<AppFacts, 'teamId' | 'enterpriseId'>): Promise<PersonFacts | null> {
    try {
      const answer = await this.#asking('users.info', () =>
        calling(() => this.#client.users.info({ user: id })),
      );
      const { data } = userAnswer.safeParse(answer);
      if (!data) throw new ChatError('unknown', 'Slack did not say who that is');
      const { name, real_name, deleted, profile } = data.user;
      const is = workspacesOf(id, answer.user, ours) !== null ? 'member' : deleted ? 'deactivated' : 'other';
      return { name: profile?.display_name || real_name || name || id, is };
    } catch (error) {
      if (error instanceof ChatError && error.fault.at === 'person') return null;
      throw error;
    }
  }

  async groups(): Promise<GroupFacts[]> {
    const answer = await this.#asking('usergroups.list', () =>
      calling(() => this.#client.usergroups.list({ include_disabled: true, include_users: true })),
    );
    const { data } = groupsAnswer.safeParse(answer);
    if (!data) throw new ChatError('unknown', 'Slack did not say which user groups there are');
    return data.usergroups.map(({ handle, date_delete, users }) => ({
      handle: `@${handle}`,
      disabled: Boolean(date_delete),
      members: users ?? [],
    }));
  }

  /**
   * Whether Slack would let the app connect. It answers with the address of a connection, which is not opened: so no
   * request goes past the bots that run. For a client with the app-level token.
   */
  async socketMode(): Promise<void> {
    await this.#asking('apps.connections.open', () => calling(() => this.#client.apps.connections.open({})));
  }

  /** Slack is not asked again by a method that it wants to be called later. */
  async #asking<T>(method: string, ask: () => Promise<T>): Promise<T> {
    const limited = this.#limited.get(method);
    if (limited !== undefined) throw limited;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ChatError && error.kind === 'later') this.#limited.set(method, error);
      throw error;
    }
  }
}
