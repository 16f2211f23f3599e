import { nextWork } from '../../../src/domain/gates/gates.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import {
  A,
  ada,
  approvalsOf,
  B,
  BROKE,
  C,
  CANCELLED,
  continuousPolicy,
  eve,
  FAILED,
  HOUR,
  INTERRUPTED,
  lin,
  mo,
  policyOf,
  START,
  SUCCEEDED,
  Walk,
} from '../support/support.ts';

const freeze = [
  {
    kind: 'dated' as const,
    from: new Date(START - HOUR).toISOString().slice(0, -1),
    to: new Date(START + HOUR).toISOString().slice(0, -1),
    timezone: 'UTC',
    reason: 'Weekend',
  },
];

/** The team writes `mode: approval` and starts again. */
function asksPeople(walk: Walk): void {
  const { name, below, verify, idempotent } = walk.policy;
  walk.policy = policyOf({ name, below, verify, idempotent, above: walk.policy.above });
}

/** And the other way round: configuration knows no approvals there. */
function asksNobody(walk: Walk): void {
  walk.policy = { ...walk.policy, mode: 'continuous', approvals: approvalsOf({ rules: [] }) };
}

const begin = (walk: Walk, release: number) =>
  walk.try({ type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now + LEASE_MS });

/** What a continuous release waits for, or waited. */
const WAITING: [string, (walk: Walk) => number][] = [
  ['queued', (walk) => walk.head(A, 1)],
  [
    'not built',
    (walk) => {
      walk.built = 'pending';
      return walk.head(A, 1);
    },
  ],
  [
    'held by a lock',
    (walk) => {
      walk.ok({ type: 'lock', reason: 'migration', forMs: null }, lin);
      const release = walk.head(A, 1);
      walk.do({ type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now });
      return release;
    },
  ],
  [
    'held by a freeze',
    (walk) => {
      walk.policy = { ...walk.policy, freeze };
      const release = walk.head(A, 1);
      walk.do({ type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now });
      return release;
    },
  ],
  [
    'held by a pause',
    (walk) => {
      const release = walk.head(A, 1);
      walk.ok({ type: 'pause', reason: 'look' }, lin);
      walk.do({ type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: walk.now });
      return release;
    },
  ],
  [
    'behind a running release',
    (walk) => {
      walk.begin(walk.head(B, 1));
      return walk.head(A, 2);
    },
  ],
];

const TRIED = [
  ['failed', FAILED],
  ['cancelled', CANCELLED],
  ['errored', BROKE],
  ['interrupted', INTERRUPTED],
] as const;

describe('rule 27: the mode changes under a release', () => {
  it.each(WAITING)('a release that waits without approvals ends with the reason: %s', (_name, make) => {
    const walk = new Walk(continuousPolicy());
    const release = make(walk);
    asksPeople(walk);
    expect(begin(walk, release).kind).toBe('refused');
    walk.ok({ type: 'redraw', sha: null });
    expect(walk.release(release)).toMatchObject({ status: 'cancelled', begun: false });
    expect(walk.release(release).end?.reason).toContain('approvals');
    expect(walk.replies(release)).toContain('cancelled');
    expect(nextWork(walk.environment)).toBeNull();
    walk.after(48 * HOUR).do({ type: 'unlock', ownerGone: true }, ada);
    expect(nextWork(walk.environment)?.release.number).not.toBe(release);
  });

  it.each(TRIED)('a waiting retry ends too, and is not requested again: %s', (_name, outcome) => {
    const walk = new Walk(continuousPolicy());
    const release = walk.head(A, 1);
    walk.report(walk.begin(release), outcome);
    walk.ok({ type: 'retry', release }, lin);
    const was = walk.release(release).queue?.was;
    asksPeople(walk);
    expect(begin(walk, release).kind).toBe('refused');
    walk.ok({ type: 'tick' });
    expect(walk.status(release)).toBe(was);
    expect(walk.no('modeChanged', { type: 'retry', release }, lin)).toMatchObject({ mode: 'approval' });
    expect(nextWork(walk.environment)).toBeNull();
  });

  it.each(TRIED)('a release that ended badly before is not tried again: %s', (_name, outcome) => {
    const walk = new Walk(continuousPolicy());
    const release = walk.head(A, 1);
    walk.report(walk.begin(release), outcome);
    asksPeople(walk);
    walk.no('modeChanged', { type: 'retry', release }, lin);
  });

  it('an interrupted release is not tried again by itself, even if it is idempotent', () => {
    const walk = new Walk(continuousPolicy({ idempotent: true }));
    const release = walk.head(A, 1);
    walk.begin(release);
    asksPeople(walk);
    const told = walk.copy();
    walk.after(LEASE_MS + MARGIN_MS).ok({ type: 'tick' });
    told.report(told.environment.attempts, INTERRUPTED);
    for (const each of [walk, told]) {
      expect(each.release(release)).toMatchObject({ status: 'errored', queue: null });
      expect(each.replies(release)).not.toContain('startedAgain');
    }
  });

  it.each([true, false])(
    'a begun release is tested by people, and its verification accepts nothing (verification: %s)',
    (verify) => {
      const walk = new Walk(continuousPolicy({ verify }));
      const release = walk.head(A, 1);
      const attempt = walk.begin(release);
      asksPeople(walk);
      walk.report(attempt, SUCCEEDED);
      if (verify) walk.report(walk.begin(release, 'verify'));
      expect(walk.release(release)).toMatchObject({ status: 'testing', end: null });
      expect(walk.environment).toMatchObject({ deployed: { sha: A }, accepted: null });
      expect(walk.replies(release)).toContain('pleaseTest');
      walk.ok({ type: 'accept', release, reason: null }, eve);
      expect(walk.acceptance(A)).toMatchObject({ by: eve, revoked: null });
    },
  );

  it('a retried verification accepts nothing either', () => {
    const walk = new Walk(continuousPolicy());
    const release = walk.head(A, 1);
    walk.report(walk.begin(release));
    walk.report(walk.begin(release, 'verify'), FAILED);
    asksPeople(walk);
    walk.ok({ type: 'retry', release }, lin);
    walk.report(walk.begin(release, 'verify'));
    expect(walk.status(release)).toBe('testing');
  });

  it('a rollback continues, as it goes to what Slipway deployed here', () => {
    const walk = new Walk(continuousPolicy());
    walk.run(walk.head(A, 1));
    walk.after(1).run(walk.head(B, 2));
    const release = walk.after(1).rollback();
    asksPeople(walk);
    walk.run(release);
    expect(walk.release(release)).toMatchObject({ sha: A, status: 'accepted' });
  });

  it('a commit kept by a pause is forgotten, and Resume deploys nothing, then or later', () => {
    const walk = new Walk(continuousPolicy());
    walk.ok({ type: 'pause', reason: 'look' }, lin);
    walk.no('paused', { type: 'makeRelease', sha: A, ref: 'main', head: 1, card: 'c' });
    asksPeople(walk);
    const there = walk.copy();
    expect(there.ok({ type: 'resume', reason: null }, lin).release).toBeUndefined();
    walk.ok({ type: 'tick' });
    walk.policy = continuousPolicy();
    expect(walk.ok({ type: 'resume', reason: null }, lin).release).toBeUndefined();
    expect([...there.environment.open, ...walk.environment.open]).toEqual([]);
  });

  it('changing the mode back restores nothing', () => {
    const walk = new Walk(continuousPolicy());
    const release = walk.head(A, 1);
    asksPeople(walk);
    walk.ok({ type: 'tick' });
    walk.policy = continuousPolicy();
    walk.ok({ type: 'tick' });
    expect(walk.status(release)).toBe('cancelled');
    walk.ok({ type: 'makeRelease', sha: B, ref: 'main', head: 2, card: null });
  });

  const CANDIDATES: [string, (walk: Walk) => number][] = [
    ['prepared', (walk) => walk.prepare(A)],
    ['approved', (walk) => walk.approved(A)],
    ['queued', (walk) => walk.queued(A)],
    ['hotfix', (walk) => walk.ok({ type: 'hotfix', sha: A, ref: null, reason: 'burns' }, ada).release ?? 0],
  ];

  it.each(CANDIDATES)('to continuous: a candidate ends, and never begins unapproved: %s', (_name, make) => {
    const walk = new Walk();
    const release = make(walk);
    asksNobody(walk);
    expect(begin(walk, release).kind).toBe('refused');
    walk.ok({ type: 'tick' });
    expect(walk.release(release)).toMatchObject({ status: 'cancelled', end: { by: { kind: 'robot' } } });
    walk.no('settled', { type: 'deploy', release }, ada);
  });

  it('to continuous: a failed promotion is not tried again, and one in testing is accepted by people', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    const running = walk.copy();
    walk.report(walk.environment.attempts, FAILED);
    asksNobody(walk);
    expect(walk.no('modeChanged', { type: 'retry', release }, ada)).toMatchObject({ mode: 'continuous' });
    asksNobody(running);
    running.report(running.environment.attempts);
    running.report(running.begin(release, 'verify'));
    expect(running.status(release)).toBe('testing');
    running.ok({ type: 'accept', release, reason: null }, mo);
  });

  it('an environment that leaves the configuration is retired, and that is the reason given', () => {
    const walk = new Walk(continuousPolicy());
    const release = walk.head(A, 1);
    walk.begin(walk.head(C, 2));
    walk.policy = policyOf({ name: 'integration', below: null, retired: true });
    walk.ok({ type: 'retire' });
    expect(walk.status(release)).toBe('superseded');
    walk.report(walk.environment.attempts);
    walk.report(walk.begin(2, 'verify'));
    expect(walk.status(2)).toBe('accepted');
  });
});
