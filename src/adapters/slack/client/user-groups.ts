import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import { ChatError } from '../../../ports/chat.ts';
import { calling } from './calling.ts';
import type { SlackMembers } from './members.ts';

/** How long the members of a group are remembered, in milliseconds. */
const GROUP_MS = 60_000;
/** How many groups are remembered at once. */
const REMEMBERED = 500;

type Cache<T> = LRUCache<string, Promise<T>>;

/** User groups by handle, remembered for a minute. Concurrent calls share one request to Slack. */
export class SlackGroups {
  readonly #client: WebClient;
  readonly #people: SlackMembers;
  /** Of the one workspace: ids by handle. */
  readonly #workspace: Cache<ReadonlyMap<string, string>>;
  /** User ids by group id. */
  readonly #groups: Cache<readonly string[]>;

  constructor(client: WebClient, now: () => number, people: SlackMembers) {
    this.#client = client;
    this.#people = people;
    const minute = { ttl: GROUP_MS - 1, ttlResolution: 0, perf: { now } };
    this.#workspace = new LRUCache({ ...minute, max: 1 });
    this.#groups = new LRUCache({ ...minute, max: REMEMBERED });
  }

  /** Slack's id of the group; `handle` with `@`. Throws `ChatError`. */
  async id(handle: string): Promise<string> {
    const ids = await cached(this.#workspace, '', () => this.#ids());
    const id = ids.get(handle);
    if (id === undefined) throw new ChatError('final', `Slack has no user group ${handle}`);
    return id;
  }

  /**
   * User ids of those in the group who are members of this workspace: it may also contain partners and guests. Throws
   * `ChatError`.
   */
  async members(handle: string): Promise<readonly string[]> {
    const id = await this.id(handle);
    return cached(this.#groups, id, async () => {
      const { users } = await calling(() => this.#client.usergroups.users.list({ usergroup: id }));
      if (!users) throw new ChatError('unknown', `Slack did not say who is in ${handle}`);
      return this.#people.membersAmong(users);
    });
  }

  /** Disabled groups are left out: they have no members. */
  async #ids(): Promise<ReadonlyMap<string, string>> {
    const { usergroups } = await calling(() => this.#client.usergroups.list({ include_disabled: false }));
    if (!usergroups) throw new ChatError('unknown', 'Slack did not say which user groups there are');
    const known = usergroups.flatMap(({ id, handle }) => (id && handle ? [[`@${handle}`, id] as const] : []));
    return new Map(known);
  }
}

/** What failed is asked again at once. */
async function cached<T>(cache: Cache<T>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const answer = ask();
  cache.set(key, answer);
  try {
    return await answer;
  } catch (error) {
    if (cache.get(key) === answer) cache.delete(key);
    throw error;
  }
}
