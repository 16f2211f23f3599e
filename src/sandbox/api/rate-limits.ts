import { type Fields, textOf } from '../workspace/json.ts';

/** Calls a minute of Slack's tiers 1 to 4 (SLACK, "Rate"). */
const TIERS = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;

/** Methods that are not named have limits of their own, or none. */
const TIER_OF: Record<string, keyof typeof TIERS> = {
  'apps.connections.open': 1,
  'bots.info': 3,
  'chat.delete': 3,
  'chat.postEphemeral': 4,
  'chat.update': 3,
  'conversations.history': 3,
  'conversations.info': 3,
  'conversations.list': 2,
  'conversations.members': 4,
  'conversations.open': 3,
  'conversations.replies': 3,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'users.conversations': 3,
  'users.info': 4,
  'users.list': 2,
  'users.lookupByEmail': 3,
  'views.open': 4,
  'views.publish': 4,
  'views.push': 4,
  'views.update': 4,
};

const MINUTE_MS = 60_000;
const POST_MS = 1_000;

/** Counts calls, as Slack does for each method and each workspace, and messages of each channel. */
export class RateLimits {
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts the call. Otherwise, in how many seconds it may be tried again; null: it is allowed. */
  take(method: string, args: Fields): number | null {
    if (method === 'chat.postMessage') return this.#count(`${method} ${textOf(args.channel)}`, 1, POST_MS);
    const tier = TIER_OF[method];
    return tier === undefined ? null : this.#count(method, TIERS[tier], MINUTE_MS);
  }

  #count(key: string, most: number, withinMs: number): number | null {
    const now = this.#now();
    const recent = (this.#calls.get(key) ?? []).filter((at) => at > now - withinMs);
    const [oldest = now] = recent;
    const allowed = recent.length < most;
    this.#calls.set(key, allowed ? [...recent, now] : recent);
    return allowed ? null : Math.max(1, Math.ceil((oldest + withinMs - now) / 1000));
  }
}
