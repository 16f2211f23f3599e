import fc from 'fast-check';
import {
  type Check,
  type CheckState,
  judge,
  latestAttempts,
  type Verdict,
} from '../../../src/domain/checks/checks.ts';
import { runs } from '../../support/thorough.ts';

const STATES: readonly CheckState[] = [
  'passed',
  'neutral',
  'skipped',
  'allowedToFail',
  'pending',
  'manual',
  'failed',
  'cancelled',
  'errored',
];

/** `test:passed`, `test:failed@suite 2#3`: name, state, group and attempt. */
function check(text: string): Check {
  const [, name = '', state = '', group = 'suite 1', attempt = '1'] =
    /^([^:]+):(\w+)(?:@([^#]+))?(?:#(\d+))?$/.exec(text) ?? [];
  const known = STATES.find((one) => one === state);
  if (known === undefined) throw new Error(`no state of a check: ${text}`);
  return { name, state: known, url: null, description: null, group, attempt: Number(attempt) };
}

interface Trap {
  trap: string;
  names?: [string, ...string[]];
  reported: string[];
  kind: Verdict['kind'];
}

const TRAPS: Trap[] = [
  { trap: 'nothing is reported yet', reported: [], kind: 'pending' },
  { trap: 'the check was never reported, and others are green', reported: ['lint:passed'], kind: 'pending' },
  {
    trap: 'all are green before a slow one registered',
    names: ['test', 'slow'],
    reported: ['test:passed', 'lint:passed'],
    kind: 'pending',
  },
  {
    trap: 'an old red beside a newer green of the same suite',
    reported: ['test:failed#1', 'test:passed#2'],
    kind: 'passed',
  },
  {
    trap: 'a newer red beside an old green of the same suite',
    reported: ['test:failed#2', 'test:passed#1'],
    kind: 'failed',
  },
  {
    trap: 'a newer attempt runs after a red one',
    reported: ['test:failed#1', 'test:pending#2'],
    kind: 'pending',
  },
  {
    trap: "one workflow's green beside another's red",
    reported: ['test:passed@suite 2#9', 'test:failed@suite 1#1'],
    kind: 'failed',
  },
  {
    trap: "one workflow's green beside another that runs",
    reported: ['test:passed@suite 2', 'test:pending@suite 1'],
    kind: 'pending',
  },
  {
    trap: 'a red status beside a green check run of the same name',
    reported: ['test:passed@suite 1', 'test:failed@statuses#7'],
    kind: 'failed',
  },
  {
    trap: 'a check run and a status, both green',
    reported: ['test:passed@suite 1', 'test:passed@statuses'],
    kind: 'passed',
  },
  {
    trap: 'a green check run and a status of another name',
    names: ['test', 'ci'],
    reported: ['test:passed@suite 1', 'ci:passed@statuses'],
    kind: 'passed',
  },
  { trap: 'what is not named does not count', reported: ['test:passed', 'lint:failed'], kind: 'passed' },
  { trap: 'a name is compared exactly', reported: ['Test:passed', 'test :passed'], kind: 'pending' },
  { trap: 'neutral passes', reported: ['test:neutral'], kind: 'passed' },
  { trap: 'skipped passes', reported: ['test:skipped'], kind: 'passed' },
  { trap: 'a failure that is allowed passes', reported: ['test:allowedToFail'], kind: 'passed' },
  { trap: 'manual is not passed', reported: ['test:manual'], kind: 'pending' },
  { trap: 'cancelled is not passed', reported: ['test:cancelled'], kind: 'failed' },
  { trap: 'an error is no failure', reported: ['test:errored'], kind: 'errored' },
  {
    trap: 'a failure beside an error is a failure',
    names: ['test', 'lint'],
    reported: ['test:errored', 'lint:failed'],
    kind: 'failed',
  },
  {
    trap: 'a failure is told while others are awaited',
    names: ['test', 'slow'],
    reported: ['test:failed'],
    kind: 'failed',
  },
  { trap: 'a re-run after a failure', reported: ['test:failed#1', 'test:skipped#2'], kind: 'passed' },
];

test.each(TRAPS)('$trap: $kind', ({ names = ['test'], reported, kind }) => {
  expect(judge(names, reported.map(check)).kind).toBe(kind);
});

test('missing names are told with the names that are reported, each once', () => {
  const reported = ['lint:failed', 'build:passed', 'lint:passed@suite 2', 'test:pending'];
  expect(judge(['test', 'tests', 'e2e', 'tests'], reported.map(check))).toEqual({
    kind: 'pending',
    waiting: [check('test:pending')],
    missing: { names: ['e2e', 'tests'], reported: ['build', 'lint', 'test'] },
  });
});

test('a failure names all that keep the commit from passing, and nothing that does not count any more', () => {
  const reported = [
    'test:failed#1',
    'test:passed#2',
    'lint:failed',
    'lint:passed@suite 2',
    'build:errored',
    'docs:failed',
  ];
  expect(judge(['test', 'lint', 'build'], reported.map(check))).toEqual({
    kind: 'failed',
    checks: [check('build:errored'), check('lint:failed')],
  });
});

const NAMES = ['test', 'build', 'lint'];
const anyCheck: fc.Arbitrary<Check> = fc.record({
  name: fc.constantFrom(...NAMES),
  state: fc.constantFrom(...STATES),
  url: fc.constant(null),
  description: fc.constant(null),
  group: fc.constantFrom('suite 1', 'suite 2', 'statuses'),
  attempt: fc.nat(50),
});
/** A forge gives every attempt an id of its own. */
const anyChecks = fc.uniqueArray(anyCheck, {
  maxLength: 12,
  selector: ({ name, group, attempt }) => `${name} ${group} ${attempt}`,
});
const anyNames = fc
  .tuple(fc.constantFrom(...NAMES), fc.subarray(NAMES))
  .map(([one, others]): [string, ...string[]] => [one, ...others]);
const PASSES: readonly CheckState[] = ['passed', 'neutral', 'skipped', 'allowedToFail'];

test('passed is what its definition says', () => {
  fc.assert(
    fc.property(anyNames, anyChecks, (names, checks) => {
      const isLatest = (one: Check) =>
        !checks.some(
          (other) => other.name === one.name && other.group === one.group && other.attempt > one.attempt,
        );
      const passed = names.every((name) => {
        const counted = checks.filter((one) => one.name === name && isLatest(one));
        return counted.length > 0 && counted.every(({ state }) => PASSES.includes(state));
      });
      expect(judge(names, checks).kind === 'passed').toBe(passed);
    }),
    { numRuns: runs(1_000) },
  );
});

test('the order in which checks are reported, doubled reports and superseded attempts change nothing', () => {
  const shuffled = anyChecks.chain((checks) =>
    fc.record({
      checks: fc.constant(checks),
      mixed: fc.shuffledSubarray(checks, { minLength: checks.length }),
      doubled: fc.subarray(checks),
    }),
  );
  fc.assert(
    fc.property(anyNames, shuffled, (names, { checks, mixed, doubled }) => {
      const verdict = judge(names, checks);
      expect(judge(names, [...doubled, ...mixed])).toEqual(verdict);
      expect(judge(names, latestAttempts(checks))).toEqual(verdict);
    }),
    { numRuns: runs(1_000) },
  );
});

test('a named check that did not pass keeps the commit from passing, whatever else is reported', () => {
  fc.assert(
    fc.property(anyNames, anyChecks, anyCheck, (names, checks, one) => {
      fc.pre(names.includes(one.name) && !PASSES.includes(one.state));
      expect(judge(names, [...checks, { ...one, attempt: 51 }]).kind).not.toBe('passed');
    }),
    { numRuns: runs(1_000) },
  );
});
