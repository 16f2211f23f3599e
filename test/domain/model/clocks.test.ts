import fc from 'fast-check';
import { runningAttempt } from '../../../src/domain/documents/values/release.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { runs } from '../../support/thorough.ts';
import {
  A,
  acceptedBelow,
  ada,
  B,
  begin,
  C,
  continuousPolicy,
  FAILED,
  HOUR,
  lin,
  mo,
  policyOf,
  START,
  Walk,
  windowOf,
} from '../support/clocks.ts';

const DAY = 24 * HOUR;

/** The clock was ahead by so much for two commands, and was put right. */
function jumped(walk: Walk, by: number): Walk {
  const right = walk.now;
  walk.now = right + by;
  walk.ok({ type: 'lock', reason: 'a minute', forMs: null }, mo);
  walk.ok({ type: 'unlock', ownerGone: false }, mo);
  walk.now = right;
  return walk;
}

describe('rule 35: the clock of the process decides, and the time of the document only orders', () => {
  it.each([2 * HOUR, 30 * DAY, 400 * DAY])(
    'rule 35: a clock that was once %d ms ahead freezes nothing',
    (by) => {
      const walk = jumped(new Walk(), by);
      expect(walk.environment.time).toBe(START + by);
      const release = walk.approved(A);
      expect(walk.release(release).expiresAt).toBe(walk.now + walk.policy.approvals.validForMs);
      walk.after(25 * HOUR).ok({ type: 'tick' });
      expect(walk.status(release)).toBe('expired');
    },
  );

  it('rule 35: an approval ends by the clock', () => {
    const walk = jumped(new Walk(), 10 * DAY);
    const release = walk.prepare(A);
    walk.after(HOUR).ok({ type: 'approve', release }, lin);
    expect(walk.release(release).approvals[0]?.until).toBe(walk.now + 24 * HOUR);
  });

  it('rule 35: a begun freeze refuses and one that is over does not, whatever times the document has seen', () => {
    const frozen = new Walk(policyOf({ freeze: [windowOf(START, START + HOUR)] }));
    const held = jumped(frozen, 10 * DAY).approved(A);
    expect(frozen.no('frozen', { type: 'deploy', release: held }, ada)).toMatchObject({
      freeze: { until: START + HOUR },
    });
    const later = new Walk(
      policyOf({ freeze: [windowOf(START + 10 * DAY - HOUR, START + 10 * DAY + HOUR)] }),
    );
    const goes = jumped(later, 10 * DAY).approved(A);
    later.ok({ type: 'deploy', release: goes }, ada);
    later.begin(goes);
  });

  it('rule 35: a release held by a freeze of a wrong time continues when the clock is right', () => {
    const freeze = [windowOf(START + 10 * DAY - HOUR, START + 10 * DAY + HOUR)];
    const walk = new Walk(continuousPolicy({ freeze }));
    const release = walk.head(A, 1);
    walk.now = START + 10 * DAY;
    walk.no('sentBack', begin(walk, release));
    expect(walk.release(release).held).toMatchObject({ gate: 'freeze' });
    walk.now = START;
    walk.ok({ type: 'tick' });
    expect(walk.release(release).held).toBeNull();
    walk.begin(release);
  });

  it('rule 35: a lock ends by the clock', () => {
    const walk = jumped(new Walk(), 10 * DAY);
    walk.ok({ type: 'lock', reason: 'mine', forMs: HOUR }, mo);
    walk.after(HOUR).ok({ type: 'tick' });
    expect(walk.environment.lock).toBeNull();
  });

  it('rule 35: a soak counts from the clock of the acceptance', () => {
    const walk = new Walk(policyOf({ soakMs: HOUR }));
    walk.below.set(A, acceptedBelow(A, { at: START + 10 * DAY, clock: START }));
    const release = walk.queued(A);
    expect(walk.release(release).soaksUntil).toBe(START + HOUR);
    walk.no('sentBack', begin(walk, release));
    walk.after(HOUR).ok({ type: 'tick' });
    walk.begin(release);
  });

  it('rule 35: a soak by a clock that was ahead blocks nobody', () => {
    const walk = new Walk(policyOf({ soakMs: HOUR }));
    walk.below.set(A, acceptedBelow(A, { at: START + 10 * DAY, clock: START + 10 * DAY }));
    walk.below.set(B, acceptedBelow(B, { at: START - HOUR, clock: START - HOUR }));
    const soaks = walk.queued(A);
    const other = walk.queued(B);
    walk.no('sentBack', begin(walk, soaks));
    walk.ok({ type: 'tick' });
    walk.begin(other);
  });

  it('rule 35: a soak by a clock that was ahead starts again when the commit is accepted below again', () => {
    const walk = new Walk(policyOf({ soakMs: HOUR }));
    walk.below.set(A, acceptedBelow(A, { at: START + 10 * DAY, clock: START + 10 * DAY }));
    const release = walk.queued(A);
    walk.no('sentBack', begin(walk, release));
    walk.below.set(A, acceptedBelow(A, { at: START + 11 * DAY, clock: START + 1_000 }));
    walk.after(HOUR).ok({ type: 'tick' });
    walk.no('sentBack', begin(walk, release));
    walk.after(1_000).ok({ type: 'tick' });
    walk.begin(release);
  });

  it('rule 35: a soak held while the clock was ahead is decided again when the clock is right', () => {
    const walk = new Walk(policyOf({ soakMs: HOUR }));
    walk.now = START + DAY / 2;
    walk.below.set(A, acceptedBelow(A, { at: walk.now, clock: walk.now }));
    const release = walk.queued(A);
    walk.no('sentBack', begin(walk, release));
    walk.now = START;
    walk.below.set(A, acceptedBelow(A, { at: START + DAY, clock: START }));
    walk.after(HOUR).ok({ type: 'tick' });
    walk.begin(release);
  });

  it.each([5_000, 2 * HOUR])(
    'rule 35: a soak of %d ms by a clock that was ahead does not wake the document all the time',
    (soakMs) => {
      const walk = new Walk(policyOf({ soakMs }));
      walk.below.set(A, acceptedBelow(A, { at: START + DAY / 2, clock: START + DAY / 2 }));
      const release = walk.queued(A);
      let looks = 0;
      for (; walk.now < START + DAY / 2 + soakMs; looks += 1) {
        walk.no('sentBack', begin(walk, release));
        walk.carry();
        expect(nextWork(walk.environment)).toBeNull();
        walk.now = walk.environment.wakeAt ?? Number.POSITIVE_INFINITY;
        walk.ok({ type: 'tick' });
      }
      walk.begin(release);
      expect(looks).toBeLessThanOrEqual(DAY / 2 / Math.max(soakMs, 60_000) + 1);
    },
  );

  it('rule 35: an acceptance keeps both times', () => {
    const walk = jumped(new Walk(), 10 * DAY);
    walk.accepted(A);
    expect(walk.acceptance(A)).toMatchObject({ at: START + 10 * DAY, clock: START });
  });

  it('rule 35: the later of two acceptances is the newest, even if the clock was set back between them', () => {
    const walk = new Walk();
    walk.now = START + 10 * DAY;
    walk.accepted(A);
    walk.now = START;
    walk.accepted(B);
    walk.accepted(C);
    const back = walk.rollback();
    expect(walk.release(back).sha).toBe(B);
  });

  it('rule 35: an earlier approval is void, even if the clock was set back since', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.now = START + 10 * DAY;
    const waits = walk.approved(B);
    walk.now = START;
    const other = walk.queued(C);
    walk.begin(other);
    walk.known.set(`${B}:${C}`, 'diverged');
    walk.report(walk.environment.attempts);
    expect(walk.status(waits)).toBe('prepared');
  });
});

describe('rule 35: leases are counted by a clock that all processes share', () => {
  it('rule 35: no attempt counts as over while its guard lives, whichever clock is ahead', () => {
    const ahead = fc.integer({ min: -2 * DAY, max: 2 * DAY });
    const acts = fc.array(
      fc.record({
        act: fc.constantFrom('renew', 'look', 'start'),
        by: fc.nat(2),
        ms: fc.nat(9_000),
        jump: ahead,
      }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(ahead, acts, (first, list) => {
        const walk = new Walk(continuousPolicy({ verify: false }));
        const release = walk.head(A, 1);
        let shared = START;
        // What each process's own clock lacks to the shared one.
        const off = [first, 0, 0];
        const as = (by: number) => {
          walk.now = shared + off[by]!;
          walk.leaseNow = shared;
        };
        as(0);
        walk.guardGone = false;
        walk.ok({ ...begin(walk, release), leaseUntil: shared + LEASE_MS });
        // The guard's own idea: the last deadline it was told, and its time to end the command.
        let guardUntil = shared + LEASE_MS;
        for (const { act, by, ms, jump } of list) {
          shared += ms;
          off[by] = jump;
          as(by);
          const running = runningAttempt(walk.release(release));
          if (act === 'renew' && running && shared < guardUntil) {
            walk.do({ type: 'renew', attempt: 1, leaseUntil: shared + LEASE_MS, lastLine: null });
            guardUntil = shared + LEASE_MS;
          } else if (act === 'look') walk.do({ type: 'tick' });
          else if (act === 'start') {
            walk.do({ type: 'retry', release }, ada);
            const next = walk.do({ ...begin(walk, release), worker: 'w2', leaseUntil: shared + LEASE_MS });
            if (next.kind === 'accepted') {
              expect(shared).toBeGreaterThanOrEqual(guardUntil + MARGIN_MS);
              return;
            }
          }
          const attempt = walk.release(release).attempts.at(-1);
          if (attempt?.outcome?.kind === 'interrupted') {
            expect(shared).toBeGreaterThanOrEqual(guardUntil + MARGIN_MS);
          }
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it('rule 35: a lease by a clock that was ahead delays nobody after a start', () => {
    const walk = new Walk();
    walk.leaseNow = START + 10 * DAY;
    const release = walk.queued(A);
    walk.guardGone = false;
    walk.ok({ ...begin(walk, release), leaseUntil: START + 10 * DAY + LEASE_MS });
    walk.leaseNow = START;
    walk.ok({ type: 'workersGone', except: 'w9' });
    walk.ok({ type: 'retry', release }, ada);
    walk.no('guardMayLive', begin(walk, release));
    walk.leaseNow = START + LEASE_MS + MARGIN_MS;
    walk.ok(begin(walk, release));
  });

  it('rule 35: a report is a fact, whatever the clock says', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.now = START - 3 * DAY;
    walk.report(1, FAILED);
    expect(walk.status(release)).toBe('failed');
  });
});
