import { decideBuild } from '../../../src/domain/decide/build/decide.ts';
import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import type { BuildCommand } from '../../../src/domain/documents/commands/build.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { LEASE_MS } from '../../../src/domain/time/lease.ts';
import { A, B, frozen, lin, START, Walk } from '../support/support.ts';

const PROD = environmentId('shop', 'prod');

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

/** Decides commands of one build after each other; returns the last decision. */
function decided(before: Build, ...commands: Bare<BuildCommand>[]) {
  let build = before;
  let effects: ReturnType<typeof decideBuild>['effects'] = [];
  let kind: string = '';
  for (const [index, ask] of commands.entries()) {
    const context = {
      now: START,
      lowest: { id: environmentId('shop', 'integration'), mode: 'approval' as const },
      guardGone: true,
    };
    const command = { ...ask, id: `${build.revision}-${index}`, actor: ROBOT } as BuildCommand;
    const decision = decideBuild(frozen(build), command, context);
    build = decision.aggregate;
    ({ effects, kind } = decision);
  }
  return { build, effects, kind };
}

const begin = { type: 'beginBuild', worker: 'w1', leaseUntil: START + LEASE_MS } as const;
const succeeds = (attempt: number) =>
  ({ type: 'reportBuild', attempt, outcome: { kind: 'succeeded' }, log: '' }) as const;
const wanted = { type: 'requestBuild', push: null, watcher: PROD } as const;

const built = () => decided(newBuild('shop', A), { ...wanted, watcher: null }, begin, succeeds(1)).build;
const discarded = () => decided(built(), { type: 'discardBuild', attempt: 1 }).build;
const requests = (walk: Walk) => walk.sent('requestBuild').map(({ watcher }) => watcher);

describe('rule 49: what is no longer kept is built again', () => {
  it('rule 49: a build whose result was given up is done again for whoever asks for it, and says so at its end', () => {
    expect(discarded()).toMatchObject({ status: 'succeeded', discarded: true });
    const asked = decided(discarded(), wanted);
    expect(asked.build.status).toBe('requested');
    const { build, effects } = decided(asked.build, begin, succeeds(2));
    expect(build).toMatchObject({ status: 'succeeded', attempts: 2, watchers: [] });
    expect(build).not.toHaveProperty('discarded');
    expect(effects.map(({ command }) => command)).toContainEqual(
      expect.objectContaining({ type: 'buildEnded', succeeded: true, again: true }),
    );
  });

  it('rule 49: one whose result is kept is not', () => {
    const { build, effects } = decided(built(), wanted);
    expect(build.status).toBe('succeeded');
    const [{ command } = {}] = effects;
    expect(command).toMatchObject({ type: 'buildEnded', succeeded: true });
    expect(command).not.toHaveProperty('again');
  });

  it.each<[string, () => Build, number]>([
    ['nobody has asked for', () => newBuild('shop', A), 1],
    ['that runs', () => decided(newBuild('shop', A), wanted, begin).build, 1],
    ['that is discarded already', discarded, 1],
    ['of another attempt', built, 2],
    ['that is to be done again', () => decided(discarded(), wanted).build, 1],
  ])('rule 49: nothing is given up of a build %s', (_what, given, attempt) => {
    const build = given();
    const decision = decided(build, { type: 'discardBuild', attempt });
    expect(decision.kind).toBe('refused');
    expect(decision.build).toEqual(build);
  });

  it('rule 49: a build that is repeated on request counts as gone until it has succeeded', () => {
    const command = { type: 'retryBuild', lost: true, id: 'r', actor: lin } as BuildCommand;
    const context = { now: START, lowest: { id: PROD, mode: 'approval' as const }, guardGone: true };
    expect(decideBuild(frozen(built()), command, context).aggregate).toMatchObject({
      status: 'requested',
      discarded: true,
    });
  });

  it('rule 49: a release of such a commit waits for its build, and its thread says why', () => {
    const walk = new Walk();
    walk.built = 'discarded';
    walk.prepare(A);
    expect(walk.release(1)).toMatchObject({ build: 'pending', builtAgain: true });
    expect(requests(walk)).toEqual([PROD]);
    expect(walk.replies(1)).toContain('builtAgain');
  });

  it('rule 49: a rollback whose target is gone when it would begin goes on by itself once that is built', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.after(1);
    walk.accepted(B);
    const number = walk.rollback();
    walk.built = 'discarded';
    const start = {
      type: 'begin',
      release: number,
      step: 'deploy',
      worker: 'w1',
      leaseUntil: walk.now + LEASE_MS,
    } as const;
    expect(walk.no('sentBack', start)).toMatchObject({ to: 'queued' });
    expect(walk.release(number)).toMatchObject({
      status: 'queued',
      build: 'pending',
      builtAgain: true,
      begun: false,
    });
    expect(walk.environment).toMatchObject({ uncertain: false, deployed: { sha: B } });
    expect(requests(walk).at(-1)).toBe(PROD);
    expect(nextWork(walk.environment)).toBeNull();
    walk.built = 'succeeded';
    walk.ok({ type: 'buildEnded', sha: A, succeeded: true, again: true });
    expect(nextWork(walk.environment)?.release.number).toBe(number);
    walk.ok(start);
    expect(walk.status(number)).toBe('deploying');
  });
});
