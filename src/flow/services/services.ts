import type { Logger } from 'pino';
import type { Changes } from '../../git/changes/types.ts';
import type { Mirror } from '../../git/mirror/types.ts';
import type { Pool } from '../../git/trees/types.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import { type Chat, ChatError, type People } from '../../ports/chat.ts';
import type { AskedAbout, Told } from '../../ports/current.ts';
import type { Executor } from '../../ports/executor.ts';
import type { Forges } from '../../ports/forge.ts';
import type { Logs } from '../../ports/logs.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Store } from '../../ports/store.ts';
import type { Traces } from '../../ports/traces.ts';
import type { InheritedValues } from '../../runner/environment.ts';
import type { Enclosure } from '../../runner/guard/types.ts';
import type { Shown } from '../../runner/isolation/bubblewrap.ts';
import type { Engine } from '../../runner/isolation/containers.ts';
import type { Homes } from '../home/homes.ts';
import type { PullRequests } from '../references/pull-requests.ts';
import type { CurrentAddress } from '../settings/current.ts';
import type { Settings } from '../settings/settings.ts';
import type { RemoteTarget } from '../settings/steps.ts';
import type { Clock } from './clock.ts';
import type { Configurations } from './configurations.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import type { Timing } from './timing.ts';
import type { Troubles } from './troubles.ts';

/** Space on a file system, in bytes. */
export interface Space {
  /** What this process may still write. */
  free: number;
  total: number;
}

/**
 * What every stage of the flow works with. When another configuration is taken, `settings` and what follows from it are
 * replaced at once, and never in part: a stage that must stay with what it began with reads it once.
 */
export interface Services {
  settings: Settings;
  store: Store;
  queue: Queue;
  logs: Logs;
  /** The clock of this process. Milliseconds since the epoch. */
  now: () => number;
  /** Tells whether `now` is right, and the time by which leases are counted. */
  clock: Clock;
  timing: Timing;
  /** Makes an id that is unique for all time. */
  newId: () => string;
  /** Which configuration is in force: this process's, or a newer one that another process recorded. */
  configurations: Configurations;
  /** Standing problems, as far as this process knows them. */
  troubles: Troubles;
  metrics: Metrics;
  /** Absent: nobody receives them. */
  traces?: Traces;
  /** Orders this process's writers of one document. */
  turns: KeyedMutex;
  /** Id of this process; new at each start (RULES 1). */
  worker: string;
  /** The local mirror of a product's repository. */
  mirror: (product: string) => Mirror;
  /** Worktrees of a product on this machine, for its commands. */
  trees: (product: string) => Pool;
  /** The repository in which it is recorded what runs. Throws `TypeError` for a product that has none. */
  records: (product: string) => Changes;
  /** A project at a forge of the configuration, such as a product's `forge`; null: there is none. */
  forge: Forges;
  /** The system that carries out a step elsewhere. */
  executor: (target: RemoteTarget) => Promise<Executor>;
  /** Asks an address which commit really runs in an environment. Throws for nothing that its server or the network does. */
  askAddress: (address: CurrentAddress, about: AskedAbout) => Promise<Told>;
  /** Which pull requests commits came with. */
  pullRequests: PullRequests;
  /** The results of builds, whichever machine made them. */
  artifacts: Artifacts;
  /** Free space of the data directory's disk; absent: the system is asked. */
  disk?: () => Promise<Space>;
  /** Where this process keeps mirrors, trees and locks; no other process writes there. */
  dataDirectory: string;
  /** Proof for RULES 4: no guard of an earlier command of this environment or build lives. False: unknown. */
  guardIsGone: (place: string) => boolean;
  /** Aborted when the process begins to stop: work that another worker can do as well is handed back at once. */
  stopping: AbortSignal;
  /** Aborted when the time to stop is nearly over: what still runs is ended and reported as interrupted. */
  ending: AbortSignal;
  /** Looks up people; `NO_PEOPLE` in a process without Slack. Needed only for commands of people. */
  people: People;
  /**
   * Makes the isolated place in which a command sees `shown` and nothing else of ours; null: commands are not isolated.
   * Throws whatever keeps it from being made.
   */
  enclose: (shown: Shown) => Enclosure | null;
  /** Runs commands that name an image; null: no engine is available, or no command names an image. */
  engine: Engine | null;
  /** The few parts of the bot's own environment that commands see. */
  bot: InheritedValues;
  log: Logger;
}

/** Workers have no Slack client: a command that depends on who somebody is cannot be decided there. */
export const NO_PEOPLE: People = {
  member: () => Promise.reject(new ChatError('final', 'this process does not talk to Slack')),
  isAddressOfMember: () => Promise.reject(new ChatError('final', 'this process does not talk to Slack')),
  groupMembers: () => Promise.reject(new ChatError('final', 'this process does not talk to Slack')),
};

/** The services of stages that talk to people; workers do not have them. */
export interface ChatServices extends Services {
  chat: Chat;
  /** The Home tabs that this process keeps up to date. */
  homes: Homes;
}

/** What cards and answers are read from. Not enough to apply a command. */
export type ViewServices = Pick<
  ChatServices,
  'settings' | 'store' | 'logs' | 'mirror' | 'chat' | 'now' | 'log' | 'troubles' | 'pullRequests'
>;
