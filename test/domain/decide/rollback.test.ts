import { rollbackTarget } from '../../../src/domain/eligibility/environment.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import {
  A,
  ANYONE,
  acceptedBelow,
  B,
  C,
  continuousPolicy,
  D,
  eve,
  FAILED,
  guest,
  lin,
  mo,
  policyOf,
  Walk,
} from '../support/support.ts';

/** A, then B, then C accepted; C runs. */
function three(): Walk {
  const walk = new Walk();
  for (const commit of [A, B, C]) {
    walk.accepted(commit);
    walk.after(1);
  }
  return walk;
}

describe('rollback', () => {
  it('RULES 12: it goes to the newest acceptance of another commit, including that of a rollback', () => {
    const walk = three();
    const first = walk.rollback();
    expect(walk.release(first)).toMatchObject({ sha: B, leaves: { sha: C, release: 3 } });
    walk.run(first);
    const second = walk.rollback();
    expect(walk.release(second)).toMatchObject({ sha: A, leaves: { sha: B } });
  });

  it('RULES 12: after a failed deploy it leaves that commit for the one that ran before', () => {
    const walk = three();
    walk.deploying(D);
    walk.report(walk.environment.attempts, FAILED);
    expect(walk.release(walk.rollback())).toMatchObject({ sha: C, leaves: { sha: D } });
  });

  it('RULES 12: the next rollback does not leave a rollback that has not succeeded', () => {
    const walk = three();
    const first = walk.rollback();
    walk.report(walk.begin(first), FAILED);
    const second = walk.rollback();
    expect(walk.release(second)).toMatchObject({ sha: B, leaves: { sha: C } });
  });

  it('RULES 13: the write that accepts it empties the queue, and revokes what it leaves, here and above', () => {
    const walk = new Walk(policyOf({ above: { name: 'live', mode: 'approval' } }));
    walk.accepted(A);
    walk.after(1);
    walk.accepted(B);
    const waits = walk.queued(C);
    const back = walk.rollback();
    expect(walk.status(back)).toBe('queued');
    expect(walk.status(waits)).toBe('approved');
    expect(walk.acceptance(B)?.revoked).toMatchObject({ by: mo, release: back });
    expect(walk.release(2).revoked?.release).toBe(back);
    expect(walk.environment.accepted?.sha).toBe(A);
    expect(walk.sent('revokedBelow').map(({ sha }) => sha)).toEqual([B]);
  });

  it('RULES 13: if it fails, nothing else begins by itself', () => {
    const walk = three();
    walk.queued(D);
    walk.report(walk.begin(walk.rollback()), FAILED);
    expect(nextWork(walk.environment)).toBeNull();
  });

  it('RULES 13: releases queued while it ran leave the queue when it has succeeded', () => {
    const walk = three();
    const back = walk.rollback();
    const waits = walk.queued(D);
    walk.run(back);
    expect(walk.status(back)).toBe('accepted');
    expect(walk.status(waits)).toBe('approved');
  });

  it('RULES 13: a waiting retry gets back its old status', () => {
    const walk = three();
    const failed = walk.deploying(D);
    walk.report(walk.environment.attempts, FAILED);
    walk.ok({ type: 'retry', release: failed }, mo);
    walk.rollback();
    expect(walk.status(failed)).toBe('failed');
  });

  it('RULES 13: in a continuous environment it supersedes waiting releases, and pauses', () => {
    const walk = new Walk(continuousPolicy({ verify: false }));
    for (const [at, commit] of [A, B].entries()) {
      walk.run(walk.head(commit, at + 1));
      walk.after(1);
    }
    const waits = walk.head(C, 3);
    const back = walk.rollback();
    expect(walk.release(waits)).toMatchObject({ status: 'superseded', end: { cause: { release: back } } });
    expect(walk.environment.paused).toMatchObject({ by: mo, rollback: back });
    walk.no('paused', { type: 'makeRelease', sha: D, ref: 'main', head: 4, card: 'shop@head-4' });
    walk.run(back);
    expect(walk.status(back)).toBe('accepted');
    expect(nextWork(walk.environment)).toBeNull();
  });

  it('RULES 13: cancelling it does not restore the acceptance; deploy, test and accept do', () => {
    const walk = three();
    walk.ok({ type: 'cancel', release: walk.rollback(), reason: null }, mo);
    expect(walk.acceptance(C)?.revoked).not.toBeNull();
    walk.accepted(C);
    expect(walk.acceptance(C)?.revoked).toBeNull();
  });

  it('RULES 14: another is refused by name while one waits or runs, and the first goes before all others', () => {
    const walk = three();
    walk.queued(D);
    const first = walk.rollback();
    const ask = { type: 'rollback', to: null, reason: 'again' } as const;
    expect(walk.no('rollbackFirst', ask, mo)).toMatchObject({ rollback: first });
    walk.begin(first);
    expect(walk.no('rollbackFirst', ask, mo)).toMatchObject({ rollback: first });
  });

  it('RULES 14: it is cancelled with that reason when its target is revoked before it begins', () => {
    const walk = three();
    const back = walk.rollback();
    walk.ok({ type: 'fail', release: 2, reason: 'B was bad too' }, lin);
    expect(walk.release(back)).toMatchObject({ status: 'cancelled', begun: false });
    expect(walk.release(back).end?.reason).toContain('revoked');
    expect(walk.replies(back)).toContain('cancelled');
  });

  it('RULES 14: it cannot be retried once its target was revoked', () => {
    const walk = three();
    const back = walk.rollback();
    walk.report(walk.begin(back), FAILED);
    walk.ok({ type: 'retry', release: back }, mo);
    walk.ok({ type: 'fail', release: 2, reason: 'B was bad too' }, lin);
    expect(walk.status(back)).toBe('failed');
    walk.no('notAcceptedHere', { type: 'retry', release: back }, mo);
  });
});

describe('the target of a rollback', () => {
  it('is any chosen commit accepted here, never the one left, a revoked or an unknown one', () => {
    const walk = three();
    const ask = (sha: string) => ({ type: 'rollback', to: { sha, ref: 'v1' }, reason: 'burns' }) as const;
    walk.no('targetIsLeft', ask(C), mo);
    expect(walk.no('notAcceptedHere', ask(D), mo)).toMatchObject({ revoked: false });
    const chosen = walk.rollback(A);
    expect(walk.release(chosen).sha).toBe(A);
    walk.run(chosen);
    expect(walk.no('notAcceptedHere', ask(C), mo)).toMatchObject({ revoked: true });
  });

  it('is refused without a reason, without a deploy, or if nothing else was accepted', () => {
    const walk = new Walk();
    walk.no('nothingDeployed', { type: 'rollback', to: null, reason: 'burns' }, mo);
    walk.accepted(A);
    expect(walk.no('noTarget', { type: 'rollback', to: null, reason: 'burns' }, mo)).toMatchObject({
      leaves: A,
    });
    walk.accepted(B);
    walk.no('reasonRequired', { type: 'rollback', to: null, reason: ' ' }, mo);
  });

  it('counts from what the first rollback left while that is not verified, and is not its faulty commit', () => {
    const walk = three();
    const first = walk.rollback();
    walk.report(walk.begin(first));
    walk.report(walk.begin(first, 'verify'), FAILED);
    const unverified = walk.copy();
    expect(unverified.release(unverified.rollback())).toMatchObject({ sha: B, leaves: { sha: C } });
    walk.ok({ type: 'fail', release: first, reason: 'B is bad' }, lin);
    expect(walk.release(walk.rollback())).toMatchObject({ sha: A, leaves: { sha: C } });
  });

  it('is never the faulty commit of the rollback before, even if its acceptance was out of reach', () => {
    const walk = new Walk();
    walk.accepted(A);
    const memory = [
      acceptedBelow(B, { environment: environmentId('shop', 'prod'), at: 2 }),
      acceptedBelow(D, { environment: environmentId('shop', 'prod'), at: 1 }),
    ];
    walk.memory = memory;
    const first = walk.rollback();
    walk.report(walk.begin(first));
    walk.report(walk.begin(first, 'verify'), FAILED);
    walk.memory = [];
    walk.ok({ type: 'fail', release: first, reason: 'B is bad' }, lin);
    walk.memory = memory;
    expect(walk.release(walk.rollback())).toMatchObject({ sha: D, leaves: { sha: A } });
  });

  it('is another commit after an accepted rollback that turned out faulty', () => {
    const walk = three();
    const first = walk.rollback();
    walk.run(first);
    walk.ok({ type: 'fail', release: first, reason: 'B is bad' }, lin);
    expect(walk.release(walk.rollback())).toMatchObject({ sha: A, leaves: { sha: B, release: first } });
  });

  it('runs out at the end of a chain of revocations', () => {
    const walk = three();
    walk.run(walk.rollback());
    walk.run(walk.rollback());
    expect(walk.environment.deployed?.sha).toBe(A);
    expect(walk.environment.accepted?.sha).toBe(A);
    walk.no('noTarget', { type: 'rollback', to: null, reason: 'burns' }, mo);
    expect(rollbackTarget(walk.environment, [])).toBeNull();
  });

  it('can be an acceptance that has left the document', () => {
    const walk = new Walk();
    walk.memory = [acceptedBelow(D, { environment: environmentId('shop', 'prod') })];
    walk.accepted(A);
    const back = walk.rollback();
    expect(walk.release(back).sha).toBe(D);
    expect(rollbackTarget(walk.environment, walk.memory)?.sha).toBe(D);
  });

  it('goes before all others once built, without approvals, order or a check of ancestry', () => {
    const walk = three();
    walk.known.set(`${B}:${C}`, 'ancestor');
    walk.below.set(B, null);
    const back = walk.rollback();
    const waits = walk.queued(D);
    walk.begin(back);
    expect(walk.status(waits)).toBe('queued');
    expect(walk.status(back)).toBe('deploying');
  });

  it('lets other releases go until it is built', () => {
    const walk = three();
    walk.built = 'pending';
    const back = walk.rollback();
    walk.built = 'succeeded';
    const waits = walk.queued(D);
    expect(nextWork(walk.environment)?.release.number).toBe(waits);
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    expect(nextWork(walk.environment)?.release.number).toBe(back);
  });

  it('can be requested by members only', () => {
    three().no('notMember', { type: 'rollback', to: null, reason: 'burns' }, guest);
  });
});

it('goes first also when another rollback took it off the queue (RULES 11, 14)', () => {
  const walk = three();
  const first = walk.rollback();
  walk.report(walk.begin(first));
  walk.report(walk.begin(first, 'verify'), FAILED);
  const second = walk.rollback(A);
  walk.ok({ type: 'accept', release: first, reason: 'looks fine' }, eve);
  expect(walk.status(second)).toBe('approved');
  const another = { type: 'rollback', to: null, reason: 'burns' } as const;
  expect(walk.no('rollbackFirst', another, mo)).toMatchObject({ rollback: second });
  const closed = walk.copy();
  closed.policy = policyOf({ roles: { ...ANYONE, rollback: [lin.id] } });
  closed.no('notRole', { type: 'deploy', release: second }, mo);
  closed.ok({ type: 'deploy', release: second }, lin);
  const revoked = walk.copy();
  walk.ok({ type: 'cancel', release: second, reason: null }, mo);
  expect(walk.rollback(A)).toBeGreaterThan(second);
  // RULES 14: its target is revoked before it begins.
  revoked.ok({ type: 'fail', release: 1, reason: 'bad' }, eve);
  expect(revoked.status(second)).toBe('cancelled');
});
