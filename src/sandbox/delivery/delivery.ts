import type { Fields } from '../workspace/json.ts';

/** A request not acknowledged within three seconds shows `operation_timeout` to the person (SLACK, "Time"). */
export const ACKNOWLEDGE_MS = 3_000;

/** What Slack sends to the bot, whatever the transport. */
export interface SlackRequest {
  /** As Socket Mode names it. */
  kind: 'slash_commands' | 'interactive' | 'events_api';
  payload: Fields;
  /** Of an event that is sent again. */
  retry?: { num: number; reason: string };
}

/**
 * The bot's response to a request of Slack. `error`: as shown to the person. `reason`: as in `X-Slack-Retry-Reason`.
 * `noRetry`: the bot wants an event not to be sent again.
 */
export type Acknowledged =
  | { ok: true; body: Fields }
  | { ok: false; error: string; reason?: string; noRetry?: boolean };

/** Brings Slack's requests to the bot: over HTTP, or over the bot's own connections (Socket Mode). */
export interface Delivery {
  /** Resolves when the bot has acknowledged, or when Slack gave up. */
  deliver(request: SlackRequest): Promise<Acknowledged>;
}
