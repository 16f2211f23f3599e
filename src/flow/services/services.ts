import type { Logger } from 'pino';
import type { Mirror } from '../../git/mirror/mirror.ts';
import type { Pool } from '../../git/trees/pool.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import { type Chat, ChatError, type People } from '../../ports/chat.ts';
import type { Logs } from '../../ports/logs.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Store } from '../../ports/store.ts';
import type { BotFacts } from '../../runner/environment.ts';
import type { Enclosure } from '../../runner/guard/types.ts';
import type { Shown } from '../../runner/isolation/bubblewrap.ts';
import type { Engine } from '../../runner/isolation/containers.ts';
import type { Clock } from './clock.ts';
import type { Configurations } from './configurations.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import type { Settings } from './settings.ts';
import type { Timing } from './timing.ts';
import type { Troubles } from './troubles.ts';

/** Of a file system, in bytes. */
export interface Space {
  /** What this process may still write. */
  free: number;
  total: number;
}

/** What every stage works with. */
export interface Services {
  settings: Settings;
  store: Store;
  queue: Queue;
  logs: Logs;
  /** The clock of this process. Milliseconds since the epoch. */
  now: () => number;
  /** Whether that is right, and what leases are counted by. */
  clock: Clock;
  timing: Timing;
  /** Unique for all time. */
  newId: () => string;
  /** Which configuration decides: this process's, or a newer one that another recorded. */
  configurations: Configurations;
  /** Standing problems, as this process knows them. */
  troubles: Troubles;
  /** Of this process's writers. */
  turns: KeyedMutex;
  /** This process; made anew at each start (RULES 1). */
  worker: string;
  /** The local mirror of a product's repository. */
  mirror: (product: string) => Mirror;
  /** Worktrees of a product on this machine, for its commands. */
  trees: (product: string) => Pool;
  /** What builds made, on whatever machine. */
  artifacts: Artifacts;
  /** Free space where the data directory is; absent: as the system says. */
  disk?: () => Promise<Space>;
  /** Where this process keeps mirrors, trees and locks; nobody else writes there. */
  dataDirectory: string;
  /** Proof for RULES 4: no guard of an earlier command of this environment or build lives. False: nobody can know. */
  guardIsGone: (place: string) => boolean;
  /** Aborted when the process begins to stop: what another worker can do as well is handed back at once. */
  stopping: AbortSignal;
  /** Aborted when the time to stop is nearly over: what still runs is ended, and said to be interrupted. */
  ending: AbortSignal;
  /** Who people are; in a process without Slack, `NO_PEOPLE`. Only commands of people ask. */
  people: People;
  /**
   * The place that a command runs in, where it has what is shown and nothing else of ours. null: commands are kept from nothing. Throws what
   * keeps it from being made.
   */
  enclose: (shown: Shown) => Enclosure | null;
  /** Runs commands that name an image; null: there is none here, or no command names one. */
  engine: Engine | null;
  /** The little of the bot's own environment that commands see. */
  bot: BotFacts;
  log: Logger;
}

/** A worker has no way to Slack: what needs to know who somebody is cannot be decided there. */
export const NO_PEOPLE: People = {
  member: () => Promise.reject(new ChatError('final', 'this process does not talk to Slack')),
  isAddressOfMember: () => Promise.reject(new ChatError('final', 'this process does not talk to Slack')),
  groupMembers: () => Promise.reject(new ChatError('final', 'this process does not talk to Slack')),
};

/** What a stage works with that talks to people; a worker does without. */
export interface ChatServices extends Services {
  chat: Chat;
}
