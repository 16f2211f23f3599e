import type { Fields } from '../workspace/json.ts';

/** A request of Slack to the bot, whichever way it goes. The kinds are the types of Socket Mode's envelopes. */
export interface SlackRequest {
  kind: 'slash_commands' | 'interactive' | 'events_api';
  payload: Fields;
  /** An event that is sent again: how often already, and why. */
  retry?: { num: number; reason: FailureReason };
}

/** As in `X-Slack-Retry-Reason`. */
export type FailureReason = 'http_timeout' | 'http_error' | 'connection_failed';

/** The bot's response to a request. `error`: as shown to the person. */
export type Acknowledged =
  | { ok: true; body: Fields }
  | { ok: false; error: 'operation_timeout' | 'dispatch_failed'; reason: FailureReason };

/** How requests get to the bot. */
export interface Delivery {
  /** Resolves when the bot has acknowledged, or when Slack gave up waiting. */
  deliver(request: SlackRequest): Promise<Acknowledged>;
}

/** A request not acknowledged within three seconds shows `operation_timeout` to the person (SLACK, "Time"). */
export const ACKNOWLEDGE_MS = 3_000;
