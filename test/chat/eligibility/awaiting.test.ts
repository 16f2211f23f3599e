import { awaiting, factsOfPlace, waitsFor } from '../../../src/chat/eligibility/awaiting.ts';
import { type ReleaseVerb, releaseRefusal } from '../../../src/domain/eligibility/release.ts';
import {
  A,
  ada,
  approvalsOf,
  B,
  C,
  eve,
  FAILED,
  HOUR,
  INTERRUPTED,
  mo,
  policyOf,
  START,
  Walk,
} from '../../domain/support/support.ts';

const WINDOW = {
  kind: 'dated',
  from: new Date(START - HOUR).toISOString().slice(0, -1),
  to: new Date(START + HOUR).toISOString().slice(0, -1),
  timezone: 'UTC',
  reason: 'Weekend',
} as const;

function failed(walk: Walk, commit: string): number {
  const release = walk.deploying(commit);
  walk.report(walk.environment.attempts, FAILED);
  return release;
}

function hotfix(walk: Walk, commit: string): number {
  return walk.ok({ type: 'hotfix', sha: commit, ref: null, reason: 'it burns' }, ada).release ?? 0;
}

/** What `/release VERB prod` without a number means: the numbers of the releases. */
const TABLE: [string, ReleaseVerb, (walk: Walk) => void, number[]][] = [
  ['nothing is there', 'deploy', () => {}, []],
  ['one is prepared', 'approve', (walk) => walk.prepare(A), [1]],
  [
    'nobody is left who may approve',
    'approve',
    (walk) => {
      walk.policy = policyOf({ approvals: approvalsOf({ from: [ada.id] }) });
      walk.prepare(A);
    },
    [1],
  ],
  ['one is approved, one prepared', 'deploy', (walk) => [walk.approved(A), walk.prepare(B)], [1]],
  [
    'it is frozen',
    'deploy',
    (walk) => {
      walk.approved(A);
      walk.policy = policyOf({ below: null, freeze: [WINDOW] });
    },
    [1],
  ],
  ['both wait', 'reject', (walk) => [walk.approved(A), walk.prepare(B)], [1, 2]],
  [
    'its cancel is wished already',
    'cancel',
    (walk) => walk.ok({ type: 'cancel', release: walk.deploying(A), reason: null }, ada),
    [1],
  ],
  ['its deploy failed', 'retry', (walk) => failed(walk, A), [1]],
  ['its request has expired since', 'retry', (walk) => [failed(walk, A), walk.after(25 * HOUR)], [1]],
  ['another has begun since', 'retry', (walk) => [failed(walk, A), walk.deploying(B)], []],
  ['a rollback goes first', 'retry', (walk) => [walk.accepted(A), failed(walk, B), walk.rollback(A)], [2]],
  [
    'what it goes back to was revoked since',
    'retry',
    (walk) => {
      walk.accepted(A);
      walk.accepted(B);
      walk.report(walk.begin(walk.rollback()), FAILED);
      walk.ok({ type: 'fail', release: 1, reason: 'bad' }, eve);
    },
    [3],
  ],
  ['it is tested', 'accept', (walk) => walk.testing(A), [1]],
  [
    'another deploy has begun since and did not succeed',
    'accept',
    (walk) => {
      walk.testing(A);
      walk.report(walk.begin(walk.queued(B)), INTERRUPTED);
    },
    [1],
  ],
  ['one is tested, one was accepted', 'fail', (walk) => [walk.accepted(A), walk.testing(B)], [2]],
  ['it was accepted and runs', 'fail', (walk) => [walk.accepted(A), walk.accepted(B)], [2]],
  [
    'it runs, and its acceptance was revoked',
    'fail',
    (walk) => {
      walk.accepted(A);
      walk.accepted(B);
      walk.ok({ type: 'cancel', release: walk.rollback(A), reason: null }, mo);
    },
    [2],
  ],
  ['it waits, and nothing is frozen', 'override', (walk) => [walk.prepare(A), hotfix(walk, B)], [1]],
  [
    'it was overridden',
    'override',
    (walk) => {
      walk.policy = policyOf({ freeze: [WINDOW] });
      walk.ok({ type: 'override', release: walk.prepare(A), reason: 'must' }, eve);
    },
    [],
  ],
  [
    'the environment left the configuration',
    'approve',
    (walk) => {
      walk.prepare(C);
      walk.policy = policyOf({ retired: true });
    },
    [],
  ],
];

it.each(TABLE)('where %s, %s means', (_name, verb, go, meant) => {
  const walk = new Walk();
  go(walk);
  const { policy, environment, now } = walk;
  expect(awaiting(verb, { policy, environment }, now).map(({ number }) => number)).toEqual(meant);
});

it('a deploy waits for who asked for it also under the lock of another', () => {
  const walk = new Walk(policyOf({ below: null }));
  const release = walk.release(walk.approved(A));
  walk.ok({ type: 'lock', reason: 'migration', forMs: null }, eve);
  const facts = factsOfPlace(walk, walk.now);
  const asker = { person: ada, groups: [], authors: null };
  expect(releaseRefusal('deploy', facts, release, asker)?.rule).toBe('locked');
  expect(waitsFor('deploy', facts, release, asker)).toBe(true);
});
