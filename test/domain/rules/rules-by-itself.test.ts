import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import {
  A,
  ada,
  B,
  BROKE,
  C,
  CANCELLED,
  continuousPolicy,
  D,
  DID_NOT_RUN,
  FAILED,
  HOUR,
  INTERRUPTED,
  lin,
  mo,
  policyOf,
  SUCCEEDED,
  Walk,
} from '../support/support.ts';

const ROLLS_BACK = { onFailure: 'rollback' } as const;

/** A, then B accepted; C is being deployed. */
function deploying(policy = policyOf(ROLLS_BACK)): Walk {
  const walk = new Walk(policy);
  for (const commit of [A, B]) {
    walk.accepted(commit);
    walk.after(1);
  }
  walk.deploying(C);
  return walk;
}

/** C is being verified. */
function verifying(policy = policyOf(ROLLS_BACK)): Walk {
  const walk = deploying(policy);
  walk.report(walk.environment.attempts);
  walk.begin(3, 'verify');
  return walk;
}

const report = (walk: Walk, outcome: AttemptOutcome = FAILED) =>
  walk.report(walk.environment.attempts, outcome);
const rollbacks = (walk: Walk) => walk.environment.open.filter(({ kind }) => kind === 'rollback');
const said = (walk: Walk, number: number) =>
  walk.replies(number).filter((kind) => kind === 'rollingBack' || kind === 'notRolledBack');
const why = (walk: Walk) =>
  walk
    .sent('reply')
    .flatMap(({ reply: { event } }) => (event.kind === 'notRolledBack' ? [event.why] : []))
    .at(-1);

describe('rule 46: a failure begins a rollback by itself', () => {
  it.each([
    ['deploy', deploying, 'the deploy of prod#3 failed: exit 1'],
    ['verification', verifying, 'the verification of prod#3 failed: exit 1'],
  ])('rule 46: a failed %s does, in the same write', (_, given, note) => {
    const walk = given();
    const { revision } = walk.environment;
    report(walk);
    expect(walk.environment.revision).toBe(revision + 1);
    expect(walk.release(4)).toMatchObject({
      kind: 'rollback',
      status: 'queued',
      sha: B,
      leaves: { sha: C, release: 3 },
      requestedBy: ROBOT,
      note,
    });
    expect(walk.release(3).rolledBackBy).toBe(4);
    expect(said(walk, 3)).toEqual(['rollingBack']);
    expect(nextWork({ ...walk.environment, open: built(walk) })?.release.number).toBe(4);
  });

  it.each<[string, AttemptOutcome, [deploy: boolean, verification: boolean]]>([
    ['cancelled', CANCELLED, [false, false]],
    // A verification begins again by itself, and a deploy that did not run leaves all as it was.
    ['interrupted', INTERRUPTED, [true, false]],
    ['errored', BROKE, [true, true]],
    ['that did not run', DID_NOT_RUN, [false, true]],
  ])('rule 46: what was %s does not, and the thread says so where nobody knows', (_, outcome, says) => {
    for (const [at, walk] of [deploying(), verifying()].entries()) {
      report(walk, outcome);
      expect(rollbacks(walk)).toEqual([]);
      expect(said(walk, 3)).toEqual(says[at] ? ['notRolledBack'] : []);
      if (says[at]) expect(why(walk)).toEqual({ kind: 'unknown' });
    }
  });

  it('rule 46: of what errored nothing is said where a failure would begin none', () => {
    for (const policy of [policyOf(), policyOf({ ...ROLLS_BACK, retired: true })]) {
      const walk = deploying(policyOf());
      walk.policy = policy;
      report(walk, BROKE);
      expect(said(walk, 3)).toEqual([]);
    }
    const waits = verifying();
    waits.rollback();
    report(waits, BROKE);
    expect(said(waits, 3)).toEqual([]);
  });

  it.each([
    ['deploy', (walk: Walk) => walk.deploying(C)],
    ['verification', (walk: Walk) => walk.begin(walk.deployed(C), 'verify')],
  ])(
    'rule 46: a failed %s of what ran and was accepted already begins none, and the thread says so',
    (_, again) => {
      for (const [mend, expected] of [
        [() => {}, { kind: 'accepted' }],
        // A commit that was found bad is not gone back to by deploying it again.
        [(walk: Walk) => walk.ok({ type: 'fail', release: 3, reason: 'it leaks' }, mo), undefined],
      ] as const) {
        const walk = verifying();
        report(walk);
        walk.ok({ type: 'cancel', release: 4, reason: 'I look' }, mo);
        walk.ok({ type: 'accept', release: 3, reason: 'the test is broken' }, mo);
        mend(walk);
        again(walk.after(1));
        report(walk);
        expect(why(walk)).toEqual(expected);
        expect(rollbacks(walk)).toHaveLength(expected ? 0 : 1);
        expect(walk.acceptance(C)?.revoked === null).toBe(expected !== undefined);
      }
    },
  );

  it('rule 46: a rollback that waits is cancelled when a person accepts what it was to take back', () => {
    for (const kept of [false, true]) {
      const walk = verifying();
      walk.ok({ type: 'lock', reason: 'look first', forMs: null }, ada);
      report(walk, kept ? CANCELLED : FAILED);
      if (kept) walk.rollback();
      walk.ok({ type: 'accept', release: 3, reason: 'the test is broken' }, mo);
      // A person who asked for one wants it still.
      expect(walk.status(4)).toBe(kept ? 'queued' : 'cancelled');
      expect(walk.replies(4)).toEqual(kept ? [] : ['cancelled']);
      if (!kept)
        expect(walk.release(4).end).toMatchObject({ by: ROBOT, reason: 'prod#3 was accepted meanwhile' });
      walk.ok({ type: 'unlock', ownerGone: false }, ada);
      expect(nextWork({ ...walk.environment, open: built(walk) })?.release.number).toBe(kept ? 4 : undefined);
    }
  });

  it('rule 46: nothing begins where the policy does not say so, or the environment was removed', () => {
    for (const policy of [policyOf(), policyOf({ ...ROLLS_BACK, retired: true })]) {
      const walk = verifying(policyOf());
      walk.policy = policy;
      report(walk);
      expect(walk.status(3)).toBe('unverified');
      expect(rollbacks(walk)).toEqual([]);
    }
  });

  it('rule 46: nothing begins once a person has asked for its end, also if it failed before', () => {
    const walk = deploying();
    walk.ok({ type: 'cancel', release: 3, reason: 'wrong' }, ada);
    report(walk);
    expect(walk.status(3)).toBe('failed');
    expect(rollbacks(walk)).toEqual([]);
  });

  it('rule 46: nor where a person ended a verification that was interrupted, and it is known later to have failed', () => {
    const walk = verifying();
    report(walk, INTERRUPTED);
    expect(walk.status(3)).toBe('verifying');
    walk.ok({ type: 'cancel', release: 3, reason: 'I look' }, ada);
    report(walk);
    expect(walk.release(3)).toMatchObject({ status: 'unverified', end: { by: ada, reason: 'I look' } });
    expect(rollbacks(walk)).toEqual([]);
    expect(said(walk, 3)).toEqual([]);
  });

  it('rule 46: a failure that is reported late begins one while nothing else was begun', () => {
    const walk = deploying();
    report(walk, INTERRUPTED);
    expect(rollbacks(walk)).toEqual([]);
    report(walk);
    expect(walk.release(4)).toMatchObject({ kind: 'rollback', leaves: { sha: C } });

    const adopted = deploying();
    report(adopted, INTERRUPTED);
    adopted.deploying(D);
    adopted.no('staleAttempt', { type: 'report', attempt: 5, outcome: FAILED, log: '' });
    expect(rollbacks(adopted)).toEqual([]);
  });

  it.each([
    ['a deploy while its target is built', (walk: Walk) => walk.begin(walk.queued(D))],
    ['a deploy by whoever has locked it', lockedAndDeployed],
  ])('rule 46: a rollback that waits is cancelled when something else begins: %s', (_, begins) => {
    const walk = deploying();
    walk.built = 'pending';
    report(walk);
    walk.built = 'succeeded';
    begins(walk);
    expect(walk.release(4)).toMatchObject({
      status: 'cancelled',
      end: { reason: 'prod#5 began meanwhile and replaces what failed' },
    });
    expect(walk.replies(4)).toEqual(['cancelled']);
    expect(rollbacks(walk)).toEqual([]);
  });

  it('rule 46: with nothing to go back to, the thread says so', () => {
    const walk = new Walk(policyOf(ROLLS_BACK));
    walk.deploying(A);
    report(walk);
    expect(walk.status(1)).toBe('failed');
    expect(rollbacks(walk)).toEqual([]);
    expect(why(walk)).toEqual({ kind: 'noTarget' });
  });

  it('rule 46: whoever asked for the release is told of its end, with the rollback', () => {
    const walk = verifying();
    report(walk);
    const ended = walk
      .sent('show')
      .flatMap(({ subject }) => (subject?.kind === 'notice' ? [subject.notice] : []))
      .flatMap((notice) => (notice.kind === 'releaseEnded' ? [notice.release] : []));
    expect(ended.at(-1)).toMatchObject({ number: 3, status: 'unverified', rolledBackBy: 4 });
  });

  it('rule 46: whoever asked for the release is told how the rollback ended', () => {
    const walk = verifying();
    report(walk);
    run(walk, 4, FAILED);
    const told = walk
      .sent('show')
      .flatMap(({ subject }) => (subject?.kind === 'notice' ? [subject.notice] : []))
      .flatMap((notice) =>
        notice.kind === 'releaseEnded' ? [{ to: notice.to, of: notice.release.number }] : [],
      );
    expect(told.filter(({ of }) => of === 4)).toEqual([{ to: ada, of: 4 }]);
  });
});

function lockedAndDeployed(walk: Walk): void {
  walk.ok({ type: 'lock', reason: 'look first', forMs: null }, ada);
  walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
  walk.no('sentBack', { type: 'begin', release: 4, step: 'deploy', worker: 'w1', leaseUntil: walk.now });
  walk.begin(walk.queued(D));
}

/** The releases, as soon as the build of the target has answered. */
function built(walk: Walk) {
  return walk.environment.open.map((release) => ({ ...release, build: 'succeeded' as const }));
}

function run(walk: Walk, number: number, outcome?: AttemptOutcome): void {
  walk.ok({ type: 'buildEnded', sha: walk.release(number).sha, succeeded: true });
  walk.begin(number);
  report(walk, outcome);
}

describe('rule 47: such a rollback is like one of a person, and happens once', () => {
  it('rule 47: it is one for a release, also after it was cancelled and the release failed again', () => {
    const walk = deploying();
    report(walk);
    walk.ok({ type: 'cancel', release: 4, reason: 'no' }, mo);
    walk.ok({ type: 'retry', release: 3 }, mo);
    run(walk, 3, FAILED);
    expect(rollbacks(walk)).toEqual([]);
    expect(why(walk)).toEqual({ kind: 'again', release: 4 });
  });

  it('rule 47: a rollback that fails begins no other, whoever began it', () => {
    for (const person of [true, false]) {
      const walk = deploying();
      report(walk, person ? BROKE : FAILED);
      const number = person ? walk.rollback() : 4;
      run(walk, number, FAILED);
      expect(walk.status(number)).toBe('failed');
      expect(rollbacks(walk)).toHaveLength(1);
      expect(walk.environment.releases).toBe(4);
    }
  });

  it('rule 47: none begins where a rollback of a person waits', () => {
    const walk = verifying();
    const back = walk.rollback();
    report(walk);
    expect(rollbacks(walk).map(({ number }) => number)).toEqual([back]);
    expect(said(walk, 3)).toEqual([]);
  });

  it('rule 47: a lock of anybody holds it, which the thread says, and a freeze does not', () => {
    const walk = deploying();
    walk.ok({ type: 'lock', reason: 'look first', forMs: null }, ada);
    report(walk);
    const told = walk
      .sent('reply')
      .flatMap(({ reply: { event } }) => (event.kind === 'rollingBack' ? [event] : []));
    expect(told).toMatchObject([{ release: 4, sha: B, heldBy: ada }]);
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    const begin = { type: 'begin', release: 4, step: 'deploy', worker: 'w1', leaseUntil: walk.now } as const;
    walk.no('sentBack', begin);
    expect(walk.release(4)).toMatchObject({ status: 'queued', held: { gate: 'lock' } });
    walk.ok({ type: 'unlock', ownerGone: false }, ada);
    walk.policy = policyOf({
      ...ROLLS_BACK,
      freeze: [
        { kind: 'dated', from: '2020-01-01T00:00', to: '2099-01-01T00:00', timezone: 'UTC', reason: 'no' },
      ],
    });
    walk.begin(4);
    expect(walk.status(4)).toBe('deploying');
  });

  it('rule 47: it pauses a continuous environment, empties the queue and revokes what it leaves', () => {
    const walk = new Walk(continuousPolicy({ verify: false, ...ROLLS_BACK }));
    for (const [at, commit] of [A, B].entries()) {
      walk.run(walk.head(commit, at + 1));
      walk.after(1);
    }
    walk.begin(walk.head(C, 3));
    const waits = walk.head(D, 4);
    report(walk);
    const back = walk.environment.releases;
    expect(walk.release(waits)).toMatchObject({ status: 'superseded', end: { cause: { release: back } } });
    expect(walk.environment.paused).toMatchObject({ by: ROBOT, rollback: back, newest: { sha: D } });
  });

  it('rule 47: a late success of what failed does not take it back, and another failure begins no second', () => {
    const walk = deploying();
    report(walk, INTERRUPTED);
    report(walk);
    const failed = walk.environment.attempts;
    walk.environment = structuredClone(walk.environment);
    const attempt = walk.release(3).attempts.at(-1)!;
    const remote = { system: 'http', key: 'k', run: { id: '7', url: null }, timeoutMs: HOUR, deadline: 0 };
    Object.assign(attempt, { remote: { ...remote, lookAt: null } });
    walk.report(failed);
    expect(walk.status(3)).toBe('verifying');
    expect(walk.status(4)).toBe('queued');
    walk.begin(3, 'verify');
    report(walk);
    expect(rollbacks(walk).map(({ number }) => number)).toEqual([4]);
  });
});

describe('rule 13: what a rollback is to leave is not accepted by itself', () => {
  /** In a continuous environment C is verified while a rollback of a person waits for it. */
  function left(): Walk {
    const walk = new Walk(continuousPolicy({ above: { name: 'prod', mode: 'continuous' } }));
    for (const [at, commit] of [A, B].entries()) walk.run(walk.after(1).head(commit, at + 1));
    walk.report(walk.begin(walk.head(C, 3)));
    walk.begin(3, 'verify');
    walk.rollback();
    walk.effects.length = 0;
    return walk;
  }

  it('rule 13: it is in testing, without asking anybody, and nothing is made of it above', () => {
    const walk = left();
    report(walk, SUCCEEDED);
    expect(walk.status(3)).toBe('testing');
    expect(walk.replies(3)).toEqual([]);
    expect(walk.acceptance(C)).toBeUndefined();
    expect(walk.sent('makeRelease')).toEqual([]);
    walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
    walk.run(4);
    expect(walk.status(3)).toBe('superseded');
  });

  it('rule 13: once the rollback is cancelled, a person accepts it', () => {
    const walk = left();
    report(walk, SUCCEEDED);
    walk.ok({ type: 'cancel', release: 4, reason: 'it is fine' }, mo);
    walk.ok({ type: 'accept', release: 3, reason: null }, mo);
    expect(walk.environment.accepted?.sha).toBe(C);
  });
});

const crosses = (crossed: string[] | null, leaves = C) => ({ leaves, to: B, crossed });

describe('rule 48: nobody goes past irreversible commits unawares', () => {
  it.each([
    ['commits that touched them', [D], { kind: 'irreversible', sha: B, commits: [D], count: 1 }],
    ['what git cannot say', null, { kind: 'irreversible', sha: B, commits: [], count: null }],
  ])('rule 48: Slipway does not go past %s by itself, and says why', (_, crossed, expected) => {
    const walk = verifying();
    walk.irreversible = crosses(crossed);
    report(walk);
    expect(walk.status(3)).toBe('unverified');
    expect(rollbacks(walk)).toEqual([]);
    expect(why(walk)).toEqual(expected);
    expect(walk.release(3).rolledBackBy).toBeUndefined();
  });

  it('rule 48: what was read for another way is as good as nothing', () => {
    const walk = verifying();
    walk.irreversible = crosses([], A);
    report(walk);
    expect(why(walk)).toEqual({ kind: 'irreversible', sha: B, commits: [], count: null });
  });

  it('rule 48: with nothing in between, it goes back', () => {
    const walk = verifying();
    walk.irreversible = crosses([]);
    report(walk);
    expect(rollbacks(walk)).toHaveLength(1);
  });

  const ask = { type: 'rollback', to: null, reason: 'bad checkout' } as const;
  const [ONE, TWO] = ['1'.repeat(40), '2'.repeat(40)];
  const shown = { newest: ONE, count: 2 } as const;

  /** C failed its verification, and nothing began by itself. */
  const failed = (crossed: string[] | null): Walk => {
    const walk = verifying(policyOf());
    report(walk);
    walk.irreversible = crosses(crossed);
    return walk;
  };

  it('rule 48: a person is refused, with the commits that a rollback goes past', () => {
    const seven = Array.from({ length: 7 }, (_, at) => String(at).repeat(40));
    expect(failed(seven).no('irreversible', ask, mo)).toEqual({
      rule: 'irreversible',
      sha: B,
      leaves: C,
      commits: seven.slice(0, 3),
      count: 7,
      reason: 'bad checkout',
    });
    expect(failed(null).no('irreversible', ask, mo)).toMatchObject({ commits: [], count: null });
  });

  it.each([
    ['the same', [ONE, TWO], shown, true],
    ['the same, abbreviated', [ONE, TWO], { newest: '1111111', count: 2 }, true],
    ['more by now', [D, ONE, TWO], shown, false],
    ['another newest', [TWO, ONE], shown, false],
    ['fewer', [ONE], shown, false],
    ['none by now', [], shown, true],
    ['what git cannot say any more', null, shown, true],
    ['unchecked', null, 'unchecked', true],
    ['unchecked, but git can say now', [ONE], 'unchecked', false],
  ] as const)('rule 48: who confirms %s', (_, crossed, past, taken) => {
    const walk = failed(crossed && [...crossed]);
    const command = { ...ask, past };
    if (taken) expect(walk.ok(command, mo).release).toBe(4);
    else walk.no('irreversible', command, mo);
  });

  it('rule 48: whoever may not roll back is told that, and a missing reason is refused last', () => {
    const walk = failed([ONE]);
    walk.no('irreversible', { ...ask, reason: '' }, mo);
    walk.policy = policyOf({ roles: { ...walk.policy.roles, rollback: [lin.id] } });
    walk.no('notRole', ask, mo);
  });

  it.each([
    ['irreversible commits', [D], 'cancelled', 1],
    ['irreversible commits, and the clock was set back', [D], 'cancelled', -HOUR],
    ['what git cannot say', null, 'cancelled', 1],
    ['none', [], 'deploying', 1],
  ] as const)(
    'rule 48: a rollback that waited while a release began that brought %s',
    (_, crossed, status, later) => {
      const walk = failed([]);
      walk.built = 'pending';
      const back = walk.rollback();
      walk.built = 'succeeded';
      walk.after(later);
      walk.begin(walk.queued(D));
      report(walk, FAILED);
      walk.ok({ type: 'buildEnded', sha: B, succeeded: true });
      walk.irreversible = { leaves: D, to: C, crossed: crossed && [...crossed] };
      walk.do({ type: 'begin', release: back, step: 'deploy', worker: 'w1', leaseUntil: walk.now });
      expect(walk.status(back)).toBe(status);
    },
  );

  it('rule 48: what could be read when it was asked for is not asked at its begin, if nothing else began', () => {
    const walk = failed([]);
    for (const later of [1, -HOUR]) {
      const again = walk.copy();
      const back = again.after(later).rollback();
      again.ok({ type: 'buildEnded', sha: B, succeeded: true });
      again.irreversible = { leaves: A, to: B, crossed: null };
      again.begin(back);
      expect(again.status(back)).toBe('deploying');
    }
  });

  it('rule 48: a retry does not ask again, nor does a redeploy or a deploy of an older commit', () => {
    const walk = failed([ONE]);
    walk.ok({ ...ask, past: { newest: ONE, count: 1 } }, mo);
    walk.report(walk.begin(4), FAILED);
    walk.ok({ type: 'retry', release: 4 }, mo);
    expect(walk.status(4)).toBe('queued');
    walk.ok({ type: 'prepare', sha: A, ref: null, note: null }, ada);
  });
});
