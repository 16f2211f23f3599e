import fc from 'fast-check';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import type { Lock } from '../../../src/domain/documents/values/lock.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { earliestStart } from '../../../src/domain/gates/earliest.ts';
import { type GateContext, gatesOf } from '../../../src/domain/gates/gates.ts';
import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import { runs } from '../../support/thorough.ts';
import { A, acceptedBelow, ada, HOUR, lin, policyOf, START, Walk } from '../support/support.ts';

const MINUTE = 60_000;
const DAY = 24 * HOUR;

function lockOf(until: number | null, owner = lin): Lock {
  return {
    owner,
    reason: 'migration',
    at: START,
    until,
    askedBy: [],
    remindAt: START + DAY,
    reminders: 0,
    card: 'lock',
  };
}

function dated(from: number, to: number, reason = 'closed'): FreezeWindow {
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19);
  return { kind: 'dated', from: iso(from), to: iso(to), timezone: 'UTC', reason };
}

/** A candidate of Ada's, built, with as many approvals as `approvals` says. */
function candidate(approvals = 1, change: Partial<Release> = {}): { walk: Walk; release: Release } {
  const walk = new Walk();
  const number = walk.prepare(A);
  if (approvals > 0) walk.ok({ type: 'approve', release: number }, lin);
  const release = walk.release(number);
  const lasting = release.approvals.map((approval) => ({ ...approval, until: START + 99 * DAY }));
  return { walk, release: { ...release, approvals: lasting, ...change } };
}

function contextOf(change: Partial<GateContext> = {}): GateContext {
  return { now: START, policy: policyOf(), order: acceptedBelow(A), deployer: ada, ...change };
}

const WEEK_TIME = fc.record({
  weekday: fc.integer({ min: 1, max: 7 }) as fc.Arbitrary<1 | 2 | 3 | 4 | 5 | 6 | 7>,
  minute: fc.integer({ min: 0, max: 1439 }),
});
const ZONE = fc.constantFrom('Europe/Amsterdam', 'America/St_Johns', 'Pacific/Chatham', 'UTC');
const WINDOW = fc.oneof(
  fc.record({
    kind: fc.constant('weekly' as const),
    from: WEEK_TIME,
    to: WEEK_TIME,
    timezone: ZONE,
    reason: fc.constant('week'),
  }),
  fc.record({
    kind: fc.constant('daily' as const),
    from: fc.integer({ min: 0, max: 1439 }),
    to: fc.integer({ min: 0, max: 1439 }),
    timezone: ZONE,
    reason: fc.constant('night'),
  }),
  fc
    .record({ from: fc.integer({ min: -100, max: 300 }), hours: fc.integer({ min: 1, max: 200 }) })
    .map(({ from, hours }) => dated(START + from * HOUR, START + (from + hours) * HOUR)),
);

const WORLD = fc.record({
  now: fc.integer({ min: 0, max: 40 * DAY }).map((ms) => START + ms),
  soakMs: fc.constantFrom(0, HOUR, 3 * DAY),
  acceptedAgo: fc.integer({ min: 0, max: 4 * DAY }),
  freeze: fc.array(WINDOW, { maxLength: 3 }),
  lock: fc.option(fc.integer({ min: 1, max: 6 * DAY })),
  approvals: fc.constantFrom(0, 1),
  kind: fc.constantFrom('promotion', 'hotfix' as const),
});

test('something holds a release until its earliest start, and then only people do', () => {
  fc.assert(
    fc.property(
      WORLD,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 5, maxLength: 5 }),
      ({ now, soakMs, acceptedAgo, freeze, lock, approvals, kind }, parts) => {
        const { release, walk } = candidate(approvals, { kind: kind as Release['kind'] });
        const environment = { ...walk.environment, lock: lock === null ? null : lockOf(now + lock) };
        const order = acceptedBelow(A, { at: now - acceptedAgo });
        const context = contextOf({ now, policy: policyOf({ soakMs, freeze }), order });
        const { at, unknown, needs } = earliestStart(environment, release, context);
        expect(needs.includes('approvals')).toBe(approvals === 0);
        const byTime = (moment: number) =>
          gatesOf(environment, release, { ...context, now: moment })
            .filter(({ gate }) => gate === 'soak' || gate === 'freeze' || gate === 'lock')
            .every(({ open }) => open);
        if (at === null) {
          expect(unknown).toEqual(['freeze']);
          return;
        }
        expect(at).toBeGreaterThanOrEqual(now);
        expect(byTime(at)).toBe(true);
        const earlier = [...parts.map((part) => Math.floor(now + (at - now) * part)), at - 1];
        for (const moment of earlier.filter((each) => each >= now && each < at)) {
          expect(byTime(moment)).toBe(false);
        }
      },
    ),
    { numRuns: runs(1000) },
  );
});

test('a queued release begins at its earliest start, and not earlier', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), (hours) => {
      const walk = new Walk(policyOf({ soakMs: hours * HOUR }));
      const number = walk.queued(A);
      const { policy, now, environment } = walk;
      const context = { now, policy, order: acceptedBelow(A), deployer: ada };
      const { at } = earliestStart(environment, walk.release(number), context);
      const begin = { type: 'begin', release: number, step: 'deploy', worker: 'w', leaseUntil: 0 } as const;
      walk.now = (at ?? 0) - 1;
      walk.no('sentBack', begin);
      walk.now += 1;
      walk.ok({ type: 'tick' });
      walk.ok({ ...begin, leaseUntil: walk.now + MINUTE });
      expect(at).toBe(START + hours * HOUR);
    }),
    { numRuns: 20 },
  );
});

const NONE = { unknown: [], needs: [] };

const TABLE: [string, () => ReturnType<typeof earliestStart>, ReturnType<typeof earliestStart>][] = [
  [
    'with every gate open: at once',
    () => {
      const { walk, release } = candidate();
      return earliestStart(walk.environment, release, contextOf());
    },
    { at: START, ...NONE },
  ],
  [
    'approvals and the build count as done in time',
    () => {
      const { walk, release } = candidate(0, { build: 'pending' });
      return earliestStart(walk.environment, release, contextOf());
    },
    { at: START, unknown: [], needs: ['built', 'approvals'] },
  ],
  [
    'a freeze active when the soak ends counts, not the one active now',
    () => {
      const { walk, release } = candidate();
      const freeze = [dated(START, START + HOUR), dated(START + 2 * HOUR, START + 9 * HOUR)];
      return earliestStart(
        walk.environment,
        release,
        contextOf({ policy: policyOf({ soakMs: 3 * HOUR, freeze }) }),
      );
    },
    { at: START + 9 * HOUR, ...NONE },
  ],
  [
    'a lock that ends earlier is named, and one that ends last gives the time',
    () => {
      const { walk, release } = candidate();
      const environment = { ...walk.environment, lock: lockOf(START + HOUR) };
      return earliestStart(environment, release, contextOf({ policy: policyOf({ soakMs: 3 * HOUR }) }));
    },
    { at: START + 3 * HOUR, unknown: [], needs: ['lock'] },
  ],
  [
    'a lock without an end must be opened by somebody',
    () => {
      const { walk, release } = candidate();
      return earliestStart({ ...walk.environment, lock: lockOf(null) }, release, contextOf());
    },
    { at: null, unknown: ['lock'], needs: [] },
  ],
  [
    'its owner is not held by a lock',
    () => {
      const { walk, release } = candidate();
      const environment = { ...walk.environment, lock: lockOf(null, ada) };
      return earliestStart(environment, release, contextOf());
    },
    { at: START, ...NONE },
  ],
  [
    'not accepted below and with a failed build: both are unknown',
    () => {
      const { walk, release } = candidate(1, { build: 'failed' });
      return earliestStart(walk.environment, release, contextOf({ order: null }));
    },
    { at: null, unknown: ['built', 'order'], needs: [] },
  ],
  [
    'a rollback waits for nothing but locks',
    () => {
      const { walk, release } = candidate(0, { kind: 'rollback' });
      const policy = policyOf({ soakMs: HOUR, freeze: [dated(START, START + HOUR)] });
      return earliestStart(walk.environment, release, contextOf({ policy, order: null }));
    },
    { at: START, ...NONE },
  ],
  [
    'an override opens every freeze',
    () => {
      const { walk, release } = candidate(1, { override: { by: lin, at: START, reason: 'tax' } });
      const policy = policyOf({ freeze: [dated(START, START + HOUR)] });
      return earliestStart(walk.environment, release, contextOf({ policy }));
    },
    { at: START, ...NONE },
  ],
  [
    'freezes that never end',
    () => {
      const { walk, release } = candidate();
      const week = { kind: 'weekly', timezone: 'UTC', reason: 'always' } as const;
      const freeze: FreezeWindow[] = [
        { ...week, from: { weekday: 1, minute: 0 }, to: { weekday: 4, minute: 0 } },
        { ...week, from: { weekday: 4, minute: 0 }, to: { weekday: 1, minute: 0 } },
      ];
      return earliestStart(walk.environment, release, contextOf({ policy: policyOf({ freeze }) }));
    },
    { at: null, unknown: ['freeze'], needs: [] },
  ],
  [
    'a pause of a continuous environment',
    () => {
      const { release } = candidate(0, {
        kind: 'continuous',
        requestedBy: { kind: 'robot', name: 'Slipway' },
      });
      const paused = { by: lin, reason: 'x', at: START, rollback: null, newest: null, card: 'p' };
      return earliestStart({ ...newEnvironment('shop', 'prod'), paused }, release, contextOf());
    },
    { at: null, unknown: ['paused'], needs: [] },
  ],
];

test.each(TABLE)('%s', (_name, found, expected) => {
  expect(found()).toEqual(expected);
});

describe('prepare warns', () => {
  const freeze = [dated(START - HOUR, START + 30 * HOUR)];

  test('when the earliest start is after the end of the request', () => {
    const walk = new Walk(policyOf({ freeze }));
    const { warnings } = walk.ok({ type: 'prepare', sha: A, ref: null, note: null }, ada);
    const [startsAt, expiresAt] = [START + 30 * HOUR, START + 24 * HOUR];
    expect(warnings).toEqual([{ kind: 'expiresFirst', startsAt, expiresAt }]);
  });

  test('not if it can start earlier, if the start is unknown, or for a hotfix', () => {
    const short = [dated(START - HOUR, START + 23 * HOUR)];
    const soon = new Walk(policyOf({ freeze: short }));
    expect(soon.ok({ type: 'prepare', sha: A, ref: null, note: null }, ada).warnings).toBeUndefined();
    const locked = new Walk(policyOf({ freeze }));
    locked.ok({ type: 'lock', reason: 'db', forMs: null }, lin);
    expect(locked.ok({ type: 'prepare', sha: A, ref: null, note: null }, ada).warnings).toBeUndefined();
    const hotfix = new Walk(policyOf({ freeze }));
    expect(hotfix.ok({ type: 'hotfix', sha: A, ref: null, reason: 'fire' }, ada).warnings).toBeUndefined();
  });
});
