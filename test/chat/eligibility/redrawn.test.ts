import fc from 'fast-check';
import { releasesOf } from '../../../src/domain/documents/environment.ts';
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
  lin,
  mo,
  SUCCEEDED,
  type Walk,
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

/** The card of each release, and its buttons. */
function buttonsIn(walk: Walk): Map<number, { card: string; drawn: string }> {
  const place = placeOf(walk);
  return new Map(
    releasesOf(walk.environment).map((release) => [
      release.number,
      { card: release.card, drawn: [...actionsDrawn(viewOf(place, release))].sort().join(' ') },
    ]),
  );
}

/** The cards whose buttons have changed without being redrawn. */
function stale(walk: Walk, act: () => void): string[] {
  const before = buttonsIn(walk);
  walk.effects = [];
  act();
  const shown = new Set(
    walk.effects.flatMap(({ to, command }) =>
      to.kind === 'cards' && command.type === 'show' ? [to.id] : [],
    ),
  );
  return [...buttonsIn(walk)].flatMap(([number, { card, drawn }]) => {
    const was = before.get(number)?.drawn;
    if (was === undefined || was === drawn || shown.has(card)) return [];
    const { kind, status } = walk.release(number);
    return [`#${number} ${kind} ${status}: [${was}] became [${drawn}]`];
  });
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
      { numRuns: SEQUENCES, seed: SEED },
    );
  });
});
