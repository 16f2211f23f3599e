import { answerBefore } from '../../domain/decide/shared/finish.ts';
import type { Command, Commands } from '../../domain/documents/commands/commands.ts';
import {
  type Aggregate,
  type AggregateKind,
  type Answer,
  type Decision,
  type Effect,
  SETTLED_KEPT,
} from '../../domain/documents/document.ts';
import { type Aggregates, DamagedDocument, StoreError } from '../../ports/store.ts';
import { OutcomeUnknown } from '../services/errors.ts';
import type { Services } from '../services/services.ts';
import { endedBetween } from '../telemetry/ended.ts';
import { spansBetween } from '../telemetry/spans.ts';
import { enqueueWakeUps } from './enqueue.ts';
import { KINDS } from './kinds.ts';

/** The result of applying one command. */
export interface Applied<K extends AggregateKind> {
  answer: Answer;
  /** As stored after the command. */
  aggregate: Aggregates[K];
}

/** Every lost race means that another writer made progress; this many in a row mean that something is wrong. */
const RACES = 500;

/**
 * Commands of a worker that holds a lease. They do not queue behind other writers, so that its lease does not end because
 * many people click at once.
 */
const WAITS_FOR_NOBODY: ReadonlySet<Command['type']> = new Set([
  'renew',
  'renewBuild',
  'report',
  'reportBuild',
]);

/**
 * The only writer of documents (DESIGN §4): loads, decides, and saves under the revision that was read. After a lost race
 * it decides again from a fresh read. After a write of unknown outcome it first looks for the command id. The same
 * command id always gets the same answer. `known`: the document as the caller has just read or written it, which saves
 * the first read; if it is outdated, the save reports a conflict and a fresh one is read.
 * Throws `OutcomeUnknown` when it is unknown whether the command was processed; the same command may be applied again.
 * With every other error it was not: `StoreError` when the store cannot be read, and what reading the context throws.
 */
export async function apply<K extends AggregateKind>(
  services: Services,
  kind: K,
  id: string,
  command: Commands[K],
  known: Aggregates[K] | null = null,
): Promise<Applied<K>> {
  const first = await once(services, kind, id, command, known);
  const retry = () => again(services, kind, id, command);
  const waits = !WAITS_FOR_NOBODY.has(command.type);
  const { written, ...applied } =
    first ?? (await (waits ? services.turns.take(`${kind} ${id}`, retry) : retry()));
  // Effects that remain after a dispatch existed before, and their wake-up was sent then.
  if (written && command.type !== 'carried') await enqueueWakeUps(services, kind, applied.aggregate);
  return applied;
}

/** `written`: the answer is new and was stored just now. */
type Tried<K extends AggregateKind> = Applied<K> & { written: boolean };

async function again<K extends AggregateKind>(
  services: Services,
  kind: K,
  id: string,
  command: Commands[K],
): Promise<Tried<K>> {
  for (let race = 1; race < RACES; race += 1) {
    const tried = await once(services, kind, id, command, null);
    if (tried) return tried;
  }
  throw new StoreError(`lost ${RACES} races for ${kind} ${id}`);
}

/** null: another writer was first, or another configuration was taken meanwhile. */
async function once<K extends AggregateKind>(
  services: Services,
  kind: K,
  id: string,
  command: Commands[K],
  known: Aggregates[K] | null,
): Promise<Tried<K> | null> {
  const { settings } = services;
  const before = known ?? (await services.store.load(kind, id)) ?? KINDS[kind].create(id);
  const { changed, ...decided } = await decidedNow(services, kind, before, command);
  // What was decided by rules that were replaced meanwhile is decided again.
  if (services.settings !== settings) return null;
  if (!changed) return { ...decided, written: false };
  const written = await saved(services, kind, decided.aggregate, command);
  if (written) {
    services.metrics.settled(command.type, decided.answer.kind);
    for (const ended of endedBetween(kind, before, decided.aggregate)) services.metrics.ended(ended);
    const { traces } = services;
    if (traces) for (const span of spansBetween(kind, before, decided.aggregate)) traces.ended(span);
  }
  return written ? { ...decided, written } : null;
}

/** The answer to a command and the document after it, not stored yet. `changed` false: there is nothing to store. */
async function decidedNow<K extends AggregateKind>(
  services: Services,
  kind: K,
  before: Aggregates[K],
  command: Commands[K],
): Promise<Applied<K> & { changed: boolean }> {
  const settled = await answerGiven(services, before, command.id);
  if (settled) return { answer: settled, aggregate: before, changed: false };
  const began = performance.now();
  const decision = await KINDS[kind].decide(services, before, command);
  services.metrics.decided(kind, (performance.now() - began) / 1_000);
  const { changed } = decision;
  return { answer: answerOf(decision), aggregate: changed ? decision.aggregate : before, changed };
}

/**
 * What `apply` would answer now, and the document as it would be: decided by the same code from the same facts, and
 * stored nowhere. Throws what reading throws.
 */
export async function foresee<K extends AggregateKind>(
  services: Services,
  kind: K,
  id: string,
  command: Commands[K],
): Promise<Applied<K>> {
  const before = (await services.store.load(kind, id)) ?? KINDS[kind].create(id);
  const { answer, aggregate } = await decidedNow(services, kind, before, command);
  return { answer, aggregate };
}

/** Applies an effect's command to its document; returns the document afterwards. `known`: as for `apply`. */
export async function applyEffect<K extends AggregateKind>(
  services: Services,
  { to, command }: Effect<K>,
  known: Aggregates[K] | null = null,
): Promise<Aggregates[K]> {
  return (await apply(services, to.kind, to.id, command, known)).aggregate;
}

async function saved<K extends AggregateKind>(
  services: Services,
  kind: K,
  next: Aggregates[K],
  command: Command,
): Promise<boolean> {
  try {
    return (await services.store.save(kind, next)) === 'saved';
  } catch (error) {
    // A document that cannot be parsed again is not sent.
    if (!(error instanceof StoreError) || error instanceof DamagedDocument) throw error;
    const unknown = new OutcomeUnknown(kind, next.id, error);
    const stored = await services.store.load(kind, next.id).catch(() => {
      throw unknown;
    });
    if (stored && answerBefore(stored, command.id)) return true;
    throw unknown;
  }
}

/**
 * The answer already given to this command by the document; undefined: none. Ids that were pruned from it are looked up in
 * the audit (RULES 20). Throws `StoreError`.
 */
export async function answerGiven(
  services: Pick<Services, 'store'>,
  aggregate: Aggregate,
  commandId: string,
): Promise<Answer | undefined> {
  const kept = answerBefore(aggregate, commandId);
  if (kept) return kept;
  if (aggregate.settled.length < SETTLED_KEPT) return undefined;
  return (await services.store.findAudit(commandId))?.answer;
}

function answerOf(decision: Decision<Aggregate>): Answer {
  const { aggregate: _aggregate, effects: _effects, changed: _changed, ...answer } = decision;
  return answer;
}
