import fc from 'fast-check';
import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import type { ReleaseView } from '../../../src/chat/view-model.ts';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import { releasesOf } from '../../../src/domain/documents/environment.ts';
import { isRunning } from '../../../src/domain/documents/values/release.ts';
import { needsOrder } from '../../../src/domain/gates/gates.ts';
import { clockOfEnvironment } from '../../../src/domain/gates/wake.ts';
import { windowOf } from '../../domain/support/clocks.ts';
import { statesOf } from '../../domain/support/states.ts';
import {
  A,
  type Ask,
  acceptedBelow,
  ada,
  B,
  C,
  D,
  eve,
  FAILED,
  HOUR,
  lin,
  mo,
  policyOf,
  START,
  SUCCEEDED,
  Walk,
} from '../../domain/support/support.ts';
import { KINDS } from '../../domain/support/tables.ts';
import { runs } from '../../support/thorough.ts';
import { actionsDrawn, placeOf, viewOf } from './drawn.ts';

/** More of them find more: `BUTTONS=5000 SEED=7`. */
const SEQUENCES = Number(process.env.BUTTONS ?? runs(120));
const SEED = Number(process.env.SEED ?? 20_261_130);

/** The oldest first. */
const COMMITS = [A, B, C, D];

/** Something that happens to an environment; `release`: the one that it is about. null: it cannot happen now. */
type Step = (walk: Walk, release: number) => [ask: Ask, by?: Parameters<Walk['do']>[1]] | null;

/** The begin of what is next; null: nothing is. */
function next(walk: Walk, step: 'deploy' | 'verify'): Ask | null {
  const { open } = walk.environment;
  const status = step === 'deploy' ? 'queued' : 'verifying';
  const first =
    open.find((one) => one.status === status && one.kind === 'rollback') ??
    open.find((one) => one.status === status);
  if (!first) return null;
  return { type: 'begin', release: first.number, step, worker: 'w1', leaseUntil: walk.now + 60_000 };
}

const commit = (index: number) => COMMITS[index % COMMITS.length] ?? A;

const STEPS = {
  'prepare 0': () => [{ type: 'prepare', sha: A, ref: null, note: null }, ada],
  'prepare 1': () => [{ type: 'prepare', sha: B, ref: null, note: null }, ada],
  'prepare 2': () => [{ type: 'prepare', sha: C, ref: null, note: null }, ada],
  'prepare 3': () => [{ type: 'prepare', sha: D, ref: null, note: null }, ada],
  hotfix: () => [{ type: 'hotfix', sha: D, ref: null, reason: 'burns' }, ada],
  head: (walk) => [
    {
      type: 'makeRelease',
      sha: commit(walk.environment.newestHead),
      ref: 'main',
      head: walk.environment.newestHead + 1,
      card: null,
    },
  ],
  approve: (_walk, release) => [{ type: 'approve', release }, lin],
  reject: (_walk, release) => [{ type: 'reject', release, reason: 'no' }, lin],
  deploy: (_walk, release) => [{ type: 'deploy', release }, ada],
  cancel: (_walk, release) => [{ type: 'cancel', release, reason: null }, ada],
  retry: (_walk, release) => [{ type: 'retry', release }, ada],
  accept: (_walk, release) => [{ type: 'accept', release, reason: 'seen' }, mo],
  fail: (_walk, release) => [{ type: 'fail', release, reason: 'bad' }, mo],
  rollback: () => [{ type: 'rollback', to: null, reason: 'burns' }, mo],
  redeploy: () => [{ type: 'redeploy', sha: null, reason: 'drift' }, ada],
  lock: () => [{ type: 'lock', reason: 'mine', forMs: null }, eve],
  unlock: () => [{ type: 'unlock', ownerGone: false }, eve],
  pause: () => [{ type: 'pause', reason: 'fire' }, mo],
  resume: () => [{ type: 'resume', reason: null }, mo],
  begin: (walk) => {
    const ask = next(walk, 'deploy');
    return ask && [ask];
  },
  verify: (walk) => {
    const ask = next(walk, 'verify');
    return ask && [ask];
  },
  succeeds: (walk) => [
    { type: 'report', attempt: walk.environment.attempts, outcome: SUCCEEDED, log: 'log' },
  ],
  fails: (walk) => [{ type: 'report', attempt: walk.environment.attempts, outcome: FAILED, log: 'log' }],
  tick: () => [{ type: 'tick' }],
  revokedBelow: (walk, release) => {
    const { sha } = walk.release(release);
    walk.below.set(sha, acceptedBelow(sha, { revoked: { at: walk.now, by: mo, release: null } }));
    return [{ type: 'revokedBelow', sha, environment: 'preprod' }];
  },
} satisfies Record<string, Step>;

/** Another release, from its request to the end of its deploy. */
function deploysOf(request: Step): Step[] {
  const last =
    (step: Step): Step =>
    (walk) =>
      step(walk, walk.environment.releases);
  return [request, last(STEPS.approve), last(STEPS.deploy), STEPS.begin];
}

/** What can happen to an environment, step by step. */
const ACTS: Record<string, Step[]> = {
  ...Object.fromEntries(Object.entries(STEPS).map(([name, step]) => [name, [step]])),
  'another is deployed': [...deploysOf(STEPS['prepare 3']), STEPS.succeeds],
  'another fails': [...deploysOf(STEPS['prepare 3']), STEPS.fails],
  'a head is deployed': [STEPS.head, STEPS.begin, STEPS.succeeds],
  'a rollback is deployed': [STEPS.rollback, STEPS.begin, STEPS.succeeds],
};

/** The card of each release, and what of it is compared. */
type Drawn = Map<number, { card: string; drawn: string }>;

function drawnIn(walk: Walk, how: (view: ReleaseView) => string): Drawn {
  const place = placeOf(walk);
  return new Map(
    releasesOf(walk.environment).map((release) => [
      release.number,
      { card: release.card, drawn: how(viewOf(place, release)) },
    ]),
  );
}

const buttonsOf = (view: ReleaseView) => [...actionsDrawn(view)].sort().join(' ');

/**
 * Everything that a card shows but the revision it shows and how its times are written. What runs is left out: it is drawn again
 * every few seconds.
 */
function allOf(view: ReleaseView): string {
  if (isRunning(view.release)) return '';
  // What git says of commits does not change with time, but a walk knows only those of open releases.
  const { blocks } = releaseCard({ ...view, adds: null, removes: null });
  return JSON.stringify(blocks, (key, value: unknown) => {
    if (NOT_COMPARED.has(key)) return undefined;
    return typeof value === 'string' ? value.replaceAll(/<!date\^(\d+)\^[^>]*>/g, '<$1>') : value;
  });
}

const NOT_COMPARED: ReadonlySet<string> = new Set(['block_id', 'value', 'format', 'fallback']);

/** The cards that have changed from `before` without being redrawn. */
function stale(
  walk: Walk,
  act: () => void,
  how: (view: ReleaseView) => string = buttonsOf,
  before: Drawn = drawnIn(walk, how),
): string[] {
  walk.effects = [];
  act();
  const shown = new Set(
    walk.effects.flatMap(({ to, command }) =>
      to.kind === 'cards' && command.type === 'show' ? [to.id] : [],
    ),
  );
  return [...drawnIn(walk, how)].flatMap(([number, { card, drawn }]) => {
    const was = before.get(number)?.drawn;
    if (was === undefined || was === drawn || shown.has(card)) return [];
    const { kind, status } = walk.release(number);
    return [`#${number} ${kind} ${status}: [${was}] became [${drawn}]`];
  });
}

/** How often time alone may wake an environment within the two days that pass. */
const WAKES_MOST = 60;

/**
 * What becomes stale while only time passes: between two times at which the environment is woken nothing may change, and the
 * next one is always later.
 */
function staleInTime(walk: Walk, ms: number): string[] {
  const end = walk.now + ms;
  for (let wakes = 0; walk.now < end; wakes += 1) {
    if (wakes > WAKES_MOST) return ['it is woken all the time'];
    const next = Math.min(Math.max(clockOfEnvironment(walk.environment) ?? end, walk.now + 1), end);
    const before = drawnIn(walk, allOf);
    walk.now = next - 1;
    const early = stale(walk, () => {}, allOf, before);
    walk.now = next;
    const late = stale(walk, () => walk.do({ type: 'tick' }), allOf, before);
    const again = clockOfEnvironment(walk.environment);
    const isLater = again === null || again > walk.now;
    const wrong = [...early, ...late, ...(isLater ? [] : ['it is woken at once again'])];
    if (wrong.length > 0) return wrong.map((each) => `${(next - START) / HOUR} h: ${each}`);
  }
  return [];
}

/** From here on, each commit contains those before it. */
function inOrder(walk: Walk): void {
  COMMITS.forEach((older, at) => {
    for (const newer of COMMITS.slice(at + 1)) {
      walk.known.set(`${newer}:${older}`, 'descendant');
      walk.known.set(`${older}:${newer}`, 'ancestor');
    }
  });
}

describe('a card whose buttons change is redrawn', () => {
  it.each(KINDS)('%s', (kind) => {
    const states = Object.entries(statesOf(kind));
    fc.assert(
      fc.property(
        fc.constantFrom(...states),
        fc.array(fc.tuple(fc.constantFrom(...Object.entries(ACTS)), fc.nat(3)), {
          minLength: 1,
          maxLength: 8,
        }),
        ([state, reach], acts) => {
          const { walk, release } = reach();
          inOrder(walk);
          walk.do({ type: 'tick' });
          const said = [state];
          for (const [[name, steps], which] of acts) {
            walk.after(1_000);
            said.push(name);
            const wrong = steps.flatMap((step) => {
              const asked = step(walk, which === 0 ? walk.environment.releases : release);
              return asked === null ? [] : stale(walk, () => walk.do(...asked));
            });
            expect(wrong.map((each) => `${said.join(', ')}: ${each}`)).toEqual([]);
          }
        },
      ),
      { numRuns: SEQUENCES, seed: SEED, includeErrorInReport: true },
    );
  });
});

/** What an environment has by which time alone changes what may be done, in hours after the start. */
const CALENDARS: Record<string, Partial<EnvironmentPolicy>> = {
  nothing: {},
  'a freeze to come': { freeze: [hours(2, 5)] },
  'a freeze that is on': { freeze: [hours(-1, 3)] },
  'a freeze and another one': { freeze: [hours(1, 2), hours(4, 30)] },
  'a soak': { soakMs: 3 * HOUR },
  'a soak into a freeze, by itself': { soakMs: 3 * HOUR, freeze: [hours(2, 5)], startApproved: true },
};

/** As if everything had been requested under this policy. */
function under(walk: Walk, policy: Partial<EnvironmentPolicy>): void {
  walk.policy = { ...walk.policy, ...policy };
  const { soakMs } = walk.policy;
  const open = walk.environment.open.map((release) =>
    soakMs > 0 && needsOrder(release, walk.policy) ? { ...release, soaksUntil: walk.now + soakMs } : release,
  );
  walk.environment = { ...walk.environment, open };
}

function hours(from: number, to: number) {
  return windowOf(START + from * HOUR, START + to * HOUR);
}

describe('a card that time alone changes is redrawn when that time comes', () => {
  const acts = Object.entries<Step[]>({
    ...ACTS,
    'lock for an hour': [() => [{ type: 'lock', reason: 'mine', forMs: HOUR }, eve]],
    'lock for a day': [() => [{ type: 'lock', reason: 'mine', forMs: 24 * HOUR }, eve]],
    'half an hour passes': [
      (walk) => {
        walk.after(HOUR / 2);
        return [{ type: 'tick' }];
      },
    ],
  });

  it.each(KINDS)('%s', (kind) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.entries(statesOf(kind))),
        fc.constantFrom(...Object.entries(CALENDARS)),
        fc.array(fc.tuple(fc.constantFrom(...acts), fc.nat(3)), { maxLength: 4 }),
        ([state, reach], [calendar, policy], happened) => {
          const { walk, release } = reach();
          inOrder(walk);
          under(walk, policy);
          for (const sha of COMMITS)
            walk.below.set(sha, acceptedBelow(sha, { at: walk.now, clock: walk.now }));
          walk.do({ type: 'redraw', sha: null });
          const said = [calendar, state];
          for (const [[name, steps], which] of happened) {
            walk.after(1_000);
            said.push(name);
            for (const step of steps) {
              const asked = step(walk, which === 0 ? walk.environment.releases : release);
              if (asked !== null) walk.do(...asked);
            }
          }
          const wrong = staleInTime(walk, 48 * HOUR);
          expect(wrong.map((each) => `${said.join(', ')}: ${each}`)).toEqual([]);
        },
      ),
      { numRuns: SEQUENCES, seed: SEED, includeErrorInReport: true },
    );
  });
});

describe('a deploy that ended badly', () => {
  const daily: EnvironmentPolicy['freeze'] = [
    { kind: 'daily', from: 16 * 60, to: 18 * 60, timezone: 'UTC', reason: 'Evening' },
  ];

  /** How often its card is drawn again within this time, while only time passes. */
  function redraws(walk: Walk, ms: number): number {
    const end = walk.now + ms;
    walk.effects = [];
    for (;;) {
      const next = clockOfEnvironment(walk.environment);
      if (next === null || next > end) return walk.effects.length;
      expect(next).toBeGreaterThan(walk.now);
      walk.now = next;
      walk.do({ type: 'tick' });
    }
  }

  it('is redrawn at freezes until its request has expired, and no more', () => {
    const walk = new Walk(policyOf({ freeze: daily }));
    const release = walk.approved(A);
    walk.ok({ type: 'deploy', release }, ada);
    walk.report(walk.begin(release), FAILED);
    expect(redraws(walk, 24 * HOUR)).toBe(3);
    expect(clockOfEnvironment(walk.environment)).toBeNull();
  });

  it('is not redrawn at freezes that do not hold it', () => {
    const walk = new Walk(policyOf({ freeze: daily }));
    walk.accepted(A);
    walk.accepted(B);
    const rollback = walk.ok({ type: 'rollback', to: null, reason: 'burns' }, mo).release ?? 0;
    walk.report(walk.begin(rollback), FAILED);
    expect(redraws(walk, 48 * HOUR)).toBe(0);
  });
});
