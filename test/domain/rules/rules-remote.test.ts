import fc from 'fast-check';
import type { Attempt, AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import type { CancelAnswer, Remote } from '../../../src/domain/documents/values/remote.ts';
import { nextRemoteLook } from '../../../src/domain/gates/followed.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { REMOTE_WAITS } from '../../../src/domain/time/remote-waits.ts';
import { runs } from '../../support/thorough.ts';
import {
  A,
  ada,
  B,
  BROKE,
  C,
  CANCELLED,
  DID_NOT_RUN,
  FAILED,
  HOUR,
  mo,
  policyOf,
  START,
  Walk,
} from '../support/support.ts';

const LIMIT = HOUR / 2;
const LEASE_OVER = LEASE_MS + MARGIN_MS;
const RUN = { id: '7', url: 'https://ci.acme.dev/7' };
const RUNNING = { kind: 'running', run: RUN, waits: null, lastLine: null } as const;
const SILENT = { kind: 'unknown', reason: 'ci.acme.dev does not answer', until: null } as const;
const NOT_FOUND = { kind: 'notFound' } as const;
const OUTSIDE: AttemptOutcome = { kind: 'failed', how: { kind: 'outside', says: 'the run failed' } };
const INTERRUPTED: AttemptOutcome = { kind: 'interrupted' };

/** The worker `w1` has written that it begins a step that another system carries out. */
function begun(
  walk: Walk,
  release = walk.queued(A),
  step: 'deploy' | 'verify' = 'deploy',
  timeoutMs = LIMIT,
): Walk {
  walk.guardGone = false;
  const remote = { system: 'http', key: `key-${walk.environment.attempts + 1}`, timeoutMs } as const;
  const leaseUntil = walk.now + LEASE_MS;
  walk.ok({ type: 'begin', release, step, worker: 'w1', leaseUntil, remote });
  return walk;
}

/** The system has said that it runs. */
const running = (walk = new Walk()): Walk => saw(begun(walk), RUNNING);

function latest(walk: Walk): Attempt {
  const { open, ended, attempts } = walk.environment;
  const all = [...open, ...ended.map(({ release }) => release)].flatMap((release) => release.attempts);
  return all.find(({ number }) => number === attempts)!;
}

const remote = (walk: Walk): Remote => latest(walk).remote!;

/** Which event from outside was the last before the system is asked now. */
function lastRing(walk: Walk): Pick<Remote, 'rungAt'> {
  const { rungAt } = remote(walk);
  return rungAt === undefined ? {} : { rungAt };
}

function saw(
  walk: Walk,
  seen: typeof RUNNING | typeof SILENT | typeof NOT_FOUND,
  asked = lastRing(walk),
): Walk {
  walk.ok({ type: 'sawRemote', attempt: walk.environment.attempts, seen, ...asked });
  return walk;
}

/** Asks whenever it is due, for so long, and always sees the same. */
function goOn(walk: Walk, seen: Parameters<typeof saw>[1], ms: number): number[] {
  const until = walk.now + ms;
  const looks: number[] = [];
  for (let at = nextRemoteLook(walk.environment); at !== null && at <= until; ) {
    walk.now = Math.max(walk.now, at);
    looks.push(walk.now);
    saw(walk, seen);
    at = nextRemoteLook(walk.environment);
  }
  walk.now = until;
  return looks;
}

const cancel = (walk: Walk) => walk.ok({ type: 'cancel', release: 1, reason: 'wrong' }, ada);
const asked = (walk: Walk) =>
  walk.ok({ type: 'askedToEnd', attempt: walk.environment.attempts, answer: { kind: 'asked' } });
const ring = (walk: Walk) => walk.ok({ type: 'ringRemote', key: remote(walk).key });

describe('rule 36: a remote attempt does not end with its worker', () => {
  it.each([
    ['its lease and the margin', (walk: Walk) => walk.after(LEASE_OVER).ok({ type: 'tick' })],
    ['a day', (walk: Walk) => walk.after(24 * HOUR).ok({ type: 'tick' })],
    ['a start of the embedded tier', (walk: Walk) => walk.ok({ type: 'workersGone', except: 'w9' })],
  ])('rule 36: it runs on after %s', (_, then) => {
    for (const walk of [begun(new Walk()), running()]) {
      then(walk);
      expect(walk.status(1)).toBe('deploying');
      expect(latest(walk).outcome).toBeNull();
    }
  });

  it('rule 36: it is due when its system is to be asked next, and at no other time', () => {
    const walk = running();
    walk.carry();
    expect(walk.environment.wakeAt).toBe(START + 5_000);
    walk.after(60_000);
    saw(walk, RUNNING);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(walk.now + 15_000);
    expect(nextWork(walk.environment)).toBeNull();
  });

  it('rule 36: two who look at once are harmless, and a look at an older attempt is dropped', () => {
    const walk = running();
    saw(walk, RUNNING);
    walk.report(1, OUTSIDE);
    walk.ok({ type: 'retry', release: 1 }, ada);
    begun(walk, 1);
    const before = walk.environment;
    walk.no('staleAttempt', { type: 'sawRemote', attempt: 1, seen: RUNNING });
    walk.no('staleAttempt', { type: 'askedToEnd', attempt: 1, answer: { kind: 'asked' } });
    walk.no('nothingToDo', { type: 'ringRemote', key: 'key-1' });
    expect(walk.environment.open).toEqual(before.open);
  });

  it('rule 36: no guard of it delays the next attempt', () => {
    const walk = begun(new Walk(policyOf({ idempotent: true })));
    walk.after(LEASE_OVER);
    goOn(walk, NOT_FOUND, 60_000);
    expect(walk.status(1)).toBe('queued');
    begun(walk, 1);
    expect(walk.status(1)).toBe('deploying');

    // One that may take less than its start.
    const short = new Walk(policyOf({ idempotent: true }));
    begun(short, short.queued(A), 'deploy', 1_000);
    saw(short.after(1_000), SILENT);
    expect(latest(short).outcome).toEqual(INTERRUPTED);
    begun(short, 1);
    expect(short.status(1)).toBe('deploying');
  });
});

describe('rule 37: a remote attempt is started once', () => {
  it('rule 37: nobody asks about it while its worker may still start it', () => {
    const walk = begun(new Walk());
    expect(nextRemoteLook(walk.environment)).toBe(START + LEASE_OVER);
    ring(walk);
    expect(nextRemoteLook(walk.environment)).toBe(START + LEASE_OVER);
    walk.ok({ type: 'workersGone', except: 'w9' });
    expect(nextRemoteLook(walk.environment)).toBe(START);
  });

  it('rule 37: nobody begins it a second time', () => {
    const walk = begun(new Walk()).after(LEASE_OVER);
    const again = { type: 'begin', release: 1, step: 'deploy', worker: 'w1', leaseUntil: walk.now } as const;
    walk.no('nothingToDo', again);
    saw(walk, SILENT);
    walk.no('nothingToDo', again);
  });

  it('rule 37: what is found late is followed', () => {
    const walk = begun(new Walk()).after(LEASE_OVER);
    saw(walk, NOT_FOUND);
    saw(walk.after(50_000), RUNNING);
    goOn(walk, NOT_FOUND, 59_000);
    expect(walk.status(1)).toBe('deploying');
    expect(remote(walk).run).toEqual(RUN);
  });

  it('rule 37: what the system does not know for a minute is interrupted', () => {
    const walk = begun(new Walk()).after(LEASE_OVER);
    goOn(walk, NOT_FOUND, 59_000);
    expect(walk.status(1)).toBe('deploying');
    goOn(walk, NOT_FOUND, 10_000);
    expect(walk.status(1)).toBe('errored');
    expect(latest(walk).outcome).toEqual(INTERRUPTED);
    expect(walk.environment.uncertain).toBe(true);
  });

  it('rule 37: what the system never spoke of is interrupted at its deadline, and not before', () => {
    const walk = begun(new Walk()).after(LEASE_OVER);
    goOn(walk, SILENT, START + LIMIT - 1 - walk.now);
    expect(walk.status(1)).toBe('deploying');
    goOn(walk, SILENT, 1);
    expect(walk.status(1)).toBe('errored');
    expect(latest(walk).outcome).toEqual(INTERRUPTED);
  });

  it('rule 37: a lost verification begins again, twice at most', () => {
    const walk = new Walk();
    walk.deployed(A);
    for (const tries of [1, 2, 3]) {
      expect(nextWork(walk.environment)?.step).toBe('verify');
      begun(walk, 1, 'verify').after(LEASE_OVER);
      goOn(walk, NOT_FOUND, 70_000);
      expect(latest(walk).outcome).toEqual(INTERRUPTED);
      expect(walk.status(1)).toBe(tries === 3 ? 'errored' : 'verifying');
    }
    expect(walk.release(1).erroredIn).toBe('verify');
  });
});

describe('rule 38: a wish and the deadline end it there', () => {
  it('rule 38: a wish is due at once, and the system is asked until it answers', () => {
    const walk = running();
    cancel(walk);
    expect(nextRemoteLook(walk.environment)).toBe(walk.now);
    expect(remote(walk).cancel).toEqual({ at: START, why: 'wished', open: true });
    const answer = { kind: 'unknown', reason: 'no answer', until: null } as const;
    walk.ok({ type: 'askedToEnd', attempt: 1, answer });
    expect(remote(walk).cancel?.open).toBe(true);
    asked(walk);
    expect(remote(walk).cancel).toEqual({ at: START, why: 'wished' });
  });

  it('rule 38: an attempt that is being started is ended when its run is known', () => {
    const walk = begun(new Walk());
    cancel(walk);
    expect(remote(walk).cancel).toBeUndefined();
    expect(nextRemoteLook(walk.environment)).toBe(START + LEASE_OVER);
    saw(walk, RUNNING);
    expect(remote(walk).cancel).toMatchObject({ why: 'wished', open: true });
    expect(nextRemoteLook(walk.environment)).toBe(walk.now);
  });

  it.each<[string, AttemptOutcome, string]>([
    ['failed', OUTSIDE, 'cancelled'],
    ['cancelled', { kind: 'cancelled', says: 'cancelled by the API' }, 'cancelled'],
    ['succeeded', { kind: 'succeeded' }, 'verifying'],
    ['errored', BROKE, 'errored'],
  ])('rule 38: after a wish, %s there is what it is here', (_, outcome, status) => {
    const walk = running();
    cancel(walk);
    asked(walk);
    walk.report(1, outcome);
    expect(walk.status(1)).toBe(status);
    if (status === 'cancelled') {
      expect(latest(walk).outcome).toEqual({ kind: 'cancelled' });
      expect(walk.release(1).end).toMatchObject({ by: ada, reason: 'wrong' });
    }
  });

  it('rule 38: what failed before its run could be ended has failed', () => {
    const walk = begun(new Walk());
    cancel(walk);
    walk.report(1, OUTSIDE);
    expect(walk.status(1)).toBe('failed');
  });

  it('rule 38: a system that cannot end it is quoted once, and what it says then is what happened', () => {
    const walk = running();
    cancel(walk);
    const answer = { kind: 'impossible', reason: 'it has no Location' } as const;
    walk.ok({ type: 'askedToEnd', attempt: 1, answer });
    walk.no('staleAttempt', { type: 'askedToEnd', attempt: 1, answer });
    expect(walk.replies(1).filter((kind) => kind === 'cancelRefused')).toHaveLength(1);
    saw(walk, RUNNING);
    expect(walk.status(1)).toBe('deploying');
    walk.report(1, OUTSIDE);
    expect(latest(walk).outcome).toEqual(OUTSIDE);
  });

  const refuse = (walk: Walk) =>
    walk.ok({ type: 'askedToEnd', attempt: 1, answer: { kind: 'impossible', reason: 'not now' } });

  it('rule 38: what the system refused may be wished again, and then ends by that wish', () => {
    const walk = running();
    cancel(walk);
    walk.no('cancelWished', { type: 'cancel', release: 1, reason: null }, mo);
    refuse(walk);
    walk.ok({ type: 'cancel', release: 1, reason: 'again' }, mo);
    expect(remote(walk).cancel).toEqual({ at: walk.now, why: 'wished', open: true });
    expect(nextRemoteLook(walk.environment)).toBe(walk.now);
    asked(walk);
    walk.report(1, OUTSIDE);
    expect(latest(walk).outcome).toEqual({ kind: 'cancelled' });
    expect(walk.release(1).end).toMatchObject({ by: mo, reason: 'again' });
  });

  it('rule 38: what somebody else ended after the system refused was not ended by the wish', () => {
    const walk = running();
    cancel(walk);
    refuse(walk);
    walk.report(1, { kind: 'cancelled', says: 'by Eve' });
    expect(latest(walk).outcome).toEqual({ kind: 'cancelled', says: 'by Eve' });
    expect(walk.release(1).end).toMatchObject({ by: { kind: 'robot' }, reason: null });
  });

  it.each([
    ['by a look in time', LIMIT],
    ['by the first look after days', 3 * 24 * HOUR],
  ])('rule 38: a system that refused a wish is asked again at the deadline, %s', (_, after) => {
    const walk = running();
    cancel(walk);
    refuse(walk);
    if (after === LIMIT) goOn(walk, RUNNING, LIMIT);
    else saw(walk.after(after), RUNNING);
    expect(remote(walk).cancel).toEqual({ at: walk.now, why: 'timeout', open: true });
    refuse(walk);
    goOn(walk, RUNNING, 300_000 - 1);
    expect(remote(walk).cancel).toMatchObject({ refused: 'not now' });
    expect(walk.status(1)).toBe('deploying');
    // A wish after the deadline does not lengthen its time.
    cancel(walk);
    refuse(walk);
    goOn(walk, RUNNING, 15_001);
    expect(walk.status(1)).toBe('errored');
  });

  it.each<[string, AttemptOutcome, AttemptOutcome]>([
    ['failed', OUTSIDE, { kind: 'failed', how: { kind: 'timeout', afterMs: LIMIT } }],
    ['cancelled', { kind: 'cancelled' }, { kind: 'failed', how: { kind: 'timeout', afterMs: LIMIT } }],
    ['succeeded', { kind: 'succeeded' }, { kind: 'succeeded' }],
  ])('rule 38: after its deadline, %s there is what it is here', (_, says, outcome) => {
    const walk = running();
    goOn(walk, RUNNING, LIMIT);
    expect(walk.now).toBe(START + LIMIT);
    expect(remote(walk).cancel).toEqual({ at: walk.now, why: 'timeout', open: true });
    asked(walk);
    walk.report(1, says);
    expect(latest(walk).outcome).toEqual(outcome);
  });

  it('rule 38: what does not end is interrupted five minutes after its deadline', () => {
    const walk = running();
    goOn(walk, RUNNING, LIMIT);
    asked(walk);
    goOn(walk, RUNNING, 300_000 - 15_001);
    expect(walk.status(1)).toBe('deploying');
    goOn(walk, RUNNING, 15_001);
    expect(walk.status(1)).toBe('errored');
  });

  it('rule 38: after a time without any process, the system is asked before anything ends', () => {
    const walk = running().after(3 * 24 * HOUR);
    walk.ok({ type: 'workersGone', except: 'w9' });
    walk.ok({ type: 'tick' });
    expect(walk.status(1)).toBe('deploying');
    saw(walk, RUNNING);
    expect(walk.status(1)).toBe('deploying');
    expect(remote(walk).cancel).toMatchObject({ at: walk.now, why: 'timeout' });
    walk.report(1);
    expect(walk.status(1)).toBe('verifying');
  });
});

describe('rule 39: silence is no end', () => {
  it('rule 39: a silent system is asked ever more rarely, until the deadline', () => {
    const walk = running();
    const looks = goOn(walk, SILENT, LIMIT - 1);
    const waits = looks.slice(1).map((at, index) => at - looks[index]!);
    expect(waits.slice(0, 6)).toEqual([5_000, 5_000, 10_000, 20_000, 40_000, 60_000]);
    expect(Math.max(...waits)).toBe(60_000);
    expect(walk.status(1)).toBe('deploying');
    expect(remote(walk).silent).toEqual({ since: looks[0], reason: SILENT.reason });
    saw(walk, RUNNING);
    expect(remote(walk).silent).toBeUndefined();
  });

  it('rule 39: whatever the system says or does not say, an attempt ends, and is never asked about all the time', () => {
    const sights = fc.constantFrom(RUNNING, SILENT, NOT_FOUND);
    const answers = fc.constantFrom<CancelAnswer[]>(
      { kind: 'asked' },
      { kind: 'impossible', reason: 'end it there' },
      { kind: 'unknown', reason: 'no answer', until: null },
    );
    const looks = fc.array(fc.tuple(sights, answers, fc.nat(20)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(looks, (list) => {
        const walk = begun(new Walk());
        let asks = 0;
        while (latest(walk).outcome === null && asks < 500) {
          const [seen, answer, wishes] = list[asks % list.length]!;
          asks += 1;
          walk.now = Math.max(walk.now, remote(walk).lookAt!);
          if (wishes === 0) walk.do({ type: 'cancel', release: 1, reason: null }, ada);
          if (remote(walk).cancel?.open) walk.ok({ type: 'askedToEnd', attempt: 1, answer });
          saw(walk, seen);
        }
        expect(asks).toBeLessThan(500);
        expect(walk.now - START).toBeLessThan(LIMIT + 300_000 + 60_000);
        const least = (walk.now - START) / asks;
        if (asks > 4) expect(least).toBeGreaterThan(1_000);
      }),
      { numRuns: runs(400) },
    );
  });

  it('rule 39: a system is not asked before it wants to be', () => {
    const walk = running();
    const until = walk.now + 10 * 60_000;
    walk.ok({ type: 'sawRemote', attempt: 1, seen: { ...SILENT, until } });
    expect(nextRemoteLook(walk.environment)).toBe(until);
    walk.ok({ type: 'sawRemote', attempt: 1, seen: { ...SILENT, until: walk.now + 100 * HOUR } });
    expect(nextRemoteLook(walk.environment)).toBe(walk.now + HOUR);
  });

  it('rule 39: the card says it once it lasts longer than a moment', () => {
    const walk = running();
    const shown = () => walk.sent('show').length;
    const before = shown();
    goOn(walk, SILENT, 25_000);
    expect(shown()).toBe(before);
    goOn(walk, SILENT, 40_000);
    expect(shown()).toBeGreaterThan(before);
  });

  it("rule 39: the system's words are kept, and what did not run changes nothing", () => {
    const failed = running();
    failed.report(1, OUTSIDE);
    expect(failed.status(1)).toBe('failed');
    expect(latest(failed).outcome).toEqual(OUTSIDE);

    const cancelled = running();
    cancelled.report(1, { kind: 'cancelled', says: 'a newer run of its group came' });
    expect(cancelled.status(1)).toBe('cancelled');
    expect(latest(cancelled).outcome).toEqual({ kind: 'cancelled', says: 'a newer run of its group came' });

    const refused = begun(new Walk());
    refused.report(1, DID_NOT_RUN);
    expect(refused.status(1)).toBe('errored');
    expect(refused.environment.uncertain).toBe(false);
  });
});

describe('rule 40: a late success counts', () => {
  const ends: [string, (walk: Walk) => void][] = [
    ['failed', (walk) => walk.report(1, OUTSIDE)],
    ['cancelled there', (walk) => walk.report(1, { kind: 'cancelled', says: 'by Lin' })],
    [
      'cancelled here',
      (walk) => {
        cancel(walk);
        walk.report(1, CANCELLED);
      },
    ],
    ['errored', (walk) => walk.report(1, BROKE)],
    ['lost', (walk) => goOn(walk, NOT_FOUND, 80_000)],
    [
      'over time',
      (walk) => {
        goOn(walk, RUNNING, LIMIT);
        walk.report(1, OUTSIDE);
      },
    ],
  ];

  it.each(ends)('rule 40: over what has %s', (_, end) => {
    for (const then of ['waits', 'retried'] as const) {
      const walk = running();
      end(walk);
      expect(walk.status(1)).not.toBe('deploying');
      if (then === 'retried') walk.ok({ type: 'retry', release: 1 }, ada);
      ring(walk);
      expect(nextRemoteLook(walk.environment)).toBe(walk.now);
      walk.ok({ type: 'report', attempt: 1, outcome: { kind: 'succeeded' }, log: '' });
      expect(walk.status(1)).toBe('verifying');
      expect(walk.release(1).queue).toBeNull();
      expect(walk.environment.deployed?.release).toBe(1);
      expect(walk.environment.uncertain).toBe(false);
    }
  });

  it('rule 40: not over what certainly did not run, and not of a command', () => {
    const walk = begun(new Walk());
    walk.report(1, DID_NOT_RUN);
    walk.no('nothingToDo', { type: 'ringRemote', key: 'key-1' });
    walk.no('staleAttempt', { type: 'report', attempt: 1, outcome: { kind: 'succeeded' }, log: '' });
    const local = new Walk();
    local.deploying(A);
    local.report(1, FAILED);
    local.no('staleAttempt', { type: 'report', attempt: 1, outcome: { kind: 'succeeded' }, log: '' });
  });

  it('rule 40: not after another attempt began, nor after an adopt', () => {
    const walk = running();
    walk.report(1, OUTSIDE);
    const other = walk.queued(B);
    walk.begin(other);
    walk.no('staleAttempt', { type: 'report', attempt: 1, outcome: { kind: 'succeeded' }, log: '' });
    const adopted = running();
    adopted.report(1, OUTSIDE);
    adopted.ok({ type: 'adopt', sha: C, ref: null, reason: 'runs' }, mo);
    adopted.no('staleAttempt', { type: 'report', attempt: 1, outcome: { kind: 'succeeded' }, log: '' });
  });

  it('rule 40: no other end that is known changes', () => {
    const walk = running();
    walk.report(1, OUTSIDE);
    ring(walk);
    walk.no('staleAttempt', { type: 'report', attempt: 1, outcome: BROKE, log: '', ...lastRing(walk) });
    expect(latest(walk).outcome).toEqual(OUTSIDE);
    expect(nextRemoteLook(walk.environment)).toBeNull();
  });

  it('rule 40: of a verification, while its release waits for one', () => {
    const verified = () => {
      const walk = new Walk();
      walk.deployed(A);
      saw(begun(walk, 1, 'verify'), RUNNING);
      walk.report(2, OUTSIDE);
      expect(walk.status(1)).toBe('unverified');
      return walk;
    };
    const late = { type: 'report', attempt: 2, outcome: { kind: 'succeeded' }, log: '' } as const;
    const waits = verified();
    waits.ok(late);
    expect(waits.status(1)).toBe('testing');
    const retried = verified();
    retried.ok({ type: 'retry', release: 1 }, ada);
    retried.ok(late);
    expect(retried.status(1)).toBe('testing');
    const decided = verified();
    decided.ok({ type: 'fail', release: 1, reason: 'broken' }, mo);
    decided.no('staleAttempt', late);
    expect(decided.status(1)).toBe('faulty');
  });

  it('rule 40: by itself it is looked at only after an end that is not known, ever more rarely, for an hour', () => {
    const known = running();
    known.report(1, OUTSIDE);
    expect(nextRemoteLook(known.environment)).toBeNull();
    const lost = running();
    goOn(lost, NOT_FOUND, 80_000);
    expect(lost.status(1)).toBe('errored');
    const looks = goOn(lost, NOT_FOUND, 3 * HOUR);
    expect(looks.length).toBeGreaterThan(3);
    expect(looks.length).toBeLessThan(12);
    expect(looks.at(-1)! - lost.now + 3 * HOUR).toBeLessThan(2 * HOUR);
    expect(nextRemoteLook(lost.environment)).toBeNull();
  });

  it('rule 40: what has no run is not looked for, as that could begin it', () => {
    const walk = begun(new Walk()).after(LEASE_OVER);
    goOn(walk, SILENT, LIMIT);
    expect(latest(walk).outcome).toEqual(INTERRUPTED);
    expect(nextRemoteLook(walk.environment)).toBeNull();
    ring(walk);
    saw(walk, RUNNING);
    expect(remote(walk).run).toEqual(RUN);
    expect(nextRemoteLook(walk.environment)).toBe(walk.now + 60_000);
  });

  it('rule 40: an event that comes while the system is asked has it asked once more', () => {
    const failed = { type: 'report', attempt: 1, outcome: OUTSIDE, log: '' } as const;
    const ends: [name: string, looked: (walk: Walk, asked: Pick<Remote, 'rungAt'>) => void][] = [
      ['it still runs', (walk, asked) => void saw(walk, RUNNING, asked)],
      ['it does not say', (walk, asked) => void saw(walk, SILENT, asked)],
      ['it has failed', (walk, asked) => void walk.no('staleAttempt', { ...failed, ...asked })],
    ];
    for (const [name, looked] of ends) {
      const walk = running();
      walk.ok(failed);
      ring(walk);
      const asked = lastRing(walk);
      ring(walk);
      ring(walk);
      looked(walk, asked);
      const again = nextRemoteLook(walk.environment);
      expect([name, again]).toEqual([name, walk.now + REMOTE_WAITS.ringMs]);
      walk.now = again!;
      looked(walk, lastRing(walk));
      expect([name, nextRemoteLook(walk.environment)]).not.toEqual([name, again]);
    }
  });

  it('rule 40: an event that comes before its end is written has it asked once more', () => {
    const walk = running();
    const asked = lastRing(walk);
    ring(walk);
    walk.ok({ type: 'report', attempt: 1, outcome: OUTSIDE, log: '', ...asked });
    expect(nextRemoteLook(walk.environment)).toBe(walk.now);
    const succeeded = running();
    ring(succeeded);
    succeeded.ok({ type: 'report', attempt: 1, outcome: { kind: 'succeeded' }, log: '', ...asked });
    expect(nextRemoteLook(succeeded.environment)).toBeNull();
  });

  it('rule 40: what somebody runs again is followed to its end', () => {
    const walk = running();
    walk.report(1, OUTSIDE);
    walk.after(3 * HOUR);
    ring(walk);
    saw(walk, RUNNING);
    expect(nextRemoteLook(walk.environment)).toBe(walk.now + 60_000);
    goOn(walk, RUNNING, 2 * LIMIT);
    expect(nextRemoteLook(walk.environment)).toBeNull();
  });
});
