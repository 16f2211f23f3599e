import { A, ada, B, FAILED, HOUR, lin, mo, policyOf, START, Walk } from '../support/support.ts';

/** Found by model.test.ts: these sequences, made small by hand. */
const adopt = (sha: string) => ({ type: 'adopt', sha, ref: null, reason: 'it runs' }) as const;

describe('a release begun before an adopt', () => {
  it('RULES 11: is not tried again by itself, and a waiting retry gets back its old status', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.report(walk.environment.attempts, FAILED);
    walk.ok({ type: 'retry', release }, ada);
    walk.ok(adopt(B), mo);
    expect(walk.status(release)).toBe('failed');
    walk.no('nothingToDo', { type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now });
    walk.no('overtaken', { type: 'retry', release }, ada);
    expect(walk.environment.deployed?.sha).toBe(B);
  });

  it('RULES 16: stays errored after an interrupted deploy, and only an errored verification is superseded', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.ok({ type: 'workersGone', except: 'w9' });
    walk.ok(adopt(B), mo);
    expect(walk.release(release)).toMatchObject({ status: 'errored', erroredIn: 'deploy' });
  });
});

describe('a release that soaks in the queue', () => {
  const soaking = (): { walk: Walk; release: number } => {
    const walk = new Walk(policyOf({ soakMs: 2 * HOUR }));
    return { walk, release: walk.queued(A) };
  };
  const begin = (walk: Walk, release: number) =>
    walk.no('sentBack', { type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now });

  it('RULES 7: is not first, so neither lock nor freeze sends it back', () => {
    const { walk, release } = soaking();
    walk.ok({ type: 'lock', reason: 'migration', forMs: null }, lin);
    begin(walk, release);
    expect(walk.release(release)).toMatchObject({ status: 'queued', held: { gate: 'soak' } });
  });

  it('RULES 8: goes back to approved when its commit is revoked below', () => {
    const { walk, release } = soaking();
    begin(walk, release);
    const revoked = { at: START, by: mo, release: null };
    const accepted = walk.context(A).order;
    walk.below.set(A, accepted && { ...accepted, revoked });
    walk.ok({ type: 'revokedBelow', sha: A, environment: 'preprod' });
    begin(walk, release);
    expect(walk.status(release)).toBe('approved');
    expect(walk.replies(release)).toContain('sentBack');
  });
});
