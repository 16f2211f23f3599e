import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { ChatError } from '../../../ports/chat.ts';
import { calling } from './calling.ts';

/** The identity of the app's token. */
export interface WhoWeAre {
  teamId: string;
  /** null: the workspace does not belong to an Enterprise Grid. */
  enterpriseId: string | null;
  /** null: it is not a bot's token. */
  botId: string | null;
  /** User id of the bot. */
  userId: string;
}

const answer = z.object({
  team_id: z.string().min(1),
  enterprise_id: z.string().nullish(),
  bot_id: z.string().nullish(),
  user_id: z.string().min(1),
});

/** The app's identity. Read once, since a token belongs to one app in one workspace; after a failure it is read again. */
export class Identity {
  readonly #client: WebClient;
  #known: Promise<WhoWeAre> | null = null;

  constructor(client: WebClient) {
    this.#client = client;
  }

  /** Throws `ChatError`. */
  async get(): Promise<WhoWeAre> {
    this.#known ??= this.ask();
    const asked = this.#known;
    try {
      return await asked;
    } catch (error) {
      if (this.#known === asked) this.#known = null;
      throw error;
    }
  }

  /** Asks Slack even if the identity is known. Throws `ChatError`. */
  async ask(): Promise<WhoWeAre> {
    const { data } = answer.safeParse(await calling(() => this.#client.auth.test()));
    if (!data) throw new ChatError('unknown', 'Slack did not identify the app');
    const { team_id: teamId, enterprise_id, bot_id, user_id: userId } = data;
    return { teamId, enterpriseId: enterprise_id || null, botId: bot_id || null, userId };
  }
}
