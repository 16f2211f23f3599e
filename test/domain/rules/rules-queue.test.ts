import { nextWork, queue } from '../../../src/domain/gates/gates.ts';
import {
  A,
  acceptedBelow,
  ada,
  approvalsOf,
  B,
  C,
  CANCELLED,
  continuousPolicy,
  D,
  DID_NOT_RUN,
  FAILED,
  HOUR,
  lin,
  mo,
  policyOf,
  SUCCEEDED,
  Walk,
} from '../support/support.ts';

/** A worker died in the deploy of A. */
function interrupted(): Walk {
  const walk = new Walk();
  walk.deploying(A);
  walk.ok({ type: 'workersGone', except: 'w2' });
  return walk;
}

describe('the queue', () => {
  it('RULES 7: the first release is the first among those that are built', () => {
    const walk = new Walk();
    walk.built = 'pending';
    const unbuilt = walk.queued(A);
    walk.built = 'succeeded';
    const second = walk.queued(B);
    walk.queued(C);
    expect(queue(walk.environment).map(({ number }) => number)).toEqual([second, 3]);
    walk.ok({ type: 'buildEnded', sha: A, succeeded: true });
    expect(nextWork(walk.environment)?.release.number).toBe(unbuilt);
    const late = { type: 'begin', release: second, step: 'deploy', worker: 'w1', leaseUntil: 0 } as const;
    walk.no('notFirst', late);
  });

  it('RULES 8: shut order sends a promotion back to approved, and a retry to its old status, when it would begin', () => {
    const walk = new Walk();
    const release = walk.queued(A);
    walk.below.set(A, acceptedBelow(A, { revoked: { at: 1, by: mo, release: 9 } }));
    const ask = { type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: 0 } as const;
    walk.no('sentBack', ask);
    expect(walk.status(release)).toBe('approved');
    walk.below.clear();
    walk.ok({ type: 'deploy', release }, ada);
    walk.report(walk.begin(release), FAILED);
    walk.ok({ type: 'retry', release }, ada);
    walk.below.set(A, null);
    walk.no('sentBack', ask);
    expect(walk.status(release)).toBe('failed');
    walk.no('order', { type: 'retry', release }, ada);
  });

  it('RULES 8: shut order keeps a continuous release queued, without blocking others, until it is accepted below again', () => {
    const walk = new Walk(continuousPolicy({ below: 'dev' }));
    const held = walk.head(A, 1);
    walk.below.set(A, null);
    const ask = { type: 'begin', release: held, step: 'deploy', worker: 'w1', leaseUntil: 0 } as const;
    walk.no('sentBack', ask);
    expect(walk.release(held)).toMatchObject({ status: 'queued', held: { gate: 'order', until: null } });
    expect(nextWork(walk.environment)).toBeNull();
    walk.below.clear();
    expect(walk.head(A, 2)).toBe(held);
    walk.begin(held);
    expect(walk.status(held)).toBe('deploying');
  });

  it('RULES 9: too few approvals return approved and queued releases to prepared, and void ones stay void', () => {
    for (const reach of ['approved', 'queued'] as const) {
      const walk = new Walk();
      const release = walk[reach](A);
      const { approvals } = walk.policy;
      walk.policy = policyOf({ approvals: approvalsOf({ from: [mo.id] }) });
      walk.ok({ type: 'tick' });
      expect(walk.release(release)).toMatchObject({ status: 'prepared', approvals: [], queue: null });
      expect(walk.release(release).voided.map(({ by }) => by)).toEqual([lin]);
      walk.policy = policyOf({ approvals });
      walk.ok({ type: 'tick' });
      expect(walk.status(release)).toBe('prepared');
    }
  });

  it('RULES 9: an approval ends alone, and the release expires at its own time', () => {
    const walk = new Walk(policyOf({ approvals: approvalsOf({ required: 2 }) }));
    const release = walk.prepare(A);
    walk.after(HOUR).ok({ type: 'approve', release }, lin);
    walk.after(HOUR).ok({ type: 'approve', release }, mo);
    walk.ok({ type: 'deploy', release }, ada);
    const clock = walk.release(release).expiresAt ?? 0;
    expect(clock).toBe(walk.now - 2 * HOUR + 24 * HOUR);
    walk.now = clock - 1;
    walk.ok({ type: 'tick' });
    expect(walk.status(release)).toBe('queued');
    walk.after(1).ok({ type: 'tick' });
    expect(walk.status(release)).toBe('expired');

    const longer = new Walk(walk.policy);
    const other = longer.prepare(B);
    longer.ok({ type: 'approve', release: other }, lin);
    longer.ok({ type: 'approve', release: other }, mo);
    // Asked for longer than an approval lasts: the request outlives the yes.
    const open = structuredClone(longer.environment);
    for (const each of open.open) each.expiresAt = longer.now + 100 * HOUR;
    longer.environment = open;
    longer.after(24 * HOUR).ok({ type: 'tick' });
    expect(longer.release(other)).toMatchObject({ status: 'prepared', approvals: [] });
  });

  it('RULES 9: a release that would now remove commits loses earlier approvals, in the write that deploys', () => {
    const walk = new Walk();
    const waits = walk.queued(A);
    const other = walk.queued(B);
    walk.ok({ type: 'cancel', release: waits, reason: null }, mo);
    const third = walk.approved(C);
    walk.known.set(`${C}:${B}`, 'diverged');
    walk.report(walk.begin(other));
    expect(walk.release(third)).toMatchObject({ status: 'prepared', approvals: [] });
    walk.after(1).ok({ type: 'approve', release: third }, mo);
    walk.ok({ type: 'tick' });
    expect(walk.status(third)).toBe('approved');
  });

  it('RULES 10: prepare is refused for a commit that waits or is a proper ancestor, but the same commit may go again', () => {
    const walk = new Walk();
    walk.accepted(A);
    const again = walk.prepare(A);
    const ask = { type: 'prepare', sha: A, ref: null, note: null } as const;
    expect(walk.no('alreadyWaits', ask, ada)).toMatchObject({ release: again });
    walk.known.set(`${B}:${A}`, 'ancestor');
    walk.no('behindDeployed', { ...ask, sha: B }, ada);
    walk.known.set(`${B}:${A}`, 'diverged');
    expect(walk.try({ ...ask, sha: B }, ada).kind).toBe('accepted');
  });

  it('RULES 10: an ancestor of what is deployed now is superseded in that write', () => {
    const walk = new Walk();
    const older = walk.approved(A);
    const newer = walk.queued(B);
    const apart = walk.approved(C);
    walk.known.set(`${A}:${B}`, 'ancestor');
    walk.report(walk.begin(newer));
    expect(walk.release(older)).toMatchObject({
      status: 'superseded',
      end: { cause: { release: newer, sha: B } },
    });
    expect(walk.isOpen(older)).toBe(false);
    expect(walk.status(apart)).toBe('approved');
  });

  it('RULES 11: a retry is refused once another has begun here, whatever its outcome', () => {
    const walk = new Walk();
    const first = walk.deploying(A);
    walk.report(1, FAILED);
    const second = walk.queued(B);
    walk.begin(second);
    expect(walk.isOpen(first)).toBe(false);
    expect(walk.no('overtaken', { type: 'retry', release: first }, ada)).toMatchObject({ by: second });
    walk.report(2, DID_NOT_RUN);
    walk.no('overtaken', { type: 'retry', release: first }, ada);
  });

  it('RULES 11: a waiting retry is dropped when another begins before it', () => {
    const walk = new Walk();
    walk.accepted(D);
    const first = walk.deploying(A);
    walk.report(walk.environment.attempts, FAILED);
    walk.ok({ type: 'retry', release: first }, ada);
    const back = walk.rollback();
    walk.report(walk.begin(back), FAILED);
    expect(walk.status(first)).toBe('failed');
    expect(nextWork(walk.environment)).toBeNull();
  });

  it('RULES 11: a release that began and waits for approvals again is overtaken by the next begin', () => {
    const walk = interrupted();
    walk.ok({ type: 'retry', release: 1 }, ada);
    walk.policy = policyOf({ approvals: { ...walk.policy.approvals, validForMs: 30 * HOUR } });
    walk.ok({ type: 'tick' });
    walk.deploying(B);
    expect(walk.status(1)).toBe('superseded');
  });

  it('RULES 11: while a rollback waits or runs, no deploy is retried', () => {
    const walk = new Walk();
    walk.accepted(A);
    const failed = walk.deploying(B);
    walk.report(walk.environment.attempts, CANCELLED);
    const back = walk.rollback();
    expect(walk.no('rollbackFirst', { type: 'retry', release: failed }, ada)).toMatchObject({
      rollback: back,
    });
    walk.begin(back);
    walk.report(walk.environment.attempts, SUCCEEDED);
    walk.no('overtaken', { type: 'retry', release: failed }, ada);
  });
});
