import fc from 'fast-check';
import { runs } from '../../support/thorough.ts';
import { ASKS, Pair, PEOPLE, Run, type Setup, type Step, WAITS } from './model-run.ts';

/** More of them find more: `MODEL=5000 SEED=7`. */
const SEQUENCES = Number(process.env.MODEL ?? runs(600));
const SEED = Number(process.env.SEED ?? 20_261_124);

const env = fc.nat(1);
const commit = fc.nat(2);
const by = fc.nat(PEOPLE.length - 1);
const rarely = fc.nat(5).map((n) => n === 0);
const outcome = fc.constantFrom(
  ...([
    'succeeded',
    'succeeded',
    'succeeded',
    'failed',
    'cancelled',
    'errored',
    'didNotRun',
    'interrupted',
  ] as const),
);

const person: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('person' as const),
  env,
  what: fc.constantFrom(...ASKS),
  back: fc.nat(3),
  commit,
  by,
  odd: fc.boolean(),
  twice: rarely,
});
const on: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('on' as const),
  env,
  pick: fc.nat(5),
  odd: fc.boolean(),
});
const work: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('work' as const),
  env,
  remote: fc.boolean(),
});
const saw: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('saw' as const),
  env,
  seen: fc.constantFrom(...(['running', 'running', 'notFound', 'unknown'] as const)),
  stale: rarely,
});
const asked: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('asked' as const),
  env,
  answer: fc.constantFrom(...(['asked', 'impossible', 'unknown'] as const)),
  stale: rarely,
});
const stop: fc.Arbitrary<Step> = fc.record({ do: fc.constant('stop' as const), env, by });
const ring: fc.Arbitrary<Step> = fc.record({ do: fc.constant('ring' as const), env, stale: rarely });
const report: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('report' as const),
  env,
  outcome,
  stale: rarely,
  twice: rarely,
});
const plain = (what: 'renew' | 'gone' | 'tick' | 'back'): fc.Arbitrary<Step> =>
  env.map((at) => ({ do: what, env: at }));
const wait: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('wait' as const),
  env,
  ms: fc.constantFrom(...WAITS),
});
const head: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('head' as const),
  env: fc.constant(0),
  commit,
  old: rarely,
});
const tell: fc.Arbitrary<Step> = fc.record({ do: fc.constant('tell' as const), env, again: rarely });
const built: fc.Arbitrary<Step> = fc.record({ do: fc.constant('built' as const), env, commit });
const lockAll: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('lockAll' as const),
  env,
  by,
  lift: fc.boolean(),
});
const mode: fc.Arbitrary<Step> = env.map((at) => ({ do: 'mode' as const, env: at }));
const race: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('race' as const),
  env,
  first: fc.oneof(person, work),
  meanwhile: fc.oneof(person, report, on, saw),
});

const steps = fc.commands(
  [
    ...Array.from({ length: 8 }, () => on),
    ...Array.from({ length: 5 }, () => person),
    ...[
      work,
      work,
      report,
      report,
      saw,
      saw,
      saw,
      saw,
      stop,
      asked,
      asked,
      ring,
      head,
      wait,
      wait,
      race,
      tell,
      built,
      lockAll,
      mode,
    ],
    ...[plain('renew'), plain('gone'), plain('tick'), plain('back')],
  ].map((step) => step.map((each) => new Run(each))),
  { size: 'max', maxCommands: 50 },
);

const setups: fc.Arbitrary<Setup> = fc.record({
  history: fc.nat(1),
  idempotent: fc.boolean(),
  unbuilt: fc.nat(3),
  bake: fc.constantFrom('none', 'none', 'wait', 'replace'),
  rollsBack: fc.tuple(fc.boolean(), fc.boolean()),
  irreversible: fc.nat(5),
});

/** One commit is accepted in both environments, another one below. */
const STORY: Step[] = [
  { do: 'built', env: 0, commit: 0 },
  { do: 'built', env: 0, commit: 1 },
  { do: 'head', env: 0, commit: 0, old: false },
  ...Array.from({ length: 4 }, (): Step => ({ do: 'on', env: 0, pick: 0, odd: false })),
  { do: 'wait', env: 0, ms: 3_600_000 },
  ...Array.from({ length: 8 }, (): Step => ({ do: 'on', env: 1, pick: 0, odd: false })),
  { do: 'head', env: 0, commit: 1, old: false },
  ...Array.from({ length: 4 }, (): Step => ({ do: 'on', env: 0, pick: 0, odd: false })),
];

/** Then another system carries out the next deploy below, and somebody may have cancelled it. */
const ELSEWHERE: Step[] = [
  { do: 'built', env: 0, commit: 2 },
  { do: 'head', env: 0, commit: 2, old: false },
  { do: 'work', env: 0, remote: true },
  { do: 'saw', env: 0, seen: 'running', stale: false },
  { do: 'stop', env: 0, by: 0 },
];

const ON: Step = { do: 'on', env: 0, pick: 0, odd: false };
const CHECK: Step[] = [{ do: 'wait', env: 0, ms: 8_000 }, ON, ON];
/** Where verifications bake: one commit is accepted below, and the next one bakes, between two checks. */
const BAKING: Step[] = [
  ...STORY.slice(0, 3),
  ...[ON, ON, ON, ON],
  ...[...CHECK, ...CHECK],
  { do: 'head', env: 0, commit: 1, old: false },
  ...[ON, ON, ON, ON],
];
const BACK: Step = {
  do: 'person',
  env: 0,
  what: 'rollback',
  back: 2,
  commit: 0,
  by: 0,
  odd: true,
  twice: false,
};
const STORIES = [
  [],
  BAKING,
  [...BAKING, BACK],
  STORY,
  [...STORY, ...ELSEWHERE.slice(0, 4)],
  [...STORY, ...ELSEWHERE],
];

describe(`the domain and a model of its rules, ${SEQUENCES} sequences, seed ${SEED}`, () => {
  const counts = new Map<string, number>();

  it(
    'agree at every step',
    () => {
      fc.assert(
        fc.property(setups, fc.constantFrom(...STORIES), steps, (setup, told, sequence) => {
          const real = new Pair(setup);
          for (const step of told) real.run(step);
          fc.modelRun(() => ({ model: {}, real }), sequence);
          for (const [type, count] of real.counts) counts.set(type, (counts.get(type) ?? 0) + count);
        }),
        { numRuns: SEQUENCES, seed: SEED },
      );
    },
    Math.max(120_000, SEQUENCES * 200),
  );

  it('receive every command', () => {
    const elsewhere = ['sawRemote', 'askedToEnd', 'ringRemote'];
    expect([...counts.keys()].sort()).toEqual(expect.arrayContaining([...ASKS, ...elsewhere].sort()));
  });
});
