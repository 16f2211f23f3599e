import type { Relation } from '../../../src/domain/decide/environment/draft/context.ts';
import { A, ada, B, C, D, FAILED, lin, mo, sha, Walk } from '../support/support.ts';

const E = sha('e');

/** A ran, then B on top of it; C, on top of both, is approved: the diff that was shown goes from B to C. */
function approvedOnTop(): { walk: Walk; release: number } {
  const walk = new Walk();
  walk.known.set(`${B}:${A}`, 'descendant');
  walk.known.set(`${C}:${A}`, 'descendant');
  walk.known.set(`${C}:${B}`, 'descendant');
  walk.accepted(A);
  walk.after(1).accepted(B);
  return { walk, release: walk.after(1).approved(C) };
}

/** A commit comes to run here that stands so to B, which ran when C was approved. */
function hotfixed(walk: Walk, to: Relation): void {
  walk.known.set(`${E}:${B}`, to);
  // Whatever it is, C contains it: nothing of it would be removed.
  walk.known.set(`${C}:${E}`, 'descendant');
  const { release = 0 } = walk.ok({ type: 'hotfix', sha: E, ref: null, reason: 'burns' }, ada);
  walk.ok({ type: 'approve', release }, lin);
  walk.ok({ type: 'deploy', release }, ada);
  walk.after(1).report(walk.begin(release));
}

const MOVES: [name: string, move: (walk: Walk) => void, outlives: boolean][] = [
  ['a rollback', (walk) => walk.run(walk.rollback()), false],
  ['a hotfix off to the side', (walk) => hotfixed(walk, 'diverged'), false],
  ['a commit after a force push', (walk) => hotfixed(walk, 'diverged'), false],
  ['a commit on top of it', (walk) => hotfixed(walk, 'descendant'), true],
  [
    'a deploy that failed',
    (walk) => {
      walk.deploying(D);
      walk.report(walk.environment.attempts, FAILED);
    },
    true,
  ],
];

describe('rule 28: an approval covers the diff that was shown, and no other', () => {
  it.each(MOVES)('%s', (_name, move, outlives) => {
    const { walk, release } = approvedOnTop();
    move(walk.after(1));
    expect(walk.release(release)).toMatchObject({
      status: outlives ? 'approved' : 'prepared',
      approvals: outlives ? [{ by: lin }] : [],
    });
    if (outlives) return;
    expect(walk.release(release).voided).toMatchObject([{ by: lin }]);
    expect(walk.replies(release)).toContain('voided');
    walk.ok({ type: 'approve', release }, lin);
    expect(walk.status(release)).toBe('approved');
  });

  it('the author of a bad commit cannot bring it back with an earlier approval', () => {
    const { walk, release } = approvedOnTop();
    walk.ok({ type: 'deploy', release }, ada);
    walk.run(walk.rollback());
    expect(walk.environment.deployed?.sha).toBe(A);
    walk.no('approvals', { type: 'deploy', release }, ada);
    walk.policy = { ...walk.policy, approvals: { ...walk.policy.approvals, authors: false } };
    walk.authors = [{ person: lin.id, wrote: true }];
    walk.no('commitAuthor', { type: 'approve', release }, lin);
  });

  it('an adoption voids approvals if it does not contain what was adopted before', () => {
    for (const [to, status] of [
      ['descendant', 'approved'],
      ['diverged', 'prepared'],
    ] as const) {
      const walk = new Walk();
      const adopt = (commit: string) => walk.ok({ type: 'adopt', sha: commit, ref: null, reason: 'r' }, mo);
      adopt(A);
      const release = walk.after(1).approved(C);
      walk.known.set(`${B}:${A}`, to);
      adopt(B);
      expect(walk.status(release)).toBe(status);
    }
  });

  it('nothing begins until git can answer, and then the old approval is void', () => {
    const { walk, release } = approvedOnTop();
    const back = walk.rollback();
    walk.known.set(`${B}:${A}`, null);
    walk.known.set(`${C}:${A}`, null);
    walk.run(back);
    walk.ok({ type: 'deploy', release }, ada);
    walk.known.set(`${C}:${A}`, 'descendant');
    const begin = { type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now } as const;
    walk.no('nothingToDo', begin);
    expect(walk.status(release)).toBe('queued');
    walk.known.set(`${B}:${A}`, 'descendant');
    walk.ok({ type: 'tick' });
    expect(walk.release(release)).toMatchObject({ status: 'prepared', approvals: [] });
    expect(walk.environment.movedFrom).toBeUndefined();
  });

  it('the approval stands if git answers later that the commit is contained', () => {
    const { walk, release } = approvedOnTop();
    walk.otherwise = null;
    hotfixed(walk, 'descendant');
    walk.known.set(`${B}:${E}`, 'ancestor');
    walk.ok({ type: 'tick' });
    expect(walk.status(release)).toBe('approved');
  });

  it('an approval given since then stands', () => {
    const { walk, release } = approvedOnTop();
    walk.run(walk.rollback());
    walk.after(1).ok({ type: 'approve', release }, mo);
    walk.ok({ type: 'deploy', release }, ada);
    walk.begin(release);
    expect(walk.status(release)).toBe('deploying');
  });
});
