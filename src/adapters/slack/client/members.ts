import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import { IANAZone } from 'luxon';
import * as z from 'zod';
import { ChatError, type MemberInfo } from '../../../ports/chat.ts';
import { calling } from './calling.ts';
import type { Identity } from './identity.ts';
import { workspacesOf } from './membership.ts';

/** How long a membership is remembered, in milliseconds. */
const MEMBER_MS = 60_000;
/** How many people, and how many addresses, are remembered at once. */
const REMEMBERED = 5_000;
/** How many people of a group are looked up at a time. */
const AT_ONCE = 10;

const userAnswer = z.object({
  user: z.object({
    id: z.string().min(1),
    name: z.string().optional(),
    real_name: z.string().nullish(),
    tz: z.string().nullish(),
    profile: z.object({ display_name: z.string().nullish(), email: z.string().nullish() }).optional(),
  }),
});

interface Known {
  info: Omit<MemberInfo, 'member'>;
  timezone: string | null;
  /** Workspaces from which a request of this person may come; null: not a member of this workspace. */
  workspaces: ReadonlySet<string> | null;
}

/** Who people are in this workspace (RULES 24), according to Slack; remembered for a minute. */
export class SlackMembers {
  readonly #client: WebClient;
  readonly #identity: Identity;
  readonly #people: LRUCache<string, Known>;
  readonly #addresses: LRUCache<string, { member: boolean }>;

  /** `remembered`: the most people, and the most addresses, that are kept. */
  constructor(client: WebClient, identity: Identity, now: () => number, remembered = REMEMBERED) {
    this.#client = client;
    this.#identity = identity;
    const bounds = { max: remembered, ttl: MEMBER_MS - 1, ttlResolution: 0, perf: { now } };
    this.#people = new LRUCache(bounds);
    this.#addresses = new LRUCache(bounds);
  }

  /**
   * `from`: the workspaces that a request names as its origin; the person does not count as a member if they are not in
   * all of these. Throws `ChatError`: nobody counts as a member until Slack has identified the workspace and the person.
   */
  async member(id: string, from: readonly string[] = []): Promise<MemberInfo> {
    const { info, workspaces } = await this.#known(id);
    return { ...info, member: workspaces !== null && from.every((team) => workspaces.has(team)) };
  }

  /** Time zone of the person; null: unknown or invalid. Throws `ChatError`. */
  async timezone(id: string): Promise<string | null> {
    return (await this.#known(id)).timezone;
  }

  /** Those who are members. A person unknown to Slack is not. Throws `ChatError`. */
  async membersAmong(ids: readonly string[]): Promise<string[]> {
    const members: string[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE);
      const are = await Promise.all(some.map((id) => this.#isMember(id)));
      members.push(...some.filter((_, index) => are[index]));
    }
    return members;
  }

  /** Whether the address belongs to a member. Throws `ChatError`. */
  async isAddressOfMember(email: string): Promise<boolean> {
    const known = this.#addresses.get(email);
    if (known) return known.member;
    const ours = await this.#identity.get();
    const answer = await orNobody(calling(() => this.#client.users.lookupByEmail({ email })));
    const user = answer?.user;
    if (answer && !user) throw new ChatError('unknown', 'Slack did not say whose address that is');
    const member = user?.id !== undefined && workspacesOf(user.id, user, ours) !== null;
    this.#addresses.set(email, { member });
    return member;
  }

  async #isMember(id: string): Promise<boolean> {
    const known = await orNobody(this.#known(id));
    return known !== null && known.workspaces !== null;
  }

  async #known(id: string): Promise<Known> {
    const known = this.#people.get(id);
    if (known) return known;
    const ours = await this.#identity.get();
    const answer = await calling(() => this.#client.users.info({ user: id }));
    const { data } = userAnswer.safeParse(answer);
    if (!data || data.user.id !== id) throw new ChatError('unknown', 'Slack did not say who that is');
    const { name, real_name, profile, tz } = data.user;
    const found = {
      info: {
        id,
        name: profile?.display_name || real_name || name || id,
        email: profile?.email || null,
      },
      timezone: tz && IANAZone.isValidZone(tz) ? tz : null,
      workspaces: workspacesOf(id, answer.user, ours),
    };
    this.#people.set(id, found);
    return found;
  }
}

/** Slack's codes for a person who does not exist or whom the app may not see. */
const NOBODY = new Set(['user_not_found', 'users_not_found', 'user_not_visible']);

/** null if Slack says that there is no such person: that is an answer, not a failed lookup. */
async function orNobody<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    const cause = error instanceof ChatError ? error.cause : null;
    if (cause instanceof WebAPIPlatformError && NOBODY.has(cause.data.error)) return null;
    throw error;
  }
}
