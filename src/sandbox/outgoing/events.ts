import { setTimeout as wait } from 'node:timers/promises';
import type { Delivery, SlackRequest } from '../delivery/delivery.ts';
import type { Fields } from '../workspace/json.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** When an event that was not acknowledged is sent again, in milliseconds after the failure before (SLACK, "Time"). */
export const RETRY_MS: readonly number[] = [0, 60_000, 300_000];

export interface EventsOptions {
  workspace: Workspace;
  delivery: Delivery;
  retryMs: readonly number[];
  now: () => number;
}

/** The scopes without which an app is not sent an event. One of them is enough. */
const NEEDED: Record<string, readonly string[]> = {
  app_mention: ['app_mentions:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  'message.im': ['im:history'],
};

/** Sends the events that the app subscribed to. */
export class Events {
  readonly #options: EventsOptions;
  readonly #closing = new AbortController();

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  /** `name`: as in a manifest, such as `message.im`. Sent without waiting for the bot, as Slack does. */
  send(name: string, event: Fields): void {
    if (!this.#isSubscribed(name)) return;
    const { workspace, now } = this.#options;
    const { team, bot, enterprise } = workspace;
    const payload = {
      token: 'sandbox',
      team_id: team.id,
      api_app_id: bot.appId,
      type: 'event_callback',
      event_id: workspace.ids.next('Ev0'),
      event_time: Math.trunc(now() / 1000),
      event,
      authorizations: [
        {
          enterprise_id: enterprise,
          team_id: team.id,
          user_id: bot.userId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    };
    void this.#deliver({ kind: 'events_api', payload });
  }

  /** Gives up the events that would be sent again. */
  close(): void {
    this.#closing.abort();
  }

  async #deliver(request: SlackRequest): Promise<void> {
    const { delivery, retryMs } = this.#options;
    let answer = await delivery.deliver(request);
    for (const [index, ms] of retryMs.entries()) {
      if (answer.ok || answer.noRetry) return;
      if (!(await this.#pause(ms))) return;
      const { reason = 'unknown_error' } = answer;
      answer = await delivery.deliver({ ...request, retry: { num: index + 1, reason } });
    }
  }

  /** False: the workspace closes. */
  #pause(ms: number): Promise<boolean> {
    const { signal } = this.#closing;
    return wait(ms, true, { signal, ref: false }).catch(() => false);
  }

  #isSubscribed(name: string): boolean {
    const { events, scopes } = this.#options.workspace.app;
    const needed = NEEDED[name];
    const granted = scopes === null || !needed || needed.some((scope) => scopes.includes(scope));
    return granted && (events === null || events.includes(name));
  }
}
