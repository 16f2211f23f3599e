import { createHmac } from 'node:crypto';
import { type Fields, fieldsOf, parseJson } from '../workspace/json.ts';
import type { Acknowledged, Delivery, SlackRequest } from './delivery.ts';

export interface HttpDeliveryOptions {
  signingSecret: string;
  now: () => number;
  acknowledgeMs: number;
  /** The bot's endpoint. null: not set yet. */
  requestUrl(): string | null;
}

/** Sends requests to the bot's endpoint, signed as Slack signs them. */
export class HttpDelivery implements Delivery {
  readonly #options: HttpDeliveryOptions;

  constructor(options: HttpDeliveryOptions) {
    this.#options = options;
  }

  async deliver(request: SlackRequest): Promise<Acknowledged> {
    const { signingSecret, now, acknowledgeMs } = this.#options;
    const requestUrl = this.#options.requestUrl();
    if (requestUrl === null) return failed('connection_failed');
    const { body, type } = bodyOf(request);
    const timestamp = String(Math.floor(now() / 1000));
    const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    try {
      const response = await fetch(requestUrl, {
        method: 'POST',
        headers: {
          'content-type': type,
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
          ...retryHeaders(request),
        },
        body,
        signal: AbortSignal.timeout(acknowledgeMs),
      });
      const text = await response.text();
      const noRetry = response.headers.get('x-slack-no-retry') === '1';
      if (!response.ok) return { ...failed('http_error'), noRetry };
      const parsed = parseJson(text);
      return { ok: true, body: parsed === null && text !== '' ? { text } : fieldsOf(parsed) };
    } catch (error) {
      const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
      return failed(timedOut ? 'http_timeout' : 'connection_failed');
    }
  }
}

function failed(reason: 'http_timeout' | 'http_error' | 'connection_failed') {
  return {
    ok: false as const,
    error: reason === 'http_timeout' ? 'operation_timeout' : 'dispatch_failed',
    reason,
  };
}

/** Events are JSON. Commands are forms, and interactions are forms with one field. */
function bodyOf({ kind, payload }: SlackRequest): { body: string; type: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), type: 'application/json' };
  const form =
    kind === 'interactive'
      ? new URLSearchParams({ payload: JSON.stringify(payload) })
      : new URLSearchParams(textsOf(payload));
  return { body: form.toString(), type: 'application/x-www-form-urlencoded' };
}

function textsOf(payload: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));
}

function retryHeaders({ retry }: SlackRequest): Record<string, string> {
  if (!retry) return {};
  return { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason };
}
