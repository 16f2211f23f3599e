import fc from 'fast-check';
import { nextWork } from '../../../../src/domain/gates/gates.ts';
import { runs } from '../../../support/thorough.ts';
import { A, B, C, continuousPolicy, D, FAILED, lin, mo, Walk } from '../../support/support.ts';

/** A, then B ran and were accepted; B runs. */
function two(change = {}): Walk {
  const walk = new Walk(continuousPolicy({ verify: false, ...change }));
  for (const [at, commit] of [A, B].entries()) {
    walk.run(walk.head(commit, at + 1));
    walk.after(1);
  }
  return walk;
}

const resume = (walk: Walk) => walk.ok({ type: 'resume', reason: null }, lin).release ?? null;

describe('rule 33: a release made after a resume survives the rollback’s success', () => {
  it('rule 33: in the sequence of seed 20261124: rollback begins, resume, push, rollback succeeds', () => {
    const walk = two();
    const back = walk.rollback();
    walk.begin(back);
    expect(resume(walk)).toBeNull();
    const pushed = walk.head(C, 3);
    expect(nextWork(walk.environment)).toBeNull();
    walk.report(walk.environment.attempts);
    expect(walk.status(back)).toBe('accepted');
    expect(walk.environment.paused).toBeNull();
    expect(nextWork(walk.environment)).toMatchObject({ step: 'deploy', release: { number: pushed } });
    walk.run(pushed);
    expect(walk.environment).toMatchObject({ deployed: { sha: C }, accepted: { sha: C } });
  });

  it('rule 33: so do a release that the resume itself made, and one held by a later pause', () => {
    const walk = two();
    const back = walk.rollback();
    walk.no('paused', { type: 'makeRelease', sha: C, ref: 'main', head: 3, card: 'shop@head-3' });
    const made = resume(walk) ?? 0;
    expect(walk.release(made)).toMatchObject({ sha: C, status: 'queued' });
    walk.ok({ type: 'pause', reason: 'wait' }, mo);
    walk.run(back);
    expect(walk.status(made)).toBe('queued');
    walk.do({ type: 'begin', release: made, step: 'deploy', worker: 'w1', leaseUntil: 0 });
    expect(walk.release(made).held).toMatchObject({ gate: 'paused' });
    resume(walk);
    walk.run(made);
    expect(walk.environment.deployed?.sha).toBe(C);
  });

  it('rule 33: a resume makes again the release that the rollback took off the queue', () => {
    const walk = two();
    const waits = walk.head(C, 3);
    const back = walk.rollback();
    expect(walk.status(waits)).toBe('superseded');
    const made = resume(walk) ?? 0;
    expect(walk.release(made)).toMatchObject({ sha: C, head: 3, status: 'queued' });
    walk.run(back);
    walk.run(made);
    expect(walk.environment.deployed?.sha).toBe(C);
  });

  it('rule 33: a resume takes the newer of the commit kept by a pause and the one taken off the queue', () => {
    const walk = two();
    walk.head(C, 3);
    walk.ok({ type: 'pause', reason: 'wait' }, mo);
    walk.no('paused', { type: 'makeRelease', sha: D, ref: 'main', head: 4, card: 'shop@head-4' });
    const back = walk.rollback();
    const made = resume(walk) ?? 0;
    expect(walk.release(made).sha).toBe(D);
    walk.run(back);
    walk.run(made);
    expect(walk.environment.deployed?.sha).toBe(D);
  });

  it('rule 33: in any order of events, the newest head is deployed, waits, is kept by a pause or was begun', () => {
    const acts = ['push', 'rollback', 'resume', 'pause', 'work', 'fail', 'retry', 'cancel'] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...acts), { maxLength: 30 }), (list) => {
        const walk = two();
        let head = 2;
        let newest = B;
        for (const act of list) {
          walk.after(1);
          const rollback = walk.environment.open.find(({ kind }) => kind === 'rollback');
          const work = nextWork(walk.environment);
          const running = walk.environment.open.find(({ status }) => status === 'deploying');
          switch (act) {
            case 'push':
              head += 1;
              newest = head.toString(16).padStart(40, '0');
              walk.do({ type: 'makeRelease', sha: newest, ref: 'main', head, card: `shop@head-${head}` });
              break;
            case 'rollback':
              walk.do({ type: 'rollback', to: null, reason: 'it burns' }, mo);
              break;
            case 'resume':
            case 'pause':
              walk.do({ type: act, reason: 'because' }, lin);
              break;
            case 'work':
              if (work)
                walk.do({
                  type: 'begin',
                  release: work.release.number,
                  step: work.step,
                  worker: 'w',
                  leaseUntil: 0,
                });
              else if (running) walk.report(walk.environment.attempts);
              break;
            case 'fail':
              if (running) walk.report(walk.environment.attempts, FAILED);
              break;
            case 'retry':
            case 'cancel':
              if (rollback) walk.do({ type: act, release: rollback.number, reason: null }, mo);
              break;
            default:
              act satisfies never;
          }
          const { open, ended, paused } = walk.environment;
          const of = [...open, ...ended.map((entry) => entry.release)].filter(({ sha }) => sha === newest);
          const begun = of.some((release) => release.begun);
          const waits = of.some((release) => open.includes(release) && release.status === 'queued');
          const revoked = walk.acceptance(newest)?.revoked != null;
          if (!begun && !waits && !revoked) expect(paused?.newest?.sha).toBe(newest);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
