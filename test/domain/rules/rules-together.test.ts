import { toldToForge } from '../../../src/chat/text/told-to-forge.ts';
import type { BakePolicy } from '../../../src/domain/documents/values/bake.ts';
import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import {
  A,
  ada,
  B,
  BROKE,
  C,
  CANCELLED,
  continuousPolicy,
  D,
  FAILED,
  HOUR,
  policyOf,
  SUCCEEDED,
  Walk,
} from '../support/support.ts';

const MINUTE = 60_000;
const BAKE: BakePolicy = { forMs: 5 * MINUTE, everyMs: MINUTE, failures: 2, yields: false };
const BACK = { onFailure: 'rollback' } as const;

/** A, then B accepted; the third release bakes C and would be rolled back by itself. */
function baking(bake: Partial<BakePolicy> = {}, walk = new Walk(policyOf())): Walk {
  for (const commit of [A, B]) {
    walk.accepted(commit);
    walk.after(1);
  }
  walk.policy = policyOf({ ...BACK, bake: { ...BAKE, ...bake } });
  walk.deployed(C);
  return walk;
}

function check(walk: Walk, release: number, outcome: AttemptOutcome = SUCCEEDED): void {
  const nextAt = walk.release(release).bake?.nextAt ?? walk.now;
  walk.now = Math.max(walk.now, nextAt);
  walk.ok({ type: 'tick' });
  walk.report(walk.begin(release, 'verify'), outcome);
}

const rollbacks = ({ environment }: Walk) => environment.open.filter(({ kind }) => kind === 'rollback');
const told = (walk: Walk) => walk.replies(3).filter((kind) => /roll/i.test(kind));

describe('RULES 44 and 46: a bake that fails is rolled back by itself', () => {
  test('once, in the write that records the last check, and what it goes back to bakes as well', () => {
    const walk = baking();
    check(walk, 3);
    check(walk, 3, FAILED);
    expect(rollbacks(walk)).toEqual([]);
    const { revision } = walk.environment;
    check(walk, 3, FAILED);
    // The tick, the begin, and one report.
    expect(walk.environment.revision).toBeLessThanOrEqual(revision + 3);
    expect(rollbacks(walk)).toMatchObject([{ number: 4, sha: B, requestedBy: ROBOT }]);
    expect(told(walk)).toEqual(['rollingBack']);
    expect(walk.release(3)).toMatchObject({ status: 'unverified', rolledBackBy: 4 });
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    walk.report(walk.begin(4));
    expect(walk.status(3)).toBe('superseded');
    for (let minute = 0; minute <= 5; minute += 1) {
      expect(walk.status(4)).toBe('verifying');
      check(walk, 4);
    }
    expect(walk.status(4)).toBe('accepted');
    expect(walk.environment.accepted).toMatchObject({ sha: B, release: 4 });
  });

  test('not when the bake of the rollback fails too', () => {
    const walk = baking({ failures: 1 });
    check(walk, 3, FAILED);
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    walk.report(walk.begin(4));
    check(walk, 4, FAILED);
    expect(walk.status(4)).toBe('unverified');
    expect(rollbacks(walk)).toHaveLength(1);
    expect(walk.environment.releases).toBe(4);
  });

  test.each<[string, AttemptOutcome[], string]>([
    ['errored three times', [BROKE, BROKE, BROKE], 'errored'],
    ['was cancelled where it runs', [SUCCEEDED, CANCELLED], 'unverified'],
    ['failed once of two, then errored', [FAILED, BROKE, BROKE, BROKE], 'errored'],
  ])('not when it %s', (_, outcomes, status) => {
    const walk = baking();
    for (const outcome of outcomes) check(walk, 3, outcome);
    expect(walk.status(3)).toBe(status);
    expect(rollbacks(walk)).toEqual([]);
    expect(told(walk)).toEqual(status === 'errored' ? ['notRolledBack'] : []);
  });

  test('not when a person asked for its end while the last check ran', () => {
    const walk = baking({ failures: 1 });
    const attempt = walk.begin(3, 'verify');
    walk.ok({ type: 'cancel', release: 3, reason: null }, ada);
    walk.report(attempt, FAILED);
    expect(walk.status(3)).toBe('unverified');
    expect(rollbacks(walk)).toEqual([]);
  });

  test('nor by a newer release that replaces it, whatever its last check came to', () => {
    const walk = baking({ yields: true });
    const newer = walk.queued(D);
    check(walk, 3, FAILED);
    walk.begin(newer);
    expect(walk.status(3)).toBe('superseded');
    expect(rollbacks(walk)).toEqual([]);
    expect(toldToForge(walk.environment.id, walk.release(3))).toContain(`superseded by #${newer}`);
  });

  test('which goes before a newer release that would replace it', () => {
    const walk = baking({ yields: true, failures: 1 });
    const attempt = walk.begin(3, 'verify');
    const newer = walk.queued(D);
    walk.report(attempt, FAILED);
    expect(walk.status(newer)).toBe('approved');
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    expect(nextWork(walk.environment)?.release.number).toBe(rollbacks(walk)[0]?.number);
  });

  test('and pauses where nobody is asked, keeping the newer one for a resume', () => {
    const walk = new Walk(continuousPolicy({ verify: false }));
    for (const [at, commit] of [A, B].entries()) {
      walk.run(walk.head(commit, at + 1));
      walk.after(1);
    }
    walk.policy = continuousPolicy({ ...BACK, bake: { ...BAKE, yields: true, failures: 1 } });
    const bad = walk.head(C, 3);
    walk.report(walk.begin(bad));
    const attempt = walk.begin(bad, 'verify');
    walk.head(D, 4);
    walk.report(attempt, FAILED);
    expect(walk.environment.paused).toMatchObject({ by: ROBOT, newest: { sha: D } });
    expect(rollbacks(walk)).toHaveLength(1);
  });
});

describe('RULES 41 and 46: what runs, while a rollback that began by itself waits for a lock', () => {
  const CURRENT = { current: { everyMs: 5 * MINUTE } };
  const saw = (walk: Walk, sha: string) => {
    const { attempts: attempt, deployedRevision: revision, uncertain } = walk.environment;
    const decides = uncertain ? 'nothing' : 'drift';
    const answer = { kind: 'said', sha, said: sha } as const;
    walk.ok({ type: 'sawCurrent', asked: { attempt, revision, decides }, answer });
  };
  const drifts = (walk: Walk) =>
    walk
      .sent('show')
      .flatMap(({ subject }) => (subject?.kind === 'notice' ? [subject.notice] : []))
      .filter((notice) => notice.kind === 'drift');

  test('a commit put there by hand is told once, changes nothing, and is over when the rollback has succeeded', () => {
    const walk = baking({ failures: 1 });
    walk.policy = policyOf({ ...BACK, ...CURRENT, bake: { ...BAKE, failures: 1 } });
    walk.ok({ type: 'lock', reason: 'look first', forMs: null }, ada);
    check(walk, 3, FAILED);
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    walk.after(HOUR);
    for (let times = 0; times < 3; times += 1) saw(walk.after(5 * MINUTE), B);
    expect(drifts(walk)).toMatchObject([{ runs: { sha: B }, deployed: { sha: C }, over: null }]);
    expect(walk.environment.deployed).toMatchObject({ sha: C });
    expect(walk.status(4)).toBe('queued');
    walk.ok({ type: 'unlock', ownerGone: false }, ada);
    walk.report(walk.begin(4));
    expect(drifts(walk).at(-1)).toMatchObject({ over: { why: 'deployed' } });
    expect(walk.environment.current?.drift).toBeUndefined();
  });

  test('the commit of the failed deploy does not make it a success', () => {
    const walk = baking();
    walk.policy = policyOf({ ...BACK, ...CURRENT });
    walk.report(walk.begin(3, 'verify'));
    walk.deploying(D);
    walk.report(walk.environment.attempts, FAILED);
    expect(rollbacks(walk)).toHaveLength(1);
    saw(walk.after(HOUR), D);
    expect(walk.status(4)).toBe('failed');
    expect(walk.environment).toMatchObject({ uncertain: true, deployed: { sha: C } });
    expect(drifts(walk)).toEqual([]);
  });
});
