import fc from 'fast-check';
import type { Build } from '../../../src/domain/documents/build.ts';
import type { BuildAttempt, BuildOutcome } from '../../../src/domain/documents/values/build/run.ts';
import { STATUSES } from '../../../src/domain/documents/values/release.ts';
import {
  ACCEPTED_KEPT,
  type KeepingEnvironment,
  keptArtifacts,
  type StoredRun,
} from '../../../src/domain/retention/artifacts.ts';
import { runs } from '../../support/thorough.ts';
import { acceptance, built, commit, keeping, reference, release, stored } from './world.ts';

const reasons = (all: readonly StoredRun[], environments: readonly KeepingEnvironment[], newest: number) =>
  keptArtifacts(all, environments, newest).map((verdict) =>
    'stays' in verdict ? `stays: ${verdict.stays.why}` : `goes: ${verdict.goes.why}`,
  );

/** Forty builds, the newest last, of which the newest five are kept for their age. */
const FORTY = Array.from({ length: 40 }, (_, n) => stored(built(n)));
const ONE = 3;

describe('what a build made', () => {
  it('stays for its age alone only among the newest', () => {
    const said = reasons(FORTY, [], 5);
    expect(said.slice(0, 35)).toEqual(Array(35).fill('goes: old'));
    expect(said.slice(35)).toEqual(Array(5).fill('stays: newest'));
    expect(keptArtifacts(FORTY, [], 5)[38]).toMatchObject({ stays: { why: 'newest', place: 2 } });
  });

  it.each<[string, KeepingEnvironment, string]>([
    ['runs', keeping('prod', 'approval', { deployed: reference(ONE) }), 'stays: runs'],
    [
      'runs in an environment that was removed',
      keeping('old', 'retired', { deployed: reference(ONE) }),
      'stays: runs',
    ],
    [
      'was begun last, and may still succeed',
      keeping('prod', 'approval', { desired: { sha: commit(ONE), release: 9 } }),
      'stays: runs',
    ],
    ['was accepted last', keeping('prod', 'approval', { accepted: [ONE] }), 'stays: runs'],
    [
      'is kept by a pause for a resume',
      keeping('integration', 'continuous', {
        paused: { newest: { sha: commit(ONE), ref: 'main', head: 3, card: null } } as never,
      }),
      'stays: waits',
    ],
    [
      'is what a waiting rollback leaves',
      keeping('prod', 'approval', {
        open: [release(30, 'queued', { kind: 'rollback', leaves: { sha: commit(ONE), release: 3 } })],
      }),
      'stays: waits',
    ],
    [
      'is the tenth accepted where people approve',
      keeping('prod', 'approval', { accepted: [ONE, ...Array.from({ length: 9 }, (_, n) => n + 10)] }),
      'stays: accepted',
    ],
    [
      'is the eleventh',
      keeping('prod', 'approval', { accepted: [ONE, ...Array.from({ length: 10 }, (_, n) => n + 10)] }),
      'goes: old',
    ],
    [
      'is the second accepted in a continuous one',
      keeping('integration', 'continuous', { accepted: [ONE, 10] }),
      'stays: accepted',
    ],
    ['is the third', keeping('integration', 'continuous', { accepted: [ONE, 10, 11] }), 'goes: old'],
    [
      'is the second, as one that was accepted later is revoked',
      keeping('integration', 'continuous', { accepted: [ONE, 10], revoked: [11] }),
      'stays: accepted',
    ],
    ['was revoked', keeping('prod', 'approval', { accepted: [10], revoked: [ONE] }), 'goes: old'],
    [
      'was revoked by a write that the store has not yet',
      (() => {
        const here = keeping('prod', 'approval', { accepted: [ONE, 10] });
        const revoked = { ...acceptance(here.environment, ONE, true), revision: 99 };
        return {
          ...here,
          environment: { ...here.environment, acceptances: [{ acceptance: revoked, recorded: false }] },
        };
      })(),
      'goes: old',
    ],
    [
      'was accepted in an environment that was removed',
      keeping('old', 'retired', { accepted: [ONE, 10] }),
      'goes: old',
    ],
  ])('that %s', (_what, environment, expected) => {
    expect(reasons(FORTY, [environment], 5)[ONE]).toBe(expected);
  });

  it.each(STATUSES)('stays while a release of it is open, also as %s', (status) => {
    const open = [release(ONE, status)];
    expect(reasons(FORTY, [keeping('prod', 'approval', { open })], 5)[ONE]).toMatch(/^stays/);
  });

  const ended = (outcome: BuildOutcome | null, number = 1): Pick<Build, 'attempt'> => ({
    attempt: { ...(built(ONE).attempt as BuildAttempt), number, outcome },
  });
  it.each<[string, Partial<Build>, number, string]>([
    ['of an attempt that runs', { status: 'building', ...ended(null) }, 1, 'stays: building'],
    [
      'of one that may still report',
      { status: 'requested', ...ended({ kind: 'interrupted' }) },
      1,
      'stays: building',
    ],
    ['of one that begins just now', {}, 2, 'stays: building'],
    [
      'of one that errored',
      { status: 'errored', ...ended({ kind: 'errored', reason: 'x' }) },
      1,
      'goes: unused',
    ],
    [
      'of one that was handed back',
      { status: 'requested', ...ended({ kind: 'handedBack' }) },
      1,
      'goes: unused',
    ],
    ['of an earlier attempt', { attempts: 2, ...ended({ kind: 'succeeded' }, 2) }, 1, 'goes: replaced'],
    ['of a build that counts as built elsewhere', { checks: {} as never }, 1, 'goes: unused'],
    ['that is discarded', { discarded: true }, 1, 'goes: discarded'],
  ])('%s', (_what, change, attempt, expected) => {
    expect(reasons([stored(built(ONE, change), attempt)], [], 20)).toEqual([expected]);
  });

  it('that is discarded stays while a release of it is open, and takes no place of a kept one', () => {
    const discarded = stored(built(ONE, { discarded: true }, 99));
    const open = [release(ONE, 'deploying')];
    expect(reasons([discarded, stored(built(1))], [keeping('prod', 'approval', { open })], 1)).toEqual([
      'stays: runs',
      'stays: newest',
    ]);
  });

  it('whose build the store does not know stays', () => {
    expect(reasons([{ attempt: 1, build: null }], [], 1)).toEqual(['stays: unknown']);
  });
});

/** Any situation of a product with two environments and twelve commits. */
const commits = fc.integer({ min: 0, max: 11 });
const maybe = fc.option(commits.map(reference), { nil: null });
const environmentOf = (name: string) =>
  fc
    .record({
      mode: fc.constantFrom('approval' as const, 'continuous' as const, 'retired' as const),
      deployed: maybe,
      desired: fc.option(
        commits.map((n) => ({ sha: commit(n), release: n })),
        { nil: null },
      ),
      open: fc.array(
        fc.tuple(commits, fc.constantFrom(...STATUSES)).map(([n, status]) => release(n, status)),
        {
          maxLength: 3,
        },
      ),
      accepted: fc.uniqueArray(commits, { maxLength: 12 }),
    })
    .map(({ mode, ...change }) => keeping(name, mode, change));
const run = fc
  .record({
    n: commits,
    at: fc.nat(50),
    discarded: fc.boolean(),
    outcome: fc.constantFrom<BuildOutcome | null>(
      { kind: 'succeeded' },
      { kind: 'succeeded' },
      { kind: 'succeeded' },
      { kind: 'interrupted' },
      { kind: 'errored', reason: 'x' },
      null,
    ),
  })
  .map(({ n, at, discarded, outcome }): StoredRun => {
    const attempt = { ...(built(n, {}, at).attempt as BuildAttempt), outcome };
    const status = outcome === null ? 'building' : outcome.kind === 'succeeded' ? 'succeeded' : 'requested';
    return stored(built(n, { attempt, status, ...(discarded && { discarded }) }));
  });
const situations = fc.record({
  all: fc.uniqueArray(run, { selector: ({ build }) => build?.sha, maxLength: 12 }),
  environments: fc.tuple(environmentOf('integration'), environmentOf('prod')),
});
const going = (...given: Parameters<typeof keptArtifacts>) =>
  keptArtifacts(...given).flatMap((verdict) => ('goes' in verdict ? [verdict.run] : []));

test('nothing that runs, waits, is being built, or can be gone back to is ever removed', () => {
  fc.assert(
    fc.property(situations, fc.integer({ min: 1, max: 12 }), ({ all, environments }, newest) => {
      const gone = going(all, environments, newest);
      const usable = gone
        .filter(({ build }) => build?.attempt?.outcome?.kind === 'succeeded')
        .map(({ build }) => build?.sha);
      for (const { environment, mode, acceptances } of environments) {
        const { deployed, desired, open } = environment;
        const needed = [deployed?.sha, desired?.sha, ...open.map(({ sha }) => sha)];
        const back = acceptances.toSorted((a, b) => b.at - a.at).slice(0, ACCEPTED_KEPT[mode]);
        for (const sha of [...needed, ...back.map((one) => one.sha)])
          if (sha !== undefined) expect(usable).not.toContain(sha);
      }
      for (const { build } of gone) {
        expect(build?.attempt?.outcome ?? null).not.toBeNull();
        expect(build?.attempt?.outcome?.kind).not.toBe('interrupted');
      }
      const kept = all.filter(
        (one) => !gone.includes(one) && one.build?.status === 'succeeded' && !one.build.discarded,
      );
      const whole = all.filter(({ build }) => build?.status === 'succeeded' && !build.discarded);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(newest, whole.length));
    }),
    { numRuns: runs(2_000) },
  );
});

test('keeping fewer builds only removes more, and what goes then is the oldest', () => {
  fc.assert(
    fc.property(situations, fc.integer({ min: 1, max: 11 }), ({ all, environments }, newest) => {
      const fewer = going(all, environments, newest);
      const more = going(all, environments, newest + 1);
      expect(fewer).toEqual(expect.arrayContaining(more));
      expect(fewer.length - more.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: runs(1_000) },
  );
});

test('the more is needed, the less goes', () => {
  fc.assert(
    fc.property(situations, ({ all, environments: [first, second] }) => {
      const one = going(all, [first], 2);
      expect(one).toEqual(expect.arrayContaining(going(all, [first, second], 2)));
    }),
    { numRuns: runs(1_000) },
  );
});
