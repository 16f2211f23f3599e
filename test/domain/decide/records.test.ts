import { decideRecords } from '../../../src/domain/decide/records/decide.ts';
import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { RecordsCommand } from '../../../src/domain/documents/commands/records.ts';
import type { Decision } from '../../../src/domain/documents/document.ts';
import { type CommitRecord, newCommitRecord } from '../../../src/domain/documents/records.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';

type Ask = Unsent<RecordsCommand>;

const NOW = 1_000_000;
const LATER = NOW + 60_000;

function decided(before: CommitRecord, command: Ask, now = NOW): Decision<CommitRecord> {
  return decideRecords(before, { ...command, id: 'c', actor: ROBOT }, { now });
}

const reached = (...commands: Ask[]): CommitRecord =>
  commands.reduce((record, command) => decided(record, command).aggregate, newCommitRecord('shop', 'prod'));

const keep: Ask = { type: 'keepRecord', product: 'shop' };
const claim: Ask = { type: 'claimRecord', worker: 'w1', until: LATER };
const written = (wanted: number, worker = 'w1'): Ask => ({
  type: 'recordWritten',
  worker,
  wanted,
  compareAt: LATER,
});
const failed = { reason: 'the host refuses access', lasting: true };
const defer = (until: number, worker = 'w1'): Ask => ({ type: 'recordDeferred', worker, until, failed });
const again: Ask = { type: 'recordAgain' };
const nothing: Ask = { type: 'recordNothing' };

test.each<[string, Ask[], Partial<CommitRecord>]>([
  ['nothing is known', [], { wakeAt: null }],
  ['something changed', [keep], { wakeAt: 0, wanted: 1, written: 0 }],
  ['a worker writes', [keep, claim], { wakeAt: LATER, claim: { worker: 'w1', until: LATER } }],
  [
    'it is written: it is looked at later',
    [keep, claim, written(1)],
    { wakeAt: LATER, claim: null, written: 1 },
  ],
  ['it changed while it was written', [keep, claim, keep, written(1)], { wakeAt: 0, wanted: 2, written: 1 }],
  ['another worker wrote', [keep, claim, written(1, 'w2')], { wakeAt: LATER, written: 0 }],
  [
    'it could not be written',
    [keep, claim, defer(NOW + 5)],
    { wakeAt: NOW + 5, failures: 1, failed, claim: null },
  ],
  ['a worker without a claim could not', [keep, claim, defer(5, 'w2')], { failures: 0, failed: null }],
  [
    'something changed since then: it is tried once',
    [keep, claim, defer(LATER), keep],
    { wakeAt: 0, failures: 1 },
  ],
  [
    'it is written at last',
    [keep, claim, defer(0), claim, written(1)],
    { failures: 0, failed: null, notBefore: 0 },
  ],
  ['the worker is gone', [keep, claim, { type: 'workersGone', except: 'w2' }], { wakeAt: 0, claim: null }],
  ['another one is gone', [keep, claim, { type: 'workersGone', except: 'w1' }], { wakeAt: LATER }],
  ['a process starts', [keep, claim, written(1), again], { wakeAt: 0, wanted: 1 }],
  ['a process starts while it is written', [keep, claim, again, written(1)], { wakeAt: 0, claim: null }],
  ['that was looked at since', [keep, claim, again, written(1), claim, written(1)], { wakeAt: LATER }],
  ['a process starts while it cannot be written', [keep, claim, again, defer(LATER)], { wakeAt: 0, failed }],
  ['it changes while it cannot be written', [keep, claim, keep, defer(LATER)], { wakeAt: 0, failures: 1 }],
  [
    'it changed while a last file was written',
    [keep, claim, keep, { type: 'recordWritten', worker: 'w1', wanted: 1, compareAt: null }],
    { wakeAt: 0, compareAt: null },
  ],
  ['a process starts while it waits', [keep, claim, defer(LATER), again], { wakeAt: 0, failed }],
  [
    'nothing is recorded any more',
    [keep, claim, defer(LATER), nothing],
    { wakeAt: null, failed: null, written: 1 },
  ],
  ['it is recorded again', [keep, nothing, again], { wakeAt: 0 }],
])('where %s', (_what, commands, expected) => {
  expect(reached(...commands)).toMatchObject(expected);
});

test('one worker writes at a time, until its claim ends', () => {
  const claimed = reached(keep, claim);
  const other: Ask = { type: 'claimRecord', worker: 'w2', until: LATER + 1 };
  expect(decided(claimed, other)).toMatchObject({ refusal: { rule: 'claimed', until: LATER } });
  expect(decided(claimed, other, LATER).kind).toBe('accepted');
  expect(decided(reached(), other)).toMatchObject({ refusal: { rule: 'nothingToDo' } });
  expect(decided(reached(keep, claim, written(1)), other, LATER).kind).toBe('accepted');
});
