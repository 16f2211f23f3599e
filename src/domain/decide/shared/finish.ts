import type { Command } from '../../documents/commands/commands.ts';
import {
  type Aggregate,
  type Answer,
  type Decision,
  type Effect,
  SETTLED_KEPT,
  type Settled,
} from '../../documents/document.ts';
import type { Release } from '../../documents/values/release.ts';
import { changesBetween, commitOf } from './audit-changes.ts';

/**
 * Bookkeeping commands between a worker and a document. Processing them twice changes nothing, so neither their ids nor
 * audit entries are kept, unless they changed a status.
 */
const BOOKKEEPING = new Set<Command['type']>([
  'renew',
  'sawRemote',
  'askedToEnd',
  'ringRemote',
  'sawCurrent',
  'renewBuild',
  'carried',
  'tick',
  'configured',
  'glance',
  'lookAtChecks',
  'sawChecks',
  'checksUnread',
  'ringChecks',
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
  'cardLeftOut',
  'deliverAgain',
  'switched',
  'touched',
  'homeOpened',
  'homeTurned',
  'homeTaken',
  'homeHeld',
  'homeLeft',
  'tellForge',
  'claimReports',
  'reported',
  'reportsDeferred',
  'reportRefused',
  'releaseReports',
  'reportAgain',
  'reportNothing',
  'keepRecord',
  'claimRecord',
  'recordWritten',
  'recordDeferred',
  'recordAgain',
  'recordNothing',
]);

/** A refusal of these is not recorded: the worker retries when it is woken. */
const WORKERS = new Set<Command['type']>([
  'begin',
  'beginBuild',
  'report',
  'reportBuild',
  'skipBuild',
  'holdBuild',
  'discardBuild',
]);

/**
 * The document's time: never earlier than what it has seen, so its events keep their order whatever the clocks say
 * (RULES 35).
 */
export function documentTime(before: Aggregate, now: number): number {
  return Math.max(now, before.time);
}

/** True: the answer, accepted or refused, is stored under the command's id and kept in the audit. */
function isSettledUnderItsId(command: Command, answer: Answer): boolean {
  if (BOOKKEEPING.has(command.type)) return false;
  return answer.kind === 'accepted' || !WORKERS.has(command.type);
}

/** The answer already given to this command; undefined: the document does not know its id. */
export function answerBefore(aggregate: Aggregate, commandId: string): Answer | undefined {
  return aggregate.settled.find((settled) => settled.id === commandId)?.answer;
}

/**
 * Completes a decision from what a handler made of `next` (a copy of `before`): the next revision with its effects, the
 * answer stored under the command's id, and the next wake-up time.
 */
export function finish<A extends Aggregate>(
  before: A,
  next: A,
  command: Command,
  made: {
    answer: Answer;
    effects: Effect[];
    /** The document's time. */
    at: number;
    wake: (aggregate: A) => number | null;
    /** The release that had left the document and may have returned; absent: none. */
    past?: Release | null;
  },
): Decision<A> {
  const { answer, effects, at } = made;
  next.effects = [...next.effects, ...effects];
  const changes = changesBetween(before, next, made.past ?? null);
  // The passage of time, and a begin that finds a gate shut, change statuses too; the audit records all of them.
  const keep = isSettledUnderItsId(command, answer) || changes.length > 0;
  if (keep) {
    next.settled.push({
      id: command.id,
      type: command.type,
      actor: command.actor,
      at,
      // A refusal may refer to parts of the document, which change later.
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

/** Marks commands whose audit records are stored. They may leave the document; the audit has what they changed. */
export function markRecorded(aggregate: Aggregate, ids: readonly string[]): void {
  for (const settled of aggregate.settled) {
    if (!ids.includes(settled.id)) continue;
    settled.recorded = true;
    settled.changed = [];
  }
}
