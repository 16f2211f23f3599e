import { type WebAPICallResult, WebClient, type WebClientOptions } from '@slack/web-api';
import type { ChatError } from '../../../ports/chat.ts';
import { chatError } from './calling.ts';

/** Is told how every call of a client ended. */
export interface CallWatch {
  succeeded(method: string): void;
  /** `to`: the channel or person that it was about; undefined: none. */
  failed(method: string, to: unknown, error: ChatError): void;
}

/** Slack's client, told on. */
export class WatchedClient extends WebClient {
  readonly #watch: CallWatch | null;

  constructor(token: string, options: WebClientOptions, watch: CallWatch | null) {
    super(token, { ...options, fetch: fetchWithWait });
    this.#watch = watch;
  }

  override async apiCall(method: string, options: Record<string, unknown> = {}): Promise<WebAPICallResult> {
    try {
      const result = await super.apiCall(method, options);
      this.#watch?.succeeded(method);
      return result;
    } catch (error) {
      this.#watch?.failed(method, options.users ?? options.channel, chatError(error));
      throw error;
    }
  }
}

/** Of a 429 that names no time in seconds the client makes an error without a class: this names one. */
const UNNAMED_SECONDS = 30;

const fetchWithWait: typeof fetch = async (...request) => {
  const response = await fetch(...request);
  const named = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  if (response.status !== 429 || named >= 0) return response;
  await response.body?.cancel();
  return new Response(null, { status: 429, headers: { 'retry-after': String(UNNAMED_SECONDS) } });
};
