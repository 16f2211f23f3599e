import fc from 'fast-check';
import { toldToForge } from '../../../src/chat/text/told-to-forge.ts';
import type { BakePolicy } from '../../../src/domain/documents/values/bake.ts';
import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import { nextRemoteLook } from '../../../src/domain/gates/followed.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { wakeEnvironment } from '../../../src/domain/gates/wake.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { saysOf } from '../../../src/domain/reports/says.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { runs } from '../../support/thorough.ts';
import {
  A,
  ada,
  B,
  BROKE,
  C,
  CANCELLED,
  continuousPolicy,
  FAILED,
  HOUR,
  INTERRUPTED,
  mo,
  policyOf,
  SUCCEEDED,
  Walk,
} from '../support/support.ts';

const MINUTE = 60_000;
const BAKE: BakePolicy = { forMs: 15 * MINUTE, everyMs: MINUTE, failures: 2, yields: false };
const LEASE_OVER = LEASE_MS + MARGIN_MS;

/** A commit was accepted before, and the next one is deployed: its first check is due. */
function baking(change: Partial<BakePolicy> = {}): { walk: Walk; release: number } {
  const walk = new Walk(policyOf());
  walk.accepted(B);
  walk.policy = policyOf({ bake: { ...BAKE, ...change } });
  return { walk, release: walk.deployed(A) };
}

const bakeOf = (walk: Walk, release: number) => walk.release(release).bake!;
/** In its thread, since it was ready to be deployed. */
const said = (walk: Walk, release: number) => walk.replies(release).slice(2);
/** In minutes. */
const counted = (walk: Walk, release: number) => bakeOf(walk, release).passedMs / MINUTE;

/** Waits until the next check is due, and does it; it takes `ms`. */
function check(walk: Walk, release: number, outcome: AttemptOutcome = SUCCEEDED, ms = 0): void {
  due(walk, release);
  const attempt = walk.begin(release, 'verify');
  walk.after(ms).report(attempt, outcome);
}

function due(walk: Walk, release: number): void {
  const nextAt = walk.release(release).bake?.nextAt ?? null;
  if (nextAt !== null) walk.now = Math.max(walk.now, nextAt);
  walk.ok({ type: 'tick' });
}

function beginElsewhere(walk: Walk, release: number): number {
  due(walk, release);
  const remote = { system: 'http', key: `key-${walk.environment.attempts + 1}`, timeoutMs: HOUR } as const;
  const leaseUntil = walk.now + LEASE_MS;
  walk.ok({ type: 'begin', release, step: 'verify', worker: 'w1', leaseUntil, remote });
  const seen = { kind: 'running', run: { id: '7', url: null }, waits: null, lastLine: null } as const;
  walk.ok({ type: 'sawRemote', attempt: walk.environment.attempts, seen });
  return walk.environment.attempts;
}

describe('rule 44: a bake', () => {
  it('rule 44: passes when no failures in a row failed for so long, each check an attempt of its own', () => {
    const { walk, release } = baking();
    const before = walk.environment.attempts;
    for (let minute = 0; minute < 15; minute += 1) {
      check(walk, release);
      expect(walk.status(release)).toBe('verifying');
      expect(nextWork(walk.environment)).toBeNull();
    }
    expect(counted(walk, release)).toBe(14);
    check(walk, release);
    expect(walk.status(release)).toBe('testing');
    expect(walk.environment.attempts).toBe(before + 16);
    expect(said(walk, release)).toEqual(['deployed', 'pleaseTest']);
  });

  it('rule 44: looks at the end of its time, not up to a whole wait later', () => {
    const { walk, release } = baking({ forMs: 90_000, everyMs: MINUTE });
    check(walk, release);
    check(walk, release);
    expect(bakeOf(walk, release).nextAt).toBe(walk.now + 30_000);
    check(walk, release);
    expect(walk.status(release)).toBe('testing');
  });

  it.each([
    [1, [FAILED]],
    [2, [FAILED, FAILED]],
    [2, [FAILED, SUCCEEDED, FAILED, FAILED]],
    [2, [FAILED, BROKE, FAILED]],
    [3, [FAILED, FAILED, SUCCEEDED, FAILED, FAILED, FAILED]],
  ])('rule 44: fails with %d failed checks in a row, and with no fewer', (failures, outcomes) => {
    const { walk, release } = baking({ failures });
    for (const outcome of outcomes) {
      expect(walk.status(release)).toBe('verifying');
      check(walk, release, outcome);
    }
    expect(walk.status(release)).toBe('unverified');
    expect(said(walk, release)).toEqual(['deployed', 'ended']);
  });

  it('rule 44: errors with three checks in a row that errored, which count for nothing', () => {
    const { walk, release } = baking();
    check(walk, release);
    for (const outcome of [BROKE, BROKE, SUCCEEDED, BROKE, BROKE]) {
      check(walk, release, outcome);
      expect(walk.status(release)).toBe('verifying');
    }
    // The minutes before checks that errored are not counted, as nobody has looked.
    expect(counted(walk, release)).toBe(1);
    check(walk, release, BROKE);
    expect(walk.release(release)).toMatchObject({ status: 'errored', erroredIn: 'verify' });
  });

  it('rule 44: does not pass with a check that failed, but with the next that passes', () => {
    const { walk, release } = baking({ forMs: 2 * MINUTE });
    for (const outcome of [SUCCEEDED, SUCCEEDED, FAILED]) check(walk, release, outcome);
    expect(counted(walk, release)).toBe(2);
    expect(walk.status(release)).toBe('verifying');
    check(walk, release);
    expect(walk.status(release)).toBe('testing');
  });

  it('rule 44: time in which nobody looked counts as one wait, and a long check as no longer', () => {
    const { walk, release } = baking();
    check(walk, release);
    walk.after(3 * HOUR);
    check(walk, release);
    expect(counted(walk, release)).toBe(1);
    check(walk, release, SUCCEEDED, 3 * HOUR);
    expect(counted(walk, release)).toBe(3);
  });

  it('rule 44: an interrupted check is neither, and begins again at once', () => {
    const { walk, release } = baking();
    check(walk, release);
    due(walk, release);
    const attempt = walk.begin(release, 'verify');
    walk.after(HOUR).ok({ type: 'workersGone', except: 'w9' });
    expect(counted(walk, release)).toBe(0);
    expect(walk.release(release)).toMatchObject({ status: 'verifying', bake: { failedInRow: 0, checks: 1 } });
    expect(nextWork(walk.environment)).toMatchObject({ step: 'verify' });
    walk.begin(release, 'verify');
    walk.report(attempt + 1);
    expect(counted(walk, release)).toBe(1);
  });

  it('rule 44: a check of a frozen worker that reports late counts as what it was', () => {
    const { walk, release } = baking({ failures: 1 });
    const attempt = walk.begin(release, 'verify');
    walk.after(LEASE_OVER).ok({ type: 'tick' });
    walk.report(attempt, FAILED);
    expect(walk.status(release)).toBe('unverified');
  });

  it('rule 44: no clock that is set makes it pass early or wait long', () => {
    const jump = fc.integer({ min: -48 * HOUR, max: 48 * HOUR });
    fc.assert(
      fc.property(fc.array(fc.tuple(jump, jump, fc.nat(MINUTE)), { maxLength: 40 }), (jumps) => {
        const { walk, release } = baking();
        let real = 0;
        let checks = 0;
        let lease = walk.now;
        const at = (time: number) => {
          lease = time;
          walk.leaseNow = time;
        };
        for (const [before, during, ms] of jumps) {
          if (walk.status(release) !== 'verifying') break;
          at(lease + before);
          walk.ok({ type: 'tick' });
          const nextAt: number = walk.release(release).bake?.nextAt ?? lease;
          expect(nextAt - lease).toBeLessThanOrEqual(MINUTE);
          real += nextAt - lease;
          at(nextAt);
          walk.ok({ type: 'tick' });
          const leaseUntil = lease + LEASE_MS;
          const { attempt = 0 } = walk.ok({
            type: 'begin',
            release,
            step: 'verify',
            worker: 'w1',
            leaseUntil,
          });
          real += ms;
          at(lease + during + ms);
          walk.report(attempt);
          checks += 1;
          // A clock that is set while a check runs or is waited for wins no more than one `every`.
          expect(walk.release(release).bake?.passedMs).toBeLessThanOrEqual((2 * checks - 1) * MINUTE);
        }
        if (walk.status(release) === 'testing') expect(checks).toBeGreaterThanOrEqual(8);
        expect(real).toBeLessThanOrEqual(jumps.length * 2 * MINUTE);
      }),
      { numRuns: runs(100) },
    );
  });

  it('rule 44: wakes when the next check is due, and not before', () => {
    const { walk, release } = baking();
    check(walk, release);
    walk.carry();
    expect(wakeEnvironment(walk.environment)).toBe(walk.now + MINUTE);
    walk.after(MINUTE - 1).ok({ type: 'tick' });
    expect(nextWork(walk.environment)).toBeNull();
    walk.after(1).ok({ type: 'tick' });
    expect(nextWork(walk.environment)).toMatchObject({ step: 'verify' });
  });

  it('rule 44: another bake in the file counts from the next end of a check on', () => {
    const { walk, release } = baking();
    check(walk, release);
    check(walk, release);
    walk.policy = policyOf({ bake: { ...BAKE, forMs: 2 * MINUTE, everyMs: 30_000 } });
    walk.ok({ type: 'tick' });
    expect(bakeOf(walk, release).nextAt).toBeNull();
    check(walk, release);
    check(walk, release);
    check(walk, release);
    expect(walk.status(release)).toBe('testing');
  });

  it.each([
    ['no bake', policyOf()],
    ['no verification', policyOf({ verify: false })],
    ['no such environment', policyOf({ verify: false, retired: true })],
  ])('rule 44: when the file has %s any more, the next check is due, and is enough', (_what, policy) => {
    const { walk, release } = baking();
    check(walk, release);
    walk.policy = policy;
    walk.ok({ type: 'tick' });
    expect(nextWork(walk.environment)).toMatchObject({ step: 'verify' });
    check(walk, release);
    expect(walk.status(release)).toBe('testing');
  });

  it('rule 44: when the file has no bake any more, what decides alone is a plain verification', () => {
    const { walk, release } = baking({ failures: 3 });
    check(walk, release);
    walk.policy = policyOf();
    check(walk, release, FAILED);
    expect(walk.status(release)).toBe('unverified');
    expect(walk.release(release).bake).toBeUndefined();
  });

  it('rule 44: many checks push out neither the deploy nor more than the oldest checks', () => {
    const { walk, release } = baking();
    const deploy = walk.environment.attempts;
    for (let minute = 0; minute < 9; minute += 1) check(walk, release);
    const latest = walk.environment.attempts;
    const kept = walk.release(release).attempts.map(({ number }) => number);
    expect(kept).toEqual([deploy, latest - 2, latest - 1, latest]);
  });

  it('rule 44: begins with the check that runs when the file first has one', () => {
    const { walk, release } = baking();
    walk.policy = policyOf();
    const attempt = walk.begin(release, 'verify');
    walk.policy = policyOf({ bake: BAKE });
    walk.report(attempt);
    expect(walk.status(release)).toBe('verifying');
    expect(bakeOf(walk, release).nextAt).toBe(walk.now + MINUTE);
  });

  it('rule 44: a check that succeeds late neither passes it nor goes on with it', () => {
    const { walk, release } = baking({ failures: 1 });
    const attempt = beginElsewhere(walk, release);
    walk.report(attempt, FAILED);
    expect(nextRemoteLook(walk.environment)).toBeNull();
    walk.no('staleAttempt', { type: 'report', attempt, outcome: SUCCEEDED, log: '' });
    walk.no('nothingToDo', { type: 'ringRemote', key: `key-${attempt}` });
    expect(walk.status(release)).toBe('unverified');
  });

  it('rule 44: a check that is known late, after the bake was cancelled, says nothing any more', () => {
    const { walk, release } = baking();
    const attempt = walk.begin(release, 'verify');
    walk.ok({ type: 'cancel', release, reason: null }, ada);
    walk.report(attempt, INTERRUPTED);
    expect(walk.status(release)).toBe('errored');
    walk.report(attempt);
    expect(walk.release(release)).toMatchObject({ status: 'errored', erroredIn: 'verify' });
  });

  it.each([
    [1, 'unverified'],
    [2, 'errored'],
  ])('rule 44: one that is known late to have failed counts as one of %d', (failures, status) => {
    const { walk, release } = baking({ failures });
    const attempt = walk.begin(release, 'verify');
    walk.ok({ type: 'cancel', release, reason: null }, ada);
    walk.report(attempt, INTERRUPTED);
    walk.report(attempt, FAILED);
    expect(walk.status(release)).toBe(status);
    expect(said(walk, release).filter((kind) => kind === 'ended')).toHaveLength(3 - failures);
  });

  it('rule 44: is accepted by itself where nobody tests, and is made anew by a retry', () => {
    const walk = new Walk(continuousPolicy({ bake: { ...BAKE, failures: 1 } }));
    const release = walk.head(A, 1);
    walk.report(walk.begin(release));
    check(walk, release);
    check(walk, release, FAILED);
    expect(walk.status(release)).toBe('unverified');
    walk.ok({ type: 'retry', release }, ada);
    for (let minute = 0; minute <= 15; minute += 1) check(walk, release);
    expect(walk.status(release)).toBe('accepted');
  });

  it('rule 44: draws its card when something is new and else no more often than progress, and says no check in the thread', () => {
    const { walk, release } = baking({ forMs: 10 * MINUTE, everyMs: 5_000 });
    check(walk, release);
    const shows = () => walk.sent('show').length;
    const before = shows();
    for (let times = 0; times < 12; times += 1) check(walk, release);
    expect(shows() - before).toBe(4);
    check(walk, release, FAILED);
    expect(shows() - before).toBe(5);
    expect(said(walk, release)).toEqual(['deployed']);
  });
});

describe('rule 45: the end of a bake', () => {
  it('rule 45: a cancel between two checks makes it unverified at once', () => {
    const { walk, release } = baking();
    check(walk, release);
    walk.ok({ type: 'cancel', release, reason: 'looks bad' }, ada);
    expect(walk.release(release)).toMatchObject({
      status: 'unverified',
      end: { by: ada, reason: 'looks bad' },
    });
    expect(said(walk, release)).toEqual(['deployed', 'cancelled']);
    walk.after(HOUR).ok({ type: 'tick' });
    expect(nextWork(walk.environment)).toBeNull();
  });

  it.each([
    [SUCCEEDED, 'unverified'],
    [FAILED, 'unverified'],
    [CANCELLED, 'unverified'],
    [BROKE, 'errored'],
    [INTERRUPTED, 'errored'],
  ])('rule 45: no check comes after one that was to be cancelled: %j', (outcome, status) => {
    const { walk, release } = baking();
    check(walk, release);
    due(walk, release);
    const attempt = walk.begin(release, 'verify');
    walk.ok({ type: 'cancel', release, reason: null }, ada);
    walk.report(attempt, outcome);
    expect(walk.status(release)).toBe(status);
    expect(nextWork(walk.environment)).toBeNull();
  });

  it('rule 45: what passes although it was to be cancelled has passed', () => {
    const { walk, release } = baking({ forMs: MINUTE });
    check(walk, release);
    due(walk, release);
    const attempt = walk.begin(release, 'verify');
    walk.ok({ type: 'cancel', release, reason: null }, ada);
    walk.report(attempt);
    expect(walk.status(release)).toBe('testing');
  });

  it('rule 45: a rollback between two checks begins at once', () => {
    const { walk, release } = baking();
    check(walk, release);
    const back = walk.rollback();
    expect(walk.status(release)).toBe('unverified');
    expect(nextWork(walk.environment)).toMatchObject({ step: 'deploy', release: { number: back } });
    walk.report(walk.begin(back));
    expect(walk.status(release)).toBe('superseded');
  });

  it.each(['here', 'elsewhere'])('rule 45: a rollback has the check that runs %s cancelled', (where) => {
    const { walk, release } = baking();
    check(walk, release);
    due(walk, release);
    const attempt = where === 'here' ? walk.begin(release, 'verify') : beginElsewhere(walk, release);
    const back = walk.rollback();
    expect(walk.release(release).attempts.at(-1)).toMatchObject({ cancelWished: { by: ROBOT } });
    if (where === 'elsewhere')
      expect(walk.release(release).attempts.at(-1)?.remote?.cancel).toMatchObject({ why: 'wished' });
    walk.report(attempt, CANCELLED);
    expect(nextWork(walk.environment)).toMatchObject({ step: 'deploy', release: { number: back } });
  });

  it('rule 45: also the first check, before anything has baked', () => {
    const { walk, release } = baking();
    const attempt = walk.begin(release, 'verify');
    walk.rollback();
    walk.report(attempt);
    expect(walk.status(release)).toBe('unverified');
  });

  it('rule 45: a rollback that a lock holds ends nothing before the lock does', () => {
    const { walk, release } = baking();
    check(walk, release);
    walk.ok({ type: 'lock', reason: 'migration', forMs: HOUR }, ada);
    const back = walk.rollback();
    expect(walk.status(release)).toBe('verifying');
    check(walk, release);
    walk.ok({ type: 'unlock', ownerGone: false }, ada);
    expect(walk.status(release)).toBe('unverified');
    walk.begin(back);
  });

  it('rule 45: another release waits for the end', () => {
    const { walk, release } = baking();
    const newer = walk.queued(C);
    check(walk, release);
    expect(nextWork(walk.environment)).toBeNull();
    due(walk, release);
    walk.no('notFirst', {
      type: 'begin',
      release: newer,
      step: 'deploy',
      worker: 'w1',
      leaseUntil: walk.now,
    });
    expect(walk.status(release)).toBe('verifying');
  });

  it('rule 45: unless the file says that it is replaced: then it is superseded by the begin, after the check that runs', () => {
    const { walk, release } = baking({ yields: true });
    const newer = walk.queued(C);
    expect(nextWork(walk.environment)).toMatchObject({ step: 'verify' });
    const attempt = walk.begin(release, 'verify');
    expect(nextWork(walk.environment)).toBeNull();
    walk.report(attempt);
    expect(nextWork(walk.environment)).toMatchObject({ step: 'deploy', release: { number: newer } });
    walk.begin(newer);
    expect(walk.release(release)).toMatchObject({
      status: 'superseded',
      end: { cause: { release: newer } },
      revoked: null,
    });
    expect(walk.acceptance(A)).toBeUndefined();
  });

  it.each([SUCCEEDED, FAILED, BROKE])(
    'rule 45: what was replaced says nothing against it to a forge, whatever its last check came to: %j',
    (outcome) => {
      const { walk, release } = baking({ yields: true });
      const newer = walk.queued(C);
      check(walk, release, outcome);
      walk.report(walk.begin(newer));
      const says = saysOf(walk.environment, walk.release(release));
      expect(says).toEqual({ commit: 'neutral', deployment: 'inactive' });
      expect(toldToForge(walk.environment.id, walk.release(release))).toBe(
        `shop/prod#${release}: superseded by #${newer}`,
      );
    },
  );

  it('rule 45: a release whose gates are shut replaces nothing', () => {
    const { walk, release } = baking({ yields: true });
    check(walk, release);
    const newer = walk.approved(C);
    walk.ok({ type: 'deploy', release: newer }, ada);
    walk.ok({ type: 'lock', reason: 'migration', forMs: HOUR }, mo);
    walk.no('sentBack', {
      type: 'begin',
      release: newer,
      step: 'deploy',
      worker: 'w1',
      leaseUntil: walk.now + LEASE_MS,
    });
    expect(walk.status(release)).toBe('verifying');
    check(walk, release);
    expect(counted(walk, release)).toBe(1);
  });

  it('rule 45: what git does not say yet holds up no check', () => {
    const { walk, release } = baking({ yields: true });
    walk.queued(C);
    walk.environment = { ...walk.environment, relationsOwed: true };
    walk.otherwise = null;
    expect(nextWork(walk.environment)).toMatchObject({ step: 'verify', release: { number: release } });
  });

  it('rule 45: the environment is not free between two checks', () => {
    const { walk, release } = baking();
    check(walk, release);
    walk.no('deploying', { type: 'adopt', sha: C, ref: null, reason: 'runs' }, mo);
    walk.no('settled', { type: 'accept', release, reason: 'fine' }, mo);
    walk.no('settled', { type: 'fail', release, reason: 'bad' }, mo);
    walk.no('settled', { type: 'retry', release }, mo);
  });
});
