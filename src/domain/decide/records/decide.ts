import type { RecordsCommand } from '../../documents/commands/records.ts';
import type { Answer, Decision } from '../../documents/document.ts';
import type { CommitRecord } from '../../documents/records.ts';
import { wakeRecord } from '../../gates/wake.ts';
import { documentTime, finish } from '../shared/finish.ts';

const ACCEPTED: Answer = { kind: 'accepted' };

/**
 * Decides when the file of an environment is written. One worker writes at a time, and what it writes is read from the store by
 * then: only the last state counts.
 */
export function decideRecords(
  before: CommitRecord,
  command: RecordsCommand,
  { now }: { now: number },
): Decision<CommitRecord> {
  const record = structuredClone(before);
  const answer = handle(record, command, now);
  const at = documentTime(before, now);
  return finish(before, record, command, { answer, effects: [], at, wake: wakeRecord });
}

function handle(record: CommitRecord, command: RecordsCommand, now: number): Answer {
  switch (command.type) {
    case 'keepRecord':
      record.wanted += 1;
      // Each change is tried once, whatever was in the way before.
      tryNow(record);
      return ACCEPTED;
    case 'claimRecord':
      return claim(record, command, now);
    case 'recordWritten':
      if (!isClaimedBy(record, command.worker)) return ACCEPTED;
      record.written = Math.max(record.written, command.wanted);
      // A change that came since is written anyway.
      record.compareAt = record.claim?.again && record.written >= record.wanted ? 0 : command.compareAt;
      endWait(record);
      return ACCEPTED;
    case 'recordDeferred':
      if (!isClaimedBy(record, command.worker)) return ACCEPTED;
      record.notBefore = record.claim?.again ? 0 : command.until;
      record.claim = null;
      record.failures += 1;
      record.failed = command.failed;
      return ACCEPTED;
    case 'recordAgain':
      record.compareAt = 0;
      tryNow(record);
      return ACCEPTED;
    case 'recordNothing':
      record.written = record.wanted;
      record.compareAt = null;
      endWait(record);
      return ACCEPTED;
    case 'workersGone':
      if (record.claim && record.claim.worker !== command.except) record.claim = null;
      return ACCEPTED;
    case 'carried':
      return ACCEPTED;
    default:
      return command satisfies never;
  }
}

function claim(
  record: CommitRecord,
  { worker, until }: Extract<RecordsCommand, { type: 'claimRecord' }>,
  now: number,
): Answer {
  const wake = wakeRecord(record);
  if (wake === null) return { kind: 'refused', refusal: { rule: 'nothingToDo' } };
  if (wake > now) return { kind: 'refused', refusal: { rule: 'claimed', until: wake } };
  record.claim = { worker, until };
  return ACCEPTED;
}

function tryNow(record: CommitRecord): void {
  record.notBefore = 0;
  if (record.claim) record.claim.again = true;
}

function endWait(record: CommitRecord): void {
  record.claim = null;
  record.notBefore = 0;
  record.failures = 0;
  record.failed = null;
}

function isClaimedBy({ claim }: CommitRecord, worker: string): boolean {
  return claim?.worker === worker;
}
