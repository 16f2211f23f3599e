import { ada, approvalsOf, FAILED, lin, mo, policyOf, Walk } from '../support/support.ts';

const LONG = 'x'.repeat(300);
const LINE = 'y'.repeat(200);
const MOST_BYTES = 64 * 1024;

/** As long as the edge lets people be, and as often tried as a release remembers. */
function worst(walk: Walk, commit: string): number {
  const ask = { type: 'prepare', sha: commit, ref: LINE.slice(0, 100), note: LONG } as const;
  const release = walk.ok(ask, ada).release!;
  walk.ok({ type: 'approve', release }, lin);
  walk.ok({ type: 'approve', release }, mo);
  walk.ok({ type: 'deploy', release }, ada);
  for (let i = 0; i < 3; i += 1) {
    const attempt = walk.begin(release);
    walk.ok({ type: 'renew', attempt, leaseUntil: walk.now, lastLine: LINE });
    walk.report(attempt, FAILED);
    walk.ok({ type: 'retry', release }, ada);
  }
  walk.report(walk.begin(release));
  walk.ok({ type: 'accept', release, reason: LONG }, mo);
  walk.ok({ type: 'fail', release, reason: LONG }, mo);
  return release;
}

describe('the size of an environment', () => {
  it('stays below 64 KB whatever the history, with the longest notes and reasons', () => {
    const walk = new Walk(policyOf({ verify: false, approvals: approvalsOf({ required: 2 }) }));
    for (let i = 0; i < 40; i += 1) {
      worst(walk, i.toString(16).padStart(40, '0'));
      walk.carry();
    }
    expect(walk.environment.ended).toHaveLength(20);
    const size = JSON.stringify(walk.environment).length;
    expect(size).toBeLessThan(MOST_BYTES);
  });
});
