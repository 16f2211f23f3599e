import { decideBuild } from '../../domain/decide/build/decide.ts';
import { decideCard } from '../../domain/decide/card/decide.ts';
import { decide } from '../../domain/decide/environment/decide.ts';
import { decideProduct } from '../../domain/decide/product/decide.ts';
import { answerBefore } from '../../domain/decide/shared/finish.ts';
import type {
  BuildCommand,
  CardCommand,
  Command,
  EnvironmentCommand,
  ProductCommand,
} from '../../domain/documents/commands.ts';
import type {
  Aggregate,
  AggregateKind,
  Answer,
  Decision,
  DocumentRef,
} from '../../domain/documents/document.ts';
import { SETTLED_KEPT } from '../../domain/documents/document.ts';
import { StoreError } from '../../ports/store.ts';
import type { Services } from '../services/services.ts';
import { buildContext, cardContext, environmentContext, productContext } from './context.ts';
import { type Aggregates, create } from './documents.ts';
import { wake } from './wake.ts';

/** The commands that each kind of document accepts. */
export interface Commands {
  environments: EnvironmentCommand;
  builds: BuildCommand;
  products: ProductCommand;
  cards: CardCommand;
}

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
 * Throws `StoreError` when the store cannot be reached: it is then unknown whether the command was processed, and the
 * same command may be applied again. Also throws what reading the context throws.
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
  if (written && command.type !== 'carried') await wake(services, kind, applied.aggregate);
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

/** null: another writer was first. */
async function once<K extends AggregateKind>(
  services: Services,
  kind: K,
  id: string,
  command: Commands[K],
  known: Aggregates[K] | null,
): Promise<Tried<K> | null> {
  const before = known ?? (await services.store.load(kind, id)) ?? create(kind, id);
  const settled = answerBefore(before, command.id) ?? (await answerInAudit(services, before, command.id));
  if (settled) return { answer: settled, aggregate: before, written: false };
  const decision = await decideFor(services, kind, before, command);
  const answer = answerOf(decision);
  if (!decision.changed) return { answer, aggregate: before, written: false };
  const written = await saved(services, kind, decision.aggregate, command);
  return written ? { answer, aggregate: decision.aggregate, written } : null;
}

/**
 * Applies a command to the document that the reference names; returns the document afterwards. `known`: as for `apply`.
 */
export async function applyAt(
  services: Services,
  place: DocumentRef,
  command: Command,
  known: Aggregate | null = null,
): Promise<Aggregate> {
  // `send` in the domain pairs each command with the kind of its document.
  const applied = await apply(services, place.kind, place.id, command as never, known as never);
  return applied.aggregate;
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
    if (!(error instanceof StoreError)) throw error;
    const stored = await services.store.load(kind, next.id);
    if (stored && answerBefore(stored, command.id)) return true;
    throw error;
  }
}

/** Ids that were pruned from the document are looked up in the audit (RULES 20). */
async function answerInAudit(
  services: Services,
  aggregate: Aggregate,
  commandId: string,
): Promise<Answer | undefined> {
  if (aggregate.settled.length < SETTLED_KEPT) return undefined;
  return (await services.store.findAudit(commandId))?.answer;
}

function answerOf(decision: Decision<Aggregate>): Answer {
  const { aggregate: _aggregate, effects: _effects, changed: _changed, ...answer } = decision;
  return answer;
}

async function decideFor<K extends AggregateKind>(
  services: Services,
  kind: K,
  before: Aggregates[K],
  command: Commands[K],
): Promise<Decision<Aggregates[K]>> {
  const decision = await decideByKind(services, { kind, before, command } as Undecided);
  return decision as Decision<Aggregates[K]>;
}

type Undecided = {
  [K in AggregateKind]: { kind: K; before: Aggregates[K]; command: Commands[K] };
}[AggregateKind];

async function decideByKind(services: Services, on: Undecided): Promise<Decision<Aggregates[AggregateKind]>> {
  switch (on.kind) {
    case 'environments':
      return decide(on.before, on.command, await environmentContext(services, on.before, on.command));
    case 'builds':
      return decideBuild(on.before, on.command, buildContext(services, on.before, on.command));
    case 'products':
      return decideProduct(on.before, on.command, await productContext(services, on.before, on.command));
    case 'cards':
      return decideCard(on.before, on.command, cardContext(services));
    default:
      return on satisfies never;
  }
}
