import { type WebAPICallResult, WebClient, type WebClientOptions } from '@slack/web-api';
import type { ChatError } from '../../../ports/chat.ts';
import { type Metrics, NO_METRICS } from '../../../ports/metrics.ts';
import { chatError } from './calling.ts';
import { measuredFetch } from './measured-fetch.ts';

/** Gets the result of every call of a client. */
export interface CallWatch {
  succeeded(method: string): void;
  /** `to`: the channel or person that the call was about; undefined: none. */
  failed(method: string, to: unknown, error: ChatError): void;
}

/** Who hears of calls; absent: nobody. */
export interface Watching {
  watch?: CallWatch;
  metrics?: Metrics;
  /** Sends the requests. Absent: the global `fetch`. */
  fetching?: typeof fetch;
}

/** Slack's client, with the result of each call reported to a `CallWatch`. */
export class WatchedClient extends WebClient {
  readonly #watch: CallWatch | undefined;

  constructor(
    token: string,
    options: WebClientOptions,
    { watch, metrics = NO_METRICS, fetching = fetch }: Watching = {},
  ) {
    super(token, { ...options, fetch: fetchWithWait(measuredFetch(metrics, fetching)) });
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

/** Wait for a 429 that names no time in seconds. Without a time the client would throw an error without a class. */
const UNNAMED_SECONDS = 30;

const fetchWithWait =
  (fetching: typeof fetch): typeof fetch =>
  async (...request) => {
    const response = await fetching(...request);
    const named = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
    if (response.status !== 429 || named >= 0) return response;
    await response.body?.cancel();
    return new Response(null, { status: 429, headers: { 'retry-after': String(UNNAMED_SECONDS) } });
  };
