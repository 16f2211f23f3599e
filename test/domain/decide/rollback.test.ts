import { rollbackTarget } from '../../../src/domain/decide/environment/reversal/rollback.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import {
  A,
  acceptedBelow,
  B,
  C,
  continuousPolicy,
  D,
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
  it('RULES 12: it goes to the newest acceptance of another commit, a rollback’s own included', () => {
    const walk = three();
    const first = walk.rollback();
    expect(walk.release(first)).toMatchObject({ sha: B, leaves: { sha: C, release: 3 } });
    walk.run(first);
    const second = walk.rollback();
    expect(walk.release(second)).toMatchObject({ sha: A, leaves: { sha: B } });
  });

  it('RULES 12: after a failed deploy it leaves that one, for what ran before', () => {
    const walk = three();
    walk.deploying(D);
    walk.report(walk.environment.attempts, FAILED);
    expect(walk.release(walk.rollback())).toMatchObject({ sha: C, leaves: { sha: D } });
  });

  it('RULES 12: a rollback that has not succeeded is not what the next one leaves', () => {
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

  it('RULES 13: should it fail, nothing else begins by itself', () => {
    const walk = three();
    walk.queued(D);
    walk.report(walk.begin(walk.rollback()), FAILED);
    expect(nextWork(walk.environment)).toBeNull();
  });

  it('RULES 13: what was queued while it ran leaves the queue when it has succeeded', () => {
    const walk = three();
    const back = walk.rollback();
    const waits = walk.queued(D);
    walk.run(back);
    expect(walk.status(back)).toBe('accepted');
    expect(walk.status(waits)).toBe('approved');
  });

  it('RULES 13: a waiting retry gets the status back that it had', () => {
    const walk = three();
    const failed = walk.deploying(D);
    walk.report(walk.environment.attempts, FAILED);
    walk.ok({ type: 'retry', release: failed }, mo);
    walk.rollback();
    expect(walk.status(failed)).toBe('failed');
  });

  it('RULES 13: in a continuous environment it supersedes what waits, and pauses', () => {
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

  it('RULES 13: cancelled, it does not bring the acceptance back; deploy, test and accept do', () => {
    const walk = three();
    walk.ok({ type: 'cancel', release: walk.rollback(), reason: null }, mo);
    expect(walk.acceptance(C)?.revoked).not.toBeNull();
    walk.accepted(C);
    expect(walk.acceptance(C)?.revoked).toBeNull();
  });

  it('RULES 14: another is refused while one waits or runs, and the first is named; it goes first', () => {
    const walk = three();
    walk.queued(D);
    const first = walk.rollback();
    const ask = { type: 'rollback', to: null, reason: 'again' } as const;
    expect(walk.no('rollbackFirst', ask, mo)).toMatchObject({ rollback: first });
    walk.begin(first);
    expect(walk.no('rollbackFirst', ask, mo)).toMatchObject({ rollback: first });
  });

  it('RULES 14: it is cancelled when its target is revoked before it begins, saying so', () => {
    const walk = three();
    const back = walk.rollback();
    walk.ok({ type: 'fail', release: 2, reason: 'B was bad too' }, lin);
    expect(walk.release(back)).toMatchObject({ status: 'cancelled', begun: false });
    expect(walk.release(back).end?.reason).toContain('revoked');
    expect(walk.replies(back)).toContain('cancelled');
  });

  it('RULES 14: nor is one retried whose target was revoked since', () => {
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
  it('is the chosen one of those accepted here, never the one left, never a revoked or a stranger', () => {
    const walk = three();
    const ask = (sha: string) => ({ type: 'rollback', to: { sha, ref: 'v1' }, reason: 'burns' }) as const;
    walk.no('targetIsLeft', ask(C), mo);
    expect(walk.no('notAcceptedHere', ask(D), mo)).toMatchObject({ revoked: false });
    const chosen = walk.rollback(A);
    expect(walk.release(chosen).sha).toBe(A);
    walk.run(chosen);
    expect(walk.no('notAcceptedHere', ask(C), mo)).toMatchObject({ revoked: true });
  });

  it('is refused with a reason missing, nothing deployed, or nothing else accepted', () => {
    const walk = new Walk();
    walk.no('nothingDeployed', { type: 'rollback', to: null, reason: 'burns' }, mo);
    walk.accepted(A);
    walk.no('reasonRequired', { type: 'rollback', to: null, reason: ' ' }, mo);
    expect(walk.no('noTarget', { type: 'rollback', to: null, reason: 'burns' }, mo)).toMatchObject({
      leaves: A,
    });
  });

  it('leaves what the first rollback left while that one is not verified, and not its own faulty commit', () => {
    const walk = three();
    const first = walk.rollback();
    walk.report(walk.begin(first));
    walk.report(walk.begin(first, 'check'), FAILED);
    const unverified = walk.copy();
    expect(unverified.release(unverified.rollback())).toMatchObject({ sha: B, leaves: { sha: C } });
    walk.ok({ type: 'fail', release: first, reason: 'B is bad' }, lin);
    expect(walk.release(walk.rollback())).toMatchObject({ sha: A, leaves: { sha: C } });
  });

  it('never goes to the faulty commit of the rollback before, even if its acceptance was out of reach', () => {
    const walk = new Walk();
    walk.accepted(A);
    const memory = [
      acceptedBelow(B, { environment: environmentId('shop', 'prod'), at: 2 }),
      acceptedBelow(D, { environment: environmentId('shop', 'prod'), at: 1 }),
    ];
    walk.memory = memory;
    const first = walk.rollback();
    walk.report(walk.begin(first));
    walk.report(walk.begin(first, 'check'), FAILED);
    walk.memory = [];
    walk.ok({ type: 'fail', release: first, reason: 'B is bad' }, lin);
    walk.memory = memory;
    expect(walk.release(walk.rollback())).toMatchObject({ sha: D, leaves: { sha: A } });
  });

  it('after an accepted rollback that turned out faulty, leaves that one', () => {
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

  it('knows acceptances that have left the document', () => {
    const walk = new Walk();
    walk.memory = [acceptedBelow(D, { environment: environmentId('shop', 'prod') })];
    walk.accepted(A);
    const back = walk.rollback();
    expect(walk.release(back).sha).toBe(D);
    expect(rollbackTarget(walk.environment, walk.memory)?.sha).toBe(D);
  });

  it('goes before all others once it is built, and without approvals, order or check of ancestry', () => {
    const walk = three();
    walk.known.set(`${B}:${C}`, 'ancestor');
    walk.below.set(B, null);
    const back = walk.rollback();
    const waits = walk.queued(D);
    walk.begin(back);
    expect(walk.status(waits)).toBe('queued');
    expect(walk.status(back)).toBe('deploying');
  });

  it('does not wait for a build alone: others may go until it is built', () => {
    const walk = three();
    walk.built = 'pending';
    const back = walk.rollback();
    walk.built = 'succeeded';
    const waits = walk.queued(D);
    expect(nextWork(walk.environment)?.release.number).toBe(waits);
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    expect(nextWork(walk.environment)?.release.number).toBe(back);
  });

  it('is asked for by members only', () => {
    three().no('notMember', { type: 'rollback', to: null, reason: 'burns' }, guest);
  });
});
