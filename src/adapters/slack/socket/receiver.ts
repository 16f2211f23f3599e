import type { App, Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Troubles } from '../../../flow/services/troubles.ts';
import type { Metrics } from '../../../ports/metrics.ts';
import { calling } from '../client/calling.ts';
import { createWebClient } from '../client/slack-chat.ts';
import { judge } from '../requests/edge.ts';
import type { Acknowledge } from './connection.ts';
import { Connections, type SocketTiming } from './connections.ts';
import type { Envelope } from './frames.ts';

export interface SocketReceiverOptions {
  appToken: string;
  /** null: Slack's own URL. */
  slackApiUrl: string | null;
  /** Time limit of a call to Slack, in milliseconds. */
  timeoutMs: number;
  /** Absent: nothing is measured. */
  metrics?: Metrics;
  troubles: Troubles;
  log: Logger;
  timing?: Partial<SocketTiming>;
}

/** Gives Bolt the requests that come in over connections of our own (Socket Mode), after the payload check. */
export class SocketReceiver implements Receiver {
  readonly #log: Logger;
  readonly #connections: Connections;
  #app: App | null = null;

  constructor({ appToken, slackApiUrl, timeoutMs, metrics, troubles, log, timing }: SocketReceiverOptions) {
    this.#log = log;
    const client = createWebClient(appToken, slackApiUrl, timeoutMs, metrics ? { metrics } : {});
    this.#connections = new Connections({
      address: async () => (await calling(() => client.apps.connections.open({}))).url ?? '',
      request: (envelope, acknowledge) => void this.#receive(envelope, acknowledge),
      troubles,
      log,
      ...(timing === undefined ? {} : { timing }),
    });
  }

  init(app: App): void {
    this.#app = app;
  }

  /** How many connections can take requests now. */
  get open(): number {
    return this.#connections.open;
  }

  async start(): Promise<void> {
    this.#connections.start();
  }

  stop(): Promise<void> {
    return this.#connections.stop();
  }

  async #receive({ payload, retry }: Envelope, acknowledge: Acknowledge): Promise<void> {
    const verdict = judge(this.#log, payload);
    try {
      switch (verdict.kind) {
        case 'known':
          await this.#app?.processEvent({
            body: payload as Record<string, unknown>,
            ack: async (body) => acknowledge(body === undefined || body === '' ? undefined : body),
            ...(retry === null ? {} : { retryNum: retry.num, retryReason: retry.reason }),
          });
          return;
        case 'ignored':
          await acknowledge(verdict.answer ?? undefined);
          return;
        case 'refused':
          // Without an answer its sender sees that nothing happened.
          return;
        default:
          verdict satisfies never;
      }
    } catch (error) {
      this.#log.error({ err: error }, 'a request of Slack failed');
    }
  }
}
