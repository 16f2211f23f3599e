import { decideBuild } from '../../domain/decide/build/decide.ts';
import { decideCard } from '../../domain/decide/card/decide.ts';
import { decide } from '../../domain/decide/environment/decide.ts';
import { decidePerson } from '../../domain/decide/person/decide.ts';
import { decideProduct } from '../../domain/decide/product/decide.ts';
import { decideRecords } from '../../domain/decide/records/decide.ts';
import { decideReports } from '../../domain/decide/reports/decide.ts';
import { newBuild } from '../../domain/documents/build.ts';
import { newCard } from '../../domain/documents/card.ts';
import type { Commands } from '../../domain/documents/commands/commands.ts';
import type { AggregateKind, Decision } from '../../domain/documents/document.ts';
import { newEnvironment } from '../../domain/documents/environment.ts';
import { newProduct } from '../../domain/documents/product.ts';
import { newProfile } from '../../domain/documents/profile.ts';
import { newCommitRecord } from '../../domain/documents/records.ts';
import { newReports } from '../../domain/documents/reports.ts';
import { nextCurrentAsk } from '../../domain/gates/current.ts';
import { nextRemoteLook } from '../../domain/gates/followed.ts';
import { nextWork } from '../../domain/gates/gates.ts';
import {
  clockOfBuild,
  clockOfEnvironment,
  clockOfProduct,
  nextChecksLook,
  nextFetch,
  wakeCard,
  wakeRecord,
  wakeReports,
} from '../../domain/gates/wake.ts';
import { parseBuildId, parseEnvironmentId } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { Lane } from '../../ports/queue.ts';
import type { Aggregates } from '../../ports/store.ts';
import type { Services } from '../services/services.ts';
import { buildContext, environmentContext, productContext } from './context/context.ts';
import { cardContext, outboxContext, personContext } from './context/lease-context.ts';
import { concludeDeliveries, storeHistory } from './history.ts';

/** A wake-up that a document needs now. */
export interface WakeUp {
  lane: Lane;
  /** 0: at once. */
  delayMs: number;
}

/** Ids of the effects that were sent and of the processed commands whose audit records were stored. */
export interface Dispatched {
  effects: string[];
  settled: string[];
}

type Times = Pick<Services, 'clock' | 'timing'>;
type NewIds = Pick<Services, 'newId'>;

/** What sets one kind of document apart. Everything else is the same for all kinds. */
export interface DocumentKind<K extends AggregateKind> {
  /** A document that nothing has happened to yet, with revision 0. */
  create: (id: string) => Aggregates[K];
  /** Reads the context and decides. Throws what reading the context throws. */
  decide: (
    services: Services,
    before: Aggregates[K],
    command: Commands[K],
  ) => Promise<Decision<Aggregates[K]>>;
  /** The wake-ups for what the document has to do now. */
  wakeUps: (services: Times, aggregate: Aggregates[K]) => WakeUp[];
  /** The command that applies the passage of time; null: no time has come. */
  tick: (services: Times & NewIds, aggregate: Aggregates[K]) => Commands[K] | null;
  /**
   * Stores what the document keeps for others beside effects and audit records. Returns the command that removes all that
   * was done from the document; null: nothing was.
   */
  afterDispatch: (
    services: Pick<Services, 'store'> & NewIds,
    aggregate: Aggregates[K],
    done: Dispatched,
  ) => Promise<Commands[K] | null>;
  /** The command that ends the claims of all workers but this one; null: no worker claims these documents. */
  workersGone: (services: Pick<Services, 'worker'> & NewIds) => Commands[K] | null;
}

const environments: DocumentKind<'environments'> = {
  create: (id) => {
    const { product, environment } = orThrow(parseEnvironmentId(id), id);
    return newEnvironment(product, environment);
  },
  decide: async (services, before, command) =>
    decide(before, command, await environmentContext(services, before, command)),
  wakeUps({ clock }, environment) {
    const work = nextWork(environment);
    const lane = work?.release.kind === 'rollback' ? 'rollback' : 'deploy';
    return [
      ...ifDue(clock, environment),
      ...(work ? [at(lane)] : []),
      ...(hasCome({ clock }, nextRemoteLook(environment)) ? [at('follow')] : []),
      ...(hasCome({ clock }, nextCurrentAsk(environment)) ? [at('current')] : []),
    ];
  },
  // With relations owed, git could not be read before and may answer now (RULES 19).
  tick: (services, environment) =>
    environment.relationsOwed || hasCome(services, clockOfEnvironment(environment, services.timing.marginMs))
      ? tick(services)
      : null,
  async afterDispatch(services, environment, done) {
    const history = await storeHistory(services, environment);
    if (isNothing(done) && history.releases.length + history.acceptances.length === 0) return null;
    return { ...dispatched(services, done), ...history };
  },
  workersGone,
};

const builds: DocumentKind<'builds'> = {
  create: (id) => {
    const { product, sha } = orThrow(parseBuildId(id), id);
    return newBuild(product, sha);
  },
  decide: async (services, before, command) =>
    decideBuild(before, command, buildContext(services, before, command)),
  wakeUps: ({ clock }, build) => [
    ...ifDue(clock, build),
    ...(build.status === 'requested' ? [at('build')] : []),
    ...(hasCome({ clock }, nextChecksLook(build)) ? [at('fetch')] : []),
  ],
  tick: (services, build) =>
    hasCome(services, clockOfBuild(build, services.timing.marginMs)) ? tick(services) : null,
  afterDispatch: async (services, _build, done) => (isNothing(done) ? null : dispatched(services, done)),
  workersGone,
};

const products: DocumentKind<'products'> = {
  create: newProduct,
  decide: async (services, before, command) =>
    decideProduct(before, command, await productContext(services, before, command)),
  wakeUps: (services, product) => [
    ...ifDue(services.clock, product),
    ...(hasCome(services, nextFetch(product)) ? [at('fetch')] : []),
  ],
  tick: (services, product) => (hasCome(services, clockOfProduct(product)) ? tick(services) : null),
  async afterDispatch(services, product, done) {
    const concluded = await concludeDeliveries(services, product);
    return isNothing(done) && concluded.length === 0 ? null : { ...dispatched(services, done), concluded };
  },
  workersGone: () => null,
};

const cards: DocumentKind<'cards'> = {
  // The first command to a card sets its subject and its product.
  create: (id) => newCard(id, '', { kind: 'push', head: 0, sha: '' }),
  decide: async (services, before, command) => decideCard(before, command, cardContext(services)),
  wakeUps({ clock, timing }, card) {
    const wake = wakeCard(card, timing.cardProgressMs);
    const now = clock.leaseNow();
    // The worker that holds the claim continues by itself, and wakes the card when it gives the claim up.
    const claimed = card.claim !== null && card.claim.until > now;
    return wake === null || claimed ? [] : [at('chat', Math.max(0, wake - now))];
  },
  tick: () => null,
  afterDispatch: async (services, _card, done) => (isNothing(done) ? null : dispatched(services, done)),
  workersGone,
};

const people: DocumentKind<'people'> = {
  create: newProfile,
  decide: async (services, before, command) => decidePerson(before, command, personContext(services)),
  wakeUps: () => [],
  tick: () => null,
  // A profile sends nothing and keeps nothing for the audit.
  afterDispatch: async () => null,
  workersGone: () => null,
};

const reports: DocumentKind<'reports'> = {
  create: (id) => {
    const { product, environment } = orThrow(parseEnvironmentId(id), id);
    return newReports(product, environment);
  },
  decide: async (services, before, command) => decideReports(before, command, outboxContext(services)),
  wakeUps: (services, outbox) => unlessClaimed(services, outbox, 'report', wakeReports(outbox)),
  tick: () => null,
  // It sends nothing and keeps nothing for the audit.
  afterDispatch: async () => null,
  workersGone,
};

const records: DocumentKind<'records'> = {
  create: (id) => {
    const { product, environment } = orThrow(parseEnvironmentId(id), id);
    return newCommitRecord(product, environment);
  },
  decide: async (services, before, command) => decideRecords(before, command, outboxContext(services)),
  wakeUps(services, outbox) {
    const all = unlessClaimed(services, outbox, 'record', wakeRecord(outbox));
    // For a look at what others may have changed the sweep is soon enough.
    return outbox.wanted > outbox.written ? all : all.filter(({ delayMs }) => delayMs === 0);
  },
  tick: () => null,
  // It sends nothing and keeps nothing for the audit.
  afterDispatch: async () => null,
  workersGone,
};

/**
 * The one registry of the kinds of document: a new kind is an entry here, and a part that is left out does not compile.
 */
export const KINDS: { readonly [K in AggregateKind]: DocumentKind<K> } = {
  environments,
  builds,
  products,
  cards,
  people,
  records,
  reports,
};

function at(lane: Lane, delayMs = 0): WakeUp {
  return { lane, delayMs };
}

/** The worker that holds the claim of an outbox continues by itself. */
function unlessClaimed(
  { clock }: Times,
  { claim }: { claim: { until: number } | null },
  lane: Lane,
  wake: number | null,
): WakeUp[] {
  const now = clock.leaseNow();
  const isClaimed = claim !== null && claim.until > now;
  return wake === null || isClaimed ? [] : [at(lane, Math.max(0, wake - now))];
}

/** The lane `tell` dispatches effects and applies the passage of time. */
function ifDue(clock: Services['clock'], { wakeAt }: { wakeAt: number | null }): WakeUp[] {
  return wakeAt !== null && wakeAt <= clock.dueNow() ? [at('tell')] : [];
}

/** `time` null: never. */
function hasCome({ clock }: Pick<Times, 'clock'>, time: number | null): boolean {
  return time !== null && time <= clock.dueNow();
}

function tick({ newId }: NewIds) {
  return { id: newId(), actor: ROBOT, type: 'tick' } as const;
}

function workersGone({ newId, worker }: Pick<Services, 'worker'> & NewIds) {
  return { id: newId(), actor: ROBOT, type: 'workersGone', except: worker } as const;
}

function dispatched({ newId }: NewIds, done: Dispatched) {
  return { id: newId(), actor: ROBOT, type: 'carried', ...done } as const;
}

function isNothing({ effects, settled }: Dispatched): boolean {
  return effects.length + settled.length === 0;
}

/** Throws `TypeError` if the id is not one of this kind of document. */
function orThrow<T>(parsed: T | null, id: string): T {
  if (parsed === null) throw new TypeError(`${id} is not an id of such a document`);
  return parsed;
}
