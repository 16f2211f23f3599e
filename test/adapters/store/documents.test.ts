import fc from 'fast-check';
import { AGGREGATES } from '../../../src/adapters/store/documents/aggregates.ts';
import { CorruptDocument, parseDocument } from '../../../src/adapters/store/documents/parse.ts';
import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import type { Aggregate, AggregateKind } from '../../../src/domain/documents/document.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import type { Bake } from '../../../src/domain/documents/values/bake.ts';
import type { BuildChecks } from '../../../src/domain/documents/values/build/checks.ts';
import { STATUSES } from '../../../src/domain/documents/values/release.ts';
import type { Remote } from '../../../src/domain/documents/values/remote.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { released } from '../../contract/samples.ts';
import type { Setup } from '../../domain/model/world.ts';
import { ACTIONS } from '../../domain/support/actions.ts';
import { Crew } from '../../domain/support/crew.ts';
import { HOUR } from '../../domain/support/given.ts';
import { story } from '../../domain/support/story.ts';
import { runs } from '../../support/thorough.ts';

const SETUP: Setup = {
  history: [[], [0], [1], [2], [3], [1]],
  twoContinuous: false,
  embedded: false,
  idempotent: true,
  rollsBack: true,
  irreversible: 9,
  remote: true,
  bake: 'none',
  cards: true,
  frozen: false,
};

type Look = (kind: AggregateKind, document: Aggregate) => void;

/** Tells of every document that is stored in this crew's world. */
function watched(crew: Crew, look: Look): Crew {
  crew.world.watch = ({ kind, decision }) => {
    if (decision.changed) look(kind, decision.aggregate);
  };
  return crew;
}

/** What gets a world on, so that few of them see much. */
const OFTEN = [
  'step',
  'step',
  'step',
  'begin',
  'begin',
  'getOn',
  'getOn',
  'getOn',
  'prepare',
  'flow',
  'wait',
  'carry',
];
type Act = [name: string, a: number, b: number];
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.tuple(fc.constantFrom(...Object.keys(ACTIONS), ...OFTEN), fc.nat(999), fc.nat(999)),
  {
    minLength: 20,
    maxLength: 60,
    size: 'max',
  },
);

/** Paths of all fields of a value. */
function pathsOf(value: unknown, before: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsOf(item, [...before, index]));
  return Object.entries(value).flatMap(([key, inside]) => {
    const path = [...before, key];
    return [path, ...pathsOf(inside, path)];
  });
}

function without<T>(value: T, path: (string | number)[]): T {
  const copy = structuredClone(value);
  const parent = path.slice(0, -1).reduce((inside, key) => (inside as never)[key], copy as object);
  delete (parent as Record<string | number, unknown>)[path.at(-1)!];
  return copy;
}

/** What the types say may be absent. */
const OPTIONAL =
  /answer\.(release|attempt|build)$|command\.shown$|(deployed|accepted)\.adopted$|acceptance\.clock$|unknownAuthors$|builtAgain$|leftovers$|bake$|bake\.yields$|claim\.again$|remote$|remote\.(place|waits|silent|missing|rungAt|cancel|cancel\.(open|refused))$|^current$|current\.(heardAt|answer|before|unchanged|silent|drift)$|^(newest|movedFrom|retriesChangeAt|fault|toldIn|anew|announced|awaits|unseen|missing|pollAt|held|toldHead|discarded|checks|reported|inBurst|tags)$|announced\.\d+\.at$|burst$|leftOut$|tag$|tag\.from$|^pending\.\d+\.(forced|tag)$|command\.(contains|again|leftOut|tags|tag|delivery\.forced|onlyWaiting|pause|quietUntil)$/;

const parse = (kind: AggregateKind, document: Aggregate) =>
  parseDocument<Aggregate>(AGGREGATES[kind], kind, document.id, document);

/** The paths that are complained of; none: the document is good. */
function faultsOf(kind: AggregateKind, document: Aggregate): readonly string[] {
  try {
    parse(kind, document);
    return [];
  } catch (error) {
    if (error instanceof CorruptDocument) return error.paths;
    throw error;
  }
}

describe('a stored document', () => {
  test('can be read, whatever the domain produces', () => {
    const seen = new Set<string>();
    const look: Look = (kind, document) => {
      expect(parse(kind, document)).toBe(document);
      const said = JSON.stringify(document).matchAll(/"(?:status|rule|type)":"(\w+)"/g);
      for (const [, word] of said) seen.add(word!);
    };
    const setups: Setup[] = [SETUP, { ...SETUP, twoContinuous: true }, { ...SETUP, embedded: true }];
    const stories = setups.map((setup) => ({
      // A bake takes its time, so none is in the story.
      setup: { ...setup, bake: 'replace' } as Setup,
      crew: story(watched(new Crew(setup), look), true),
    }));
    fc.assert(
      fc.property(acts, fc.constantFrom(...stories), (happened, { setup, crew }) => {
        const next = watched(Crew.after(setup, crew), look);
        for (const [name, a, b] of happened) ACTIONS[name]!(next, a, b);
        // What waits for people does not wait for ever.
        next.world.real += 48 * HOUR;
        for (const { id } of next.world.environments()) {
          next.world.apply('environments', id, next.robot({ type: 'tick' }));
        }
      }),
      { numRuns: runs(240), seed: 20_261_124 },
    );
    // All statuses, most commands, many refusals: else these worlds prove little.
    expect([...STATUSES].filter((status) => !seen.has(status))).toEqual([]);
    expect(seen.size).toBeGreaterThan(45);
  });

  test('is refused with any one field missing, and the field is named', () => {
    const { docs } = story(new Crew(SETUP), true).world;
    const all = [...docs].flatMap(([place, document]) => {
      const kind = place.split(' ')[0] as AggregateKind;
      return pathsOf(document).map((path) => ({ kind, document, path }));
    });
    // Of the items of a list, those that look alike are damaged once.
    const damaged = new Map(
      all.map((each) => [`${each.kind} ${each.path.join('.').replace(/\d+/g, '*')}`, each]),
    );
    const missed = [...damaged.values()].filter(({ kind, document, path }) => {
      const told = faultsOf(kind, without(document, path));
      const dotted = path.join('.');
      const named = told.some((fault) => dotted === fault || dotted.startsWith(`${fault}.`));
      return named === OPTIONAL.test(dotted);
    });
    expect(damaged.size).toBeGreaterThan(150);
    expect(missed.map(({ kind, path }) => `${kind} ${path.join('.')}`)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an unknown status', { status: 'sleeping' }, 'status'],
    ['half a SHA', { sha: 'abc123' }, 'sha'],
    ['an impossible revision', { revision: 0 }, 'revision'],
    ['text instead of a number', { attempts: '1' }, 'attempts'],
    ['not a number', { wakeAt: Number.NaN }, 'wakeAt'],
    ['a count that is not a whole number', { interruptions: 1.5 }, 'interruptions'],
  ])('is refused with %s', (_what, damage, path) => {
    const build = { ...newBuild('shop', 'a'.repeat(40)), revision: 1 };
    expect(faultsOf('builds', build)).toEqual([]);
    expect(faultsOf('builds', { ...build, ...damage })).toEqual([path]);
  });

  test('has checks that are whole, or none', () => {
    const said = { name: 'test', state: 'passed', url: null, description: null } as const;
    const check = { ...said, group: 'statuses', attempt: 1 };
    const checks: BuildChecks = {
      names: ['test'],
      looks: 1,
      judged: 1,
      lookedAt: 1,
      lookAt: null,
      rung: false,
      since: 1,
      deadline: 2,
      latest: [check],
      missing: [],
      others: ['unit'],
      again: [{ name: 'test', group: 'statuses', attempt: 1 }],
      endedAt: null,
      overdue: false,
      toldBad: false,
      followUntil: null,
      superseded: false,
      unread: { reason: 'github.com did not answer', since: 1, times: 1, notBefore: 0 },
    };
    const build: Build = { ...newBuild('shop', 'a'.repeat(40)), revision: 1, status: 'awaiting' };
    expect(faultsOf('builds', { ...build, checks, reported: [check] } as Build)).toEqual([]);
    for (const field of Object.keys(checks))
      expect(faultsOf('builds', { ...build, checks: { ...checks, [field]: undefined } } as Build)).toEqual([
        `checks.${field}`,
      ]);
    expect(faultsOf('builds', { ...build, reported: [said] } as never)).toEqual([
      'reported.0.group',
      'reported.0.attempt',
    ]);
  });

  test('has a bake that is whole, or none', () => {
    const bake: Bake = {
      startedAt: 1,
      forMs: 900_000,
      everyMs: 60_000,
      failures: 2,
      passedMs: 0,
      checks: 1,
      failedInRow: 1,
      erroredInRow: 0,
      checkFrom: 1,
      countedTo: null,
      nextAt: 2,
      shownAt: 1,
    };
    const { release } = released(environmentId('shop', 'prod'), 1, 1);
    const environment = (part: object) => ({
      ...newEnvironment('shop', 'prod'),
      revision: 1,
      open: [{ ...release, bake: part }],
    });
    expect(faultsOf('environments', environment(bake) as never)).toEqual([]);
    expect(faultsOf('environments', environment({ ...bake, yields: true }) as never)).toEqual([]);
    for (const field of Object.keys(bake))
      expect(faultsOf('environments', environment({ ...bake, [field]: undefined }) as never)).toEqual([
        `open.0.bake.${field}`,
      ]);
  });

  test('has what another system carries out whole, or not at all', () => {
    const remote: Remote = {
      system: 'http',
      key: 'k1',
      place: 'https://deploy.acme.dev',
      run: { id: '7', url: null },
      lookAt: null,
      deadline: 2,
      timeoutMs: 1,
      waits: 'a reviewer',
      silent: { since: 1, reason: 'no answer' },
      missing: 1,
      cancel: { at: 1, why: 'wished', open: true, refused: 'end it there' },
    };
    const { release } = released(environmentId('shop', 'prod'), 1, 1);
    const environment = (part: object) => ({
      ...newEnvironment('shop', 'prod'),
      revision: 1,
      open: [{ ...release, attempts: [{ ...release.attempts[0]!, remote: part }] }],
    });
    expect(faultsOf('environments', environment(remote) as never)).toEqual([]);
    const optional = ['place', 'waits', 'silent', 'missing', 'cancel'];
    for (const field of Object.keys(remote).filter((name) => !optional.includes(name)))
      expect(faultsOf('environments', environment({ ...remote, [field]: undefined }) as never)).toEqual([
        `open.0.attempts.0.remote.${field}`,
      ]);
  });

  test('with an effect whose command the named document does not accept is refused', () => {
    const build = { ...newBuild('shop', 'a'.repeat(40)), revision: 1 };
    const command = { id: 'x', actor: ROBOT, type: 'redraw', sha: null } as const;
    const to = { kind: 'environments', id: 'shop/prod' } as const;
    expect(faultsOf('builds', { ...build, effects: [{ id: 'x', to, command }] })).toEqual([]);
    const wrong = { id: 'x', to: { kind: 'cards', id: 'c' }, command };
    expect(faultsOf('builds', { ...build, effects: [wrong] } as never)).not.toEqual([]);
  });

  test('is returned as stored, with the fields that this program does not know', () => {
    const build = { ...newBuild('shop', 'a'.repeat(40)), revision: 1, comment: { by: 'a person' } };
    expect(parse('builds', build)).toBe(build);
  });

  test('is refused with its id and the place of the error', () => {
    const build = { ...newBuild('shop', 'a'.repeat(40)), revision: 1, attempts: null };
    expect(() => parse('builds', build as never)).toThrow(
      expect.objectContaining({ collection: 'builds', id: build.id, paths: ['attempts'] }),
    );
  });
});
