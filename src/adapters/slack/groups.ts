import type { WebClient } from '@slack/web-api';
import { ChatError } from '../../ports/chat.ts';
import { calling } from './calling.ts';

/** Who is in a group is asked again after so long. */
const GROUP_MS = 60_000;

/** User groups by handle, kept for a minute. Who asks while a call is under way waits for the same answer. */
export class SlackGroups {
  readonly #client: WebClient;
  readonly #now: () => number;
  readonly #kept = new Map<string, { answer: Promise<unknown>; until: number }>();

  constructor(client: WebClient, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  /** Slack's id of the group; `handle` with `@`. Throws `ChatError`. */
  async id(handle: string): Promise<string> {
    const ids = await this.#keep('', () => this.#ids());
    const id = ids.get(handle);
    if (id === undefined) throw new ChatError('final', `Slack has no user group ${handle}`);
    return id;
  }

  /** User ids of those in the group. Throws `ChatError`. */
  async members(handle: string): Promise<readonly string[]> {
    const id = await this.id(handle);
    return this.#keep(id, async () => {
      const { users } = await calling(() => this.#client.usergroups.users.list({ usergroup: id }));
      if (!users) throw new ChatError('unknown', `Slack did not say who is in ${handle}`);
      return users;
    });
  }

  /** Groups that were disabled are left out: they have nobody. */
  async #ids(): Promise<ReadonlyMap<string, string>> {
    const { usergroups } = await calling(() => this.#client.usergroups.list({ include_disabled: false }));
    if (!usergroups) throw new ChatError('unknown', 'Slack did not say which user groups there are');
    const known = usergroups.flatMap(({ id, handle }) => (id && handle ? [[`@${handle}`, id] as const] : []));
    return new Map(known);
  }

  /** What failed is asked again at once. */
  async #keep<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept && kept.until > this.#now()) return kept.answer as Promise<T>;
    const answer = ask();
    this.#kept.set(key, { answer, until: this.#now() + GROUP_MS });
    try {
      return await answer;
    } catch (error) {
      if (this.#kept.get(key)?.answer === answer) this.#kept.delete(key);
      throw error;
    }
  }
}
