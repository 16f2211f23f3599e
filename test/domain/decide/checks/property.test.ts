import fc from 'fast-check';
import { type Check, type CheckState, judge } from '../../../../src/domain/checks/checks.ts';
import { CHECKS, MINUTE, Walk } from '../../support/checks.ts';
import { lin } from '../../support/support.ts';

const STATES: CheckState[] = ['passed', 'skipped', 'pending', 'manual', 'failed', 'cancelled', 'errored'];

const seen: fc.Arbitrary<Check> = fc.record({
  name: fc.constantFrom('test', 'build', 'lint'),
  state: fc.constantFrom(...STATES),
  url: fc.constant(null),
  description: fc.constant(null),
  group: fc.constantFrom('a', 'b'),
  attempt: fc.integer({ min: 1, max: 3 }),
});

type Act =
  | { kind: 'look'; checks: Check[] }
  | { kind: 'unread' | 'ring' | 'skip' | 'request' | 'retry' | 'tick' }
  | { kind: 'wait'; minutes: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('look' as const), checks: fc.array(seen, { maxLength: 5 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('unread' as const, 'ring', 'skip', 'request', 'retry', 'tick'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  },
);

test('whatever happens, a commit counts as built only when a look saw every named check pass', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const walk = new Walk();
      walk.request();
      let heads = 1;
      for (const one of acts) {
        const { status: before, checks } = walk.build;
        const due = checks?.lookAt != null && checks.lookAt <= walk.now;
        switch (one.kind) {
          case 'look':
            if (due) walk.saw(walk.begin(), one.checks);
            break;
          case 'unread':
            if (due) walk.do({ type: 'checksUnread', look: walk.begin(), reason: 'away', until: null });
            break;
          case 'ring':
            walk.do({ type: 'ringChecks' });
            break;
          case 'skip':
            walk.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: heads + 1 });
            break;
          case 'request':
            heads += 1;
            walk.request(heads);
            break;
          case 'retry':
            walk.do({ type: 'retryBuild' }, lin);
            break;
          case 'tick':
            walk.do({ type: 'tick' });
            break;
          case 'wait':
            walk.now += one.minutes * MINUTE;
            break;
          default:
            one satisfies never;
        }
        const { status } = walk.build;
        reached.add(status);
        const passed = one.kind === 'look' && due && judge(CHECKS.names, one.checks).kind === 'passed';
        if (before === 'succeeded') expect(status).toBe('succeeded');
        else expect(status === 'succeeded').toBe(passed && before !== 'skipped');
        // Only looks, people and pushes end or begin anything.
        if (one.kind === 'unread' || one.kind === 'ring' || one.kind === 'tick') expect(status).toBe(before);
        // What is awaited is always looked at again.
        if (status === 'awaiting') expect(walk.build.checks?.lookAt).not.toBeNull();
        expect(walk.told.filter((told) => told === 'released').length).toBeLessThanOrEqual(heads);
      }
    }),
    { numRuns: 400, seed: 20_261_130 },
  );
  expect([...reached].sort()).toEqual(['awaiting', 'errored', 'failed', 'skipped', 'succeeded']);
});
