import type { Relation } from '../../../src/domain/decide/environment/draft/context.ts';
import { answerBefore } from '../../../src/domain/decide/shared/finish.ts';
import {
  A,
  acceptedBelow,
  ada,
  B,
  BROKE,
  C,
  eve,
  FAILED,
  lin,
  mo,
  policyOf,
  refusedBy,
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

describe('verification and acceptance', () => {
  it('RULES 15: a verification is retried only while its release runs, nothing else does, and nothing is uncertain', () => {
    const walk = new Walk();
    const first = walk.deployed(A);
    walk.report(walk.begin(first, 'verify'), FAILED);
    const retry = { type: 'retry', release: first } as const;
    const second = walk.deploying(B);
    expect(refusedBy(walk.copy().do(retry, ada))).toMatch(/busy|uncertain/);
    walk.report(walk.environment.attempts, FAILED);
    walk.no('uncertain', retry, ada);
    walk.ok({ type: 'retry', release: second }, ada);
    walk.report(walk.begin(second));
    walk.no('settled', retry, ada);
  });

  it('RULES 15: cancel ends a verification as unverified', () => {
    const walk = new Walk();
    const release = walk.deployed(A);
    walk.begin(release, 'verify');
    walk.ok({ type: 'cancel', release, reason: 'slow' }, mo);
    expect(walk.no('cancelWished', { type: 'cancel', release, reason: null }, lin)).toMatchObject({ by: mo });
    walk.report(walk.environment.attempts, { kind: 'cancelled' });
    expect(walk.release(release)).toMatchObject({ status: 'unverified', end: { by: mo, reason: 'slow' } });
  });

  it('RULES 16: a release whose verification errored is superseded when overtaken, and until then a person may accept or fail it', () => {
    const walk = new Walk();
    const release = walk.deployed(A);
    walk.report(walk.begin(release, 'verify'), BROKE);
    walk.no('reasonRequired', { type: 'accept', release, reason: ' ' }, mo);
    expect(walk.try({ type: 'accept', release, reason: 'seen it' }, mo).kind).toBe('accepted');
    expect(walk.try({ type: 'fail', release, reason: 'seen it' }, mo).kind).toBe('accepted');
    const other = walk.deployed(B);
    expect(walk.release(release)).toMatchObject({ status: 'superseded', end: { cause: { release: other } } });
  });

  it('RULES 17: accept is refused while uncertain, and Test Failed is not', () => {
    const walk = new Walk();
    const release = walk.testing(A);
    walk.deploying(B);
    walk.no('uncertain', { type: 'accept', release, reason: null }, mo);
    walk.ok({ type: 'fail', release, reason: 'no' }, mo);
    expect(walk.status(release)).toBe('faulty');
  });

  it('RULES 17: fail on an accepted release revokes its acceptance, even when something else runs', () => {
    const walk = new Walk(policyOf({ above: { name: 'live', mode: 'approval' } }));
    const bad = walk.accepted(A);
    walk.accepted(B);
    walk.ok({ type: 'fail', release: bad, reason: 'loses orders' }, lin);
    expect(walk.acceptance(A)?.revoked).toMatchObject({ by: lin });
    expect(walk.environment.accepted?.sha).toBe(B);
    expect(walk.sent('revokedBelow')).toMatchObject([{ sha: A, environment: 'prod' }]);
  });

  it('RULES 17: a commit found faulty the second time cannot be promoted because of the first', () => {
    const walk = new Walk();
    walk.accepted(A);
    const again = walk.testing(A);
    walk.ok({ type: 'fail', release: again, reason: 'loses orders' }, lin);
    expect(walk.acceptance(A)?.revoked).toMatchObject({ by: lin });
    expect(walk.environment.accepted).toBeNull();
  });

  it('RULES 17: an accepted release that left the document can still be failed', () => {
    const walk = new Walk();
    const bad = walk.accepted(A);
    walk.past = walk.release(bad);
    walk.memory = [walk.acceptance(A)!];
    for (let i = 0; i < 21; i += 1) {
      const next = walk.prepare(B);
      walk.ok({ type: 'cancel', release: next, reason: null }, ada);
      walk.carry();
    }
    expect(walk.environment.ended.some((entry) => entry.release.number === bad)).toBe(false);
    walk.ok({ type: 'fail', release: bad, reason: 'late news' }, eve);
    expect(walk.status(bad)).toBe('faulty');
    expect(walk.acceptance(A)?.revoked).toMatchObject({ by: eve });
  });

  it('RULES 19: without git the deploy is recorded first, and superseding and voiding happen before the next begin', () => {
    const walk = new Walk();
    const first = walk.queued(A);
    const older = walk.queued(B);
    const apart = walk.approved(C);
    walk.otherwise = null;
    walk.report(walk.begin(first));
    walk.report(walk.begin(first, 'verify'));
    expect(walk.environment.deployed?.sha).toBe(A);
    expect(walk.environment.relationsOwed).toBe(true);
    const begin = { type: 'begin', release: older, step: 'deploy', worker: 'w1', leaseUntil: 0 } as const;
    expect(refusedBy(walk.try(begin))).toBe('nothingToDo');
    expect(walk.environment.wakeAt).toBe(0);
    const known: [string, Relation][] = [
      [`${B}:${A}`, 'ancestor'],
      [`${C}:${A}`, 'diverged'],
    ];
    for (const [pair, relation] of known) walk.known.set(pair, relation);
    walk.do(begin);
    expect(walk.status(older)).toBe('superseded');
    expect(walk.status(apart)).toBe('prepared');
    expect(walk.environment.relationsOwed).toBe(false);
  });

  it('RULES 19: an approval given since the deploy is not voided each time git still gives no answer', () => {
    const walk = new Walk();
    const first = walk.queued(A);
    const apart = walk.approved(B);
    walk.approved(C);
    walk.otherwise = null;
    walk.known.set(`${B}:${A}`, 'diverged');
    walk.report(walk.begin(first));
    expect(walk.status(apart)).toBe('prepared');
    walk.after(1).ok({ type: 'approve', release: apart }, mo);
    walk.ok({ type: 'tick' });
    expect(walk.environment.relationsOwed).toBe(true);
    expect(walk.status(apart)).toBe('approved');
  });

  it('RULES 19: so does a candidate prepared while git gives no answer', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.otherwise = null;
    const release = walk.queued(B);
    const begin = { type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: 0 } as const;
    expect(refusedBy(walk.try(begin))).toBe('nothingToDo');
    walk.known.set(`${B}:${A}`, 'ancestor');
    walk.ok({ type: 'tick' });
    expect(walk.status(release)).toBe('superseded');
  });
});

describe('between documents', () => {
  it('RULES 20: a refusal is settled under its id with its revision, as an acceptance is', () => {
    const walk = new Walk();
    const refused = walk.do({ type: 'approve', release: 7 }, lin);
    expect(refused.changed).toBe(true);
    expect(walk.environment).toMatchObject({ revision: 1, wakeAt: 0 });
    expect(answerBefore(walk.environment, 'c1')).toEqual({
      kind: 'refused',
      refusal: { rule: 'noRelease', release: 7 },
    });
    walk.prepare(A);
    expect(answerBefore(walk.environment, 'c2')).toEqual({ kind: 'accepted', release: 1 });
    expect(walk.environment.settled.map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it('RULES 20: settled commands stay until their audit is stored, then the newest forty', () => {
    const walk = new Walk();
    for (let i = 0; i < 60; i += 1) walk.do({ type: 'approve', release: 7 }, lin);
    expect(walk.environment.settled).toHaveLength(60);
    walk.carry();
    expect(walk.environment.settled.map(({ id }) => id)).toEqual(
      Array.from({ length: 40 }, (_, i) => `c${i + 21}`),
    );
    expect(walk.environment.wakeAt).toBeNull();
  });

  it('RULES 21: a fact carries its revision, and an older one from outside does not replace it', () => {
    const walk = three();
    // What is owed is carried now, and not between the two revisions that are compared.
    walk.carry();
    const stale = walk.acceptance(C)!;
    walk.rollback();
    const fresh = walk.acceptance(C)!;
    expect(fresh.revision).toBeGreaterThan(stale.revision);
    expect(fresh.revision).toBe(walk.environment.revision);
    walk.memory = [stale];
    walk.run(walk.environment.releases);
    walk.no('notAcceptedHere', { type: 'rollback', to: { sha: C, ref: null }, reason: 'again' }, mo);
    const before = walk.environment;
    walk.ok({
      type: 'carried',
      effects: [],
      settled: [],
      releases: [],
      acceptances: [{ sha: C, revision: stale.revision }],
    });
    expect(walk.environment).toBe(before);
  });

  it('RULES 22: a revocation below is written here, so that a begin that read earlier loses the race', () => {
    const walk = new Walk();
    walk.queued(A);
    const before = walk.environment.revision;
    const heard = walk.ok({ type: 'revokedBelow', sha: A, environment: 'preprod' });
    expect(heard.changed).toBe(true);
    expect(walk.environment.revision).toBe(before + 1);
    expect(walk.environment.settled.at(-1)).toMatchObject({ type: 'revokedBelow', revision: before + 1 });
    walk.below.set(A, acceptedBelow(A, { revoked: { at: 1, by: mo, release: 9 } }));
    expect(
      refusedBy(walk.do({ type: 'begin', release: 1, step: 'deploy', worker: 'w1', leaseUntil: 0 })),
    ).toBe('sentBack');
    walk.no('order', { type: 'deploy', release: 1 }, ada);
  });
});
