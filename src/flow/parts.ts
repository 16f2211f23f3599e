import type { Logger } from 'pino';
import type { Mirror } from '../git/mirror.ts';
import type { Chat } from '../ports/chat.ts';
import type { Queue } from '../ports/queue.ts';
import type { Store } from '../ports/store.ts';
import type { BotFacts } from '../runner/environment.ts';
import type { Settings } from './settings.ts';

/** What every stage works with. */
export interface Parts {
  settings: Settings;
  store: Store;
  queue: Queue;
  chat: Chat;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Unique for all time. */
  newId: () => string;
  /** This process; made anew at each start (RULES 1). */
  worker: string;
  /** The local mirror of a product's repository. */
  mirror: (product: string) => Mirror;
  /** Where trees, logs and locks are kept. */
  dataDirectory: string;
  /** The little of the bot's own environment that commands see. */
  bot: BotFacts;
  log: Logger;
}

/** The configuration does not know it: it was removed, or never there. */
export class NotConfigured extends Error {
  constructor(what: string) {
    super(`${what} is not in the configuration`);
    this.name = 'NotConfigured';
  }
}
