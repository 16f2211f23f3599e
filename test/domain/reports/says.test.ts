import { toldToForge } from '../../../src/chat/text/told-to-forge.ts';
import { findRelease } from '../../../src/domain/documents/environment.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { comesTooLate, isFinal, saysOf, speaker } from '../../../src/domain/reports/says.ts';
import { type Kind, type Reached, statesOf } from '../support/states.ts';
import { A, ada, B, C, D, FAILED, lin, mo, Walk } from '../support/support.ts';

const KINDS: Kind[] = ['promotion', 'hotfix', 'continuous', 'rollback'];

/** State of the commit, state of the deployment, and the description without the name of the release. */
type Row = [commit: string, deployment: string | null, text: string];

/** What releases of all kinds say in each state; a rollback says some of it in other words. */
const TABLE: Record<string, Row> = {
  prepared: ['pending', null, 'waits for approval'],
  approved: ['pending', null, 'approved, waits for Deploy'],
  queued: ['pending', null, 'queued'],
  deploying: ['pending', 'running', 'deploying'],
  'verifying:idle': ['pending', 'running', 'deployed, is being verified'],
  'verifying:running': ['pending', 'running', 'deployed, is being verified'],
  'baking:waits': ['pending', 'running', 'deployed, is being verified'],
  'baking:checks': ['pending', 'running', 'deployed, is being verified'],
  testing: ['pending', 'success', 'deployed, waits for a test'],
  accepted: ['success', 'success', 'accepted'],
  unverified: ['failure', 'failure', 'deployed, verification failed'],
  'errored:verify': ['error', 'error', 'verification could not be carried out'],
  'verify:interrupted': ['pending', 'running', 'deployed, is being verified'],
  'errored:deploy': ['error', 'error', 'deploy could not be carried out'],
  'errored:broke': ['error', 'error', 'deploy could not be carried out'],
  failed: ['failure', 'failure', 'deploy failed'],
  'queued:retry': ['pending', 'failure', 'queued'],
  'queued:interrupted': ['pending', 'error', 'queued'],
  'prepared:interrupted': ['pending', 'error', 'waits for approval'],
  'approved:interrupted': ['pending', 'error', 'approved, waits for Deploy'],
  'rejected:interrupted': ['failure', 'error', 'rejected'],
  'cancelled:interrupted': ['error', 'error', 'cancelled'],
  'cancelled:begun': ['error', 'error', 'cancelled'],
  'cancelled:never': ['neutral', null, 'cancelled, not deployed'],
  rejected: ['failure', null, 'rejected, not deployed'],
  expired: ['neutral', null, 'expired, not deployed'],
  'deploying:remote': ['pending', 'running', 'deploying'],
  'verifying:remote': ['pending', 'running', 'deployed, is being verified'],
  'failed:remote': ['failure', 'failure', 'deploy failed'],
  'cancelled:remote': ['error', 'error', 'cancelled'],
  'errored:remote': ['error', 'error', 'deploy could not be carried out'],
  'unverified:remote': ['failure', 'failure', 'deployed, verification failed'],
  superseded: ['failure', 'failure', 'verification failed, superseded by'],
  faulty: ['failure', 'failure', 'test failed'],
  'faulty:accepted': ['failure', 'failure', 'test failed'],
};

const ROLLBACK: Record<string, string> = {
  deploying: 'rolling back to this commit',
  'deploying:remote': 'rolling back to this commit',
  accepted: 'rolled back to this commit',
};

function said({ walk, release }: Reached): Row {
  const { environment } = walk;
  const found = findRelease(environment, release)!;
  const { commit, deployment } = saysOf(environment, found);
  const name = `${environment.id}#${release}: `;
  const text = toldToForge(environment.id, found);
  expect(text.startsWith(name)).toBe(true);
  return [commit, deployment, text.slice(name.length)];
}

describe.each(KINDS)('what a release says to a forge: %s', (kind) => {
  test.each(Object.entries(statesOf(kind)))('%s', (state, reach) => {
    const [commit, deployment, text] = TABLE[state]!;
    const words = (kind === 'rollback' && ROLLBACK[state]) || text;
    expect(said(reach())).toEqual([
      commit,
      deployment,
      words.endsWith('superseded by') ? expect.stringMatching(new RegExp(`^${words} #\\d+$`)) : words,
    ]);
  });
});

test('every state is in the table, and no other', () => {
  const states = new Set(KINDS.flatMap((kind) => Object.keys(statesOf(kind))));
  expect(Object.keys(TABLE).sort()).toEqual([...states].sort());
});

describe('what becomes of a deployment when another one follows', () => {
  /** What every release of prod says now. */
  const all = (walk: Walk) => {
    const { ended, open } = walk.environment;
    const releases = [...ended.map(({ release }) => release), ...open];
    return releases
      .sort((a, b) => a.number - b.number)
      .map((release) => Object.values(saysOf(walk.environment, release)));
  };

  test('the older one becomes inactive only when the newer one has succeeded', () => {
    const walk = new Walk();
    walk.accepted(A);
    const second = walk.queued(B);
    const attempt = walk.begin(second);
    expect(all(walk)).toEqual([
      ['success', 'success'],
      ['pending', 'running'],
    ]);
    walk.report(attempt);
    expect(all(walk)).toEqual([
      ['success', 'inactive'],
      ['pending', 'running'],
    ]);
  });

  test('a deploy that failed leaves the older one as it is', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.report(walk.begin(walk.queued(B)), FAILED);
    expect(all(walk)).toEqual([
      ['success', 'success'],
      ['failure', 'failure'],
    ]);
  });

  test('a rollback takes back what it leaves', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.accepted(B);
    const back = walk.rollback();
    expect(all(walk)).toEqual([
      ['success', 'inactive'],
      ['failure', 'success'],
      ['pending', null],
    ]);
    walk.report(walk.begin(back));
    walk.report(walk.begin(back, 'verify'));
    expect(all(walk)).toEqual([
      ['success', 'inactive'],
      ['failure', 'inactive'],
      ['success', 'success'],
    ]);
  });

  test('one that waits for a test and is deployed over is inactive', () => {
    const { walk, release } = statesOf('promotion').testing!();
    walk.report(walk.begin(walk.queued(D)));
    expect(said({ walk, release }).slice(0, 2)).toEqual(['neutral', 'inactive']);
  });

  test('a redeploy is a deployment of its own', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.ok({ type: 'redeploy', sha: null, reason: 'again' }, ada);
    const again = walk.environment.releases;
    expect(all(walk)[1]?.[0]).toBe('pending');
    walk.ok({ type: 'approve', release: again }, lin);
    walk.ok({ type: 'deploy', release: again }, ada);
    walk.report(walk.begin(again));
    expect(all(walk)).toEqual([
      ['success', 'inactive'],
      ['pending', 'running'],
    ]);
  });

  test('what was adopted ran already, and has no deployment', () => {
    const walk = new Walk();
    walk.ok({ type: 'adopt', sha: C, ref: null, reason: 'since May' }, mo);
    expect(said({ walk, release: 1 })).toEqual(['success', null, 'ran here already']);
  });
});

describe('who speaks for a commit', () => {
  const of = (number: number, status: Release['status'], begun = true): Release => {
    const { walk, release } = statesOf('promotion').accepted!();
    return { ...findRelease(walk.environment, release)!, number, status, begun };
  };

  test.each<[string, Release[], number | null]>([
    ['nobody', [], null],
    ['the newest release', [of(1, 'failed'), of(2, 'accepted')], 2],
    ['not one that was cancelled before it began', [of(1, 'accepted'), of(2, 'cancelled', false)], 1],
    ['nor one that was superseded', [of(3, 'superseded', false), of(1, 'accepted')], 1],
    ['nor one that was tested until another commit came', [of(3, 'superseded'), of(1, 'accepted')], 1],
    ['one that was cancelled while it ran', [of(1, 'accepted'), of(2, 'cancelled')], 2],
    ['the last that was taken back, if all were', [of(1, 'expired', false), of(2, 'rejected', false)], 2],
    ['one that waits', [of(1, 'accepted'), of(2, 'prepared', false)], 2],
  ])('%s', (_who, releases, expected) => {
    expect(speaker(releases)?.number ?? null).toBe(expected);
  });
});

test.each([
  ['pending', null, false],
  ['pending', 'running', false],
  ['success', 'success', false],
  ['failure', 'failure', true],
  ['neutral', null, true],
  ['success', 'inactive', true],
  ['error', 'error', true],
] as const)('a commit %s with a deployment %s says nothing more: %s', (commit, deployment, expected) => {
  expect(isFinal({ commit, deployment })).toBe(expected);
});

describe('a deployment that the forge has not heard of', () => {
  const of = (release: number, deployments: number) => ({
    release,
    wanted: 1,
    told: { statuses: 1, deployments },
    deployment: null,
  });
  const { deployed } = (() => {
    const walk = new Walk();
    walk.accepted(A);
    walk.accepted(B);
    return walk.environment;
  })();

  test.each([
    ['is older than what runs, which was told', deployed, [of(2, 1)], 1, true],
    ['was told and forgotten', deployed, [of(1, 0), of(2, 0)], 1, true, 1],
    ['is older than one that was told, and nothing runs', null, [], 1, true, 2],
    ['is newer than one that was told', deployed, [of(2, 0)], 2, false, 1],
    ['is older than what runs, of which nothing is left to tell', deployed, [], 1, true],
    ['is told before what runs', deployed, [of(1, 0), of(2, 0)], 1, false],
    ['is what runs', deployed, [], 2, false],
    ['is newer', deployed, [], 3, false],
    ['is of an environment where nothing runs', null, [], 1, false],
  ] as [string, typeof deployed, ReturnType<typeof of>[], number, boolean, newest?: number][])(
    '%s',
    (_what, running, releases, number, expected, newest = 0) => {
      expect(comesTooLate({ deployed: running }, { releases, newest }, { number })).toBe(expected);
    },
  );
});

describe('what an environment tells', () => {
  const told = (walk: Walk) =>
    walk.effects.flatMap(({ command }) => (command.type === 'tellForge' ? [command.release] : []));

  test('nothing where no forge is told', () => {
    const walk = new Walk();
    walk.accepted(A);
    expect(told(walk)).toEqual([]);
  });

  test('each change, and nothing else', () => {
    const walk = new Walk();
    walk.reports = true;
    const release = walk.prepare(A);
    expect(told(walk)).toEqual([release]);
    walk.ok({ type: 'tick' });
    walk.ok({ type: 'lock', reason: 'x', forMs: null }, ada);
    expect(told(walk)).toEqual([release]);
    walk.ok({ type: 'approve', release }, lin);
    walk.ok({ type: 'deploy', release }, ada);
    walk.begin(release);
    expect(told(walk)).toEqual([release, release, release, release]);
  });

  test('that a release no longer runs, once the next one does', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.reports = true;
    const second = walk.queued(B);
    const attempt = walk.begin(second);
    expect(told(walk)).not.toContain(1);
    walk.report(attempt);
    expect(told(walk)).toContain(1);
  });

  test('that a release is replaced, even long after it left the document', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.reports = true;
    walk.environment.ended = [];
    walk.report(walk.begin(walk.queued(B)));
    expect(told(walk).at(-1)).toBe(1);
  });
});
