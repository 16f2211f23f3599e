import { createHmac } from 'node:crypto';
import { fieldsOf, parseJson, textOf } from '../workspace/json.ts';
import type { Acknowledged, Delivery, SlackRequest } from './delivery.ts';

export interface HttpDeliveryOptions {
  signingSecret: string;
  now: () => number;
  acknowledgeMs: number;
  /** The bot's endpoint. null: not set yet. */
  requestUrl(): string | null;
}

const FORM = 'application/x-www-form-urlencoded';

/** Sends signed requests to the bot's endpoint. */
export class HttpDelivery implements Delivery {
  readonly #options: HttpDeliveryOptions;

  constructor(options: HttpDeliveryOptions) {
    this.#options = options;
  }

  async deliver(request: SlackRequest): Promise<Acknowledged> {
    const { signingSecret, now, acknowledgeMs } = this.#options;
    const requestUrl = this.#options.requestUrl();
    if (requestUrl === null) return { ok: false, error: 'dispatch_failed' };
    const { body, type } = encoded(request);
    const timestamp = String(Math.floor(now() / 1000));
    const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    const { retry } = request;
    try {
      const response = await fetch(requestUrl, {
        method: 'POST',
        headers: {
          'content-type': type,
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
          ...(retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
        },
        body,
        signal: AbortSignal.timeout(acknowledgeMs),
      });
      const text = await response.text();
      if (!response.ok) return { ok: false, error: 'dispatch_failed' };
      const parsed = parseJson(text);
      return { ok: true, body: parsed === null && text !== '' ? { text } : fieldsOf(parsed) };
    } catch (error) {
      const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
      return { ok: false, error: timedOut ? 'operation_timeout' : 'dispatch_failed' };
    }
  }
}

/** Commands are forms, interactions JSON in a form's field, events JSON. */
function encoded({ kind, payload }: SlackRequest): { body: string; type: string } {
  switch (kind) {
    case 'slash_commands': {
      const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, textOf(value)]);
      return { body: new URLSearchParams(fields).toString(), type: FORM };
    }
    case 'interactive':
      return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), type: FORM };
    case 'events_api':
      return { body: JSON.stringify(payload), type: 'application/json' };
    default:
      return kind satisfies never;
  }
}
