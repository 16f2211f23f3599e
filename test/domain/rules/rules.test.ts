import { runningAttempt } from '../../../src/domain/documents/values/release.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import {
  A,
  ada,
  B,
  BROKE,
  DID_NOT_RUN,
  FAILED,
  HOUR,
  INTERRUPTED,
  mo,
  policyOf,
  refusedBy,
  Walk,
} from '../support/support.ts';

const LEASE_OVER = LEASE_MS + MARGIN_MS;

/** A worker died in the deploy of A; idempotent or not. */
function interrupted(idempotent = false): Walk {
  const walk = new Walk(policyOf({ idempotent }));
  walk.deploying(A);
  walk.ok({ type: 'workersGone', except: 'w2' });
  return walk;
}

describe('one deploy at a time', () => {
  it('RULES 1: nobody resumes a claim, not even their own', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    const again = { type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now } as const;
    expect(refusedBy(walk.do(again))).toBe('nothingToDo');
    walk.ok({ type: 'workersGone', except: 'w2' });
    expect(walk.status(release)).toBe('errored');
    expect(refusedBy(walk.do({ type: 'renew', attempt: 1, leaseUntil: walk.now, lastLine: null }))).toBe(
      'staleAttempt',
    );
  });

  it('RULES 2: deploys and verifications share one numbering, whatever the release', () => {
    const walk = new Walk();
    walk.accepted(A);
    expect(walk.environment.attempts).toBe(2);
    walk.deploying(B);
    expect(walk.environment.attempts).toBe(3);
    expect(runningAttempt(walk.release(2))?.number).toBe(3);
  });

  it('RULES 2: a late success of the latest attempt wins over errored, and over a waiting retry, which is dropped', () => {
    const errored = interrupted();
    errored.report(1);
    expect(errored.status(1)).toBe('verifying');
    expect(errored.environment.deployed?.sha).toBe(A);

    const retrying = interrupted();
    retrying.ok({ type: 'retry', release: 1 }, ada);
    retrying.report(1);
    expect(retrying.status(1)).toBe('verifying');
    expect(retrying.release(1).queue).toBeNull();
  });

  it('RULES 2: a late success wins over a retry that was rejected or expired', () => {
    for (const end of ['reject', 'expire'] as const) {
      const walk = interrupted();
      walk.ok({ type: 'retry', release: 1 }, ada);
      walk.policy = policyOf({ approvals: { ...walk.policy.approvals, validForMs: 30 * HOUR } });
      walk.ok({ type: 'tick' });
      if (end === 'reject') walk.ok({ type: 'reject', release: 1, reason: 'no' }, mo);
      else walk.after(25 * HOUR).ok({ type: 'tick' });
      expect(walk.isOpen(1)).toBe(false);
      expect(walk.report(1).kind).toBe('accepted');
      expect(walk.environment.deployed?.release).toBe(1);
      expect(walk.status(1)).toBe('verifying');
      expect(walk.isOpen(1)).toBe(true);
    }
  });

  it('RULES 2: an ended release stays ended when a failure of its deploy is reported late', () => {
    const walk = interrupted();
    walk.ok({ type: 'retry', release: 1 }, ada);
    walk.ok({ type: 'reject', release: 1, reason: 'no' }, mo);
    walk.ok({ type: 'report', attempt: 1, outcome: DID_NOT_RUN, log: '' });
    expect(walk.status(1)).toBe('rejected');
    expect(walk.isOpen(1)).toBe(false);
    expect(walk.environment.uncertain).toBe(false);
  });

  it('RULES 2: a report of any other attempt, or a second one, changes nothing', () => {
    const walk = interrupted();
    walk.ok({ type: 'retry', release: 1 }, ada);
    walk.begin(1);
    const before = walk.environment;
    expect(refusedBy(walk.report(1))).toBe('staleAttempt');
    expect(walk.environment).toBe(before);
    walk.report(2, FAILED);
    expect(refusedBy(walk.report(2))).toBe('staleAttempt');
    expect(walk.status(1)).toBe('failed');
  });

  it('RULES 2: the end of a verification reported after a person accepted is too late', () => {
    const walk = new Walk();
    const release = walk.deployed(A);
    const attempt = walk.begin(release, 'verify');
    walk.ok({ type: 'cancel', release, reason: null }, mo);
    walk.ok({ type: 'workersGone', except: 'w2' });
    walk.ok({ type: 'accept', release, reason: 'looks good' }, mo);
    expect(refusedBy(walk.report(attempt, FAILED))).toBe('staleAttempt');
    expect(walk.status(release)).toBe('accepted');
  });

  it('RULES 3: the lease counts from what the worker computed, never backwards, and ends with its margin', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    const until = walk.now + LEASE_MS;
    expect(runningAttempt(walk.release(release))?.leaseUntil).toBe(until);
    walk.after(3_000).ok({ type: 'renew', attempt: 1, leaseUntil: until + 2_000, lastLine: null });
    walk.after(2_000).ok({ type: 'renew', attempt: 1, leaseUntil: until, lastLine: null });
    expect(runningAttempt(walk.release(release))?.leaseUntil).toBe(until + 2_000);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(until + 2_000 + MARGIN_MS);
    walk.now = until + 2_000 + MARGIN_MS - 1;
    walk.ok({ type: 'tick' });
    expect(walk.status(release)).toBe('deploying');
    walk.after(1).ok({ type: 'tick' });
    expect(walk.status(release)).toBe('errored');
  });

  it('RULES 3: a clock that was set back gives nobody a second guard before the first is gone', () => {
    const walk = new Walk();
    const release = walk.queued(A);
    walk.after(-HOUR);
    walk.begin(release);
    walk.ok({ type: 'tick' });
    expect(walk.status(release)).toBe('deploying');
    walk.after(HOUR + LEASE_OVER).ok({ type: 'tick' });
    expect(walk.status(release)).toBe('errored');
  });

  it('RULES 4: a start interrupts at once, but the next attempt waits for a proof or for lease and margin', () => {
    const walk = interrupted();
    expect(walk.status(1)).toBe('errored');
    walk.ok({ type: 'retry', release: 1 }, ada);
    walk.guardGone = false;
    const ask = { type: 'begin', release: 1, step: 'deploy', worker: 'w2', leaseUntil: walk.now } as const;
    expect(walk.no('guardMayLive', ask)).toEqual({ rule: 'guardMayLive', until: walk.now + LEASE_OVER });
    expect(walk.copy().after(LEASE_OVER).try(ask).kind).toBe('accepted');
    walk.guardGone = true;
    expect(walk.try(ask).kind).toBe('accepted');
  });

  it('RULES 4: a start does not interrupt its own attempts', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.ok({ type: 'workersGone', except: 'w1' });
    expect(walk.status(release)).toBe('deploying');
  });

  it('RULES 5: a command that did not start restores the old value of `uncertain`', () => {
    const walk = new Walk();
    walk.deploying(A);
    expect(walk.environment.uncertain).toBe(true);
    walk.report(1, DID_NOT_RUN);
    expect(walk.environment.uncertain).toBe(false);
    expect(walk.release(1).erroredIn).toBe('deploy');
    walk.ok({ type: 'retry', release: 1 }, ada);
    walk.report(walk.begin(1), BROKE);
    expect(walk.environment.uncertain).toBe(true);
    walk.ok({ type: 'retry', release: 1 }, ada);
    walk.report(walk.begin(1), DID_NOT_RUN);
    expect(walk.environment.uncertain).toBe(true);
  });

  it('RULES 6: an interrupted idempotent deploy is tried again by itself, at most twice, before all others', () => {
    const walk = interrupted(true);
    const other = walk.queued(B);
    for (const attempt of [2, 3]) {
      expect(nextWork(walk.environment)?.release.number).toBe(1);
      expect(walk.begin(1)).toBe(attempt);
      walk.ok({ type: 'workersGone', except: 'w2' });
    }
    expect(walk.status(1)).toBe('errored');
    expect(nextWork(walk.environment)?.release.number).toBe(other);
  });

  it('RULES 6: it is still the deploy of whoever pressed it: their own lock allows it, and another person’s does not', () => {
    const deployingBy = (owner: Person) => {
      const walk = new Walk(policyOf({ idempotent: true }));
      const release = walk.approved(A);
      walk.ok({ type: 'deploy', release }, mo);
      walk.begin(release);
      walk.ok({ type: 'lock', reason: 'migration', forMs: null }, owner);
      walk.ok({ type: 'workersGone', except: 'w2' });
      return walk;
    };
    expect(deployingBy(mo).begin(1)).toBe(2);
    const kept = deployingBy(ada);
    const leaseUntil = kept.now + LEASE_MS;
    kept.no('sentBack', { type: 'begin', release: 1, step: 'deploy', worker: 'w3', leaseUntil });
    expect(kept.status(1)).toBe('errored');
  });

  it('RULES 6: an interruption reported by the worker has the same effect as the end of the lease', () => {
    const walk = new Walk(policyOf({ idempotent: true }));
    walk.deploying(A);
    walk.report(1, INTERRUPTED);
    expect(walk.status(1)).toBe('queued');
    walk.report(1, INTERRUPTED);
    expect(walk.status(1)).toBe('queued');
    expect(walk.release(1).autoRetries).toBe(1);
  });

  it('RULES 6: it stays errored if a cancel was requested, it is not idempotent, or a rollback waits', () => {
    const wished = new Walk(policyOf({ idempotent: true }));
    wished.deploying(A);
    wished.ok({ type: 'cancel', release: 1, reason: null }, mo);
    wished.ok({ type: 'workersGone', except: 'w2' });
    expect(wished.status(1)).toBe('errored');
    expect(interrupted().status(1)).toBe('errored');

    const leaving = new Walk(policyOf({ idempotent: true }));
    leaving.accepted(B);
    const release = leaving.deploying(A);
    leaving.rollback();
    leaving.ok({ type: 'workersGone', except: 'w2' });
    expect(leaving.status(release)).toBe('errored');
  });

  it('RULES 6: an interrupted verification is tried again by itself, unless a cancel was requested', () => {
    const walk = new Walk();
    const release = walk.deployed(A);
    walk.begin(release, 'verify');
    walk.ok({ type: 'workersGone', except: 'w2' });
    expect(nextWork(walk.environment)).toMatchObject({ step: 'verify', release: { number: release } });
    walk.begin(release, 'verify', 'w2');
    walk.ok({ type: 'cancel', release, reason: null }, mo);
    walk.ok({ type: 'workersGone', except: 'w3' });
    expect(walk.release(release)).toMatchObject({ status: 'errored', erroredIn: 'verify' });
  });
});
