import type { Command } from '../../documents/commands.ts';
import type { Aggregate, Answer, Decision, Effect, Settled } from '../../documents/document.ts';
import { SETTLED_KEPT } from '../../documents/document.ts';
import type { Release } from '../../documents/release.ts';
import { changesBetween, commitOf } from './audit-changes.ts';

/**
 * Commands that are bookkeeping between a worker and its document: heard again they change nothing, so their ids are
 * not kept and no audit is made of them, unless a status changed when they came.
 */
const BOOKKEEPING = new Set<Command['type']>([
  'renew',
  'renewBuild',
  'carried',
  'tick',
  'configured',
  'glance',
  'retire',
  'redraw',
  'workersGone',
  'show',
  'reply',
  'claimCard',
  'cardShown',
  'replied',
  'cardDeferred',
  'cardUndeliverable',
  'cardGone',
  'channelFound',
  'releaseCard',
  'cardLookedThrough',
  'deliverAgain',
]);

/** Refused, these have tried nothing: the worker looks again when the bell rings. */
const WORKERS = new Set<Command['type']>([
  'begin',
  'beginBuild',
  'report',
  'reportBuild',
  'skipBuild',
  'holdBuild',
]);

/** Never before what the document has seen: its events keep their order, whatever clocks say (RULES 35). */
export function documentTime(before: Aggregate, now: number): number {
  return Math.max(now, before.time);
}

/** True: either answer to it is written under its id and kept in the audit. */
export function isSettledUnderItsId(command: Command, answer: Answer): boolean {
  if (BOOKKEEPING.has(command.type)) return false;
  return answer.kind === 'accepted' || !WORKERS.has(command.type);
}

/** The answer already given to this command; undefined: the document does not know its id. */
export function answerBefore(aggregate: Aggregate, commandId: string): Answer | undefined {
  return aggregate.settled.find((settled) => settled.id === commandId)?.answer;
}

/**
 * Turns what a handler made of `next` (a copy of `before`) into the decision: the next revision with its effects, the
 * answer settled under the command's id, and the time of the next look.
 */
export function finish<A extends Aggregate>(
  before: A,
  next: A,
  command: Command,
  made: {
    answer: Answer;
    effects: Effect[];
    /** The time of the document. */
    at: number;
    wake: (aggregate: A) => number | null;
    /** A release that had left the document and may have come back; absent: none. */
    past?: Release | null;
  },
): Decision<A> {
  const { answer, effects, at } = made;
  next.effects = [...next.effects, ...effects];
  const changes = changesBetween(before, next, made.past ?? null);
  // Time that passes, and a begin that finds a gate shut, change statuses too: the audit has them all.
  const keep = isSettledUnderItsId(command, answer) || changes.length > 0;
  if (keep) {
    next.settled.push({
      id: command.id,
      type: command.type,
      actor: command.actor,
      at,
      // A refusal may hold parts of the document, which go on changing.
      answer: structuredClone(answer),
      sha: commitOf(next, command, answer),
      reason: 'reason' in command ? command.reason : null,
      revision: before.revision + 1,
      changed: changes,
      recorded: false,
    });
  }
  next.settled = keepUnrecorded(next.settled);
  const changed = keep || effects.length > 0 || JSON.stringify(next) !== JSON.stringify(before);
  next.revision = before.revision + 1;
  next.time = at;
  next.wakeAt = made.wake(next);
  return { ...answer, aggregate: changed ? next : before, effects, changed };
}

function keepUnrecorded(settled: Settled[]): Settled[] {
  const surplus = settled.length - SETTLED_KEPT;
  return settled.filter((entry, index) => index >= surplus || !entry.recorded);
}

/** Their audit records are stored: these may leave the document, and what they changed stands in the audit. */
export function markRecorded(aggregate: Aggregate, ids: readonly string[]): void {
  for (const settled of aggregate.settled) {
    if (!ids.includes(settled.id)) continue;
    settled.recorded = true;
    settled.changed = [];
  }
}
