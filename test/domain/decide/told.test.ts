import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import type { Notice } from '../../../src/domain/documents/values/notice.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { windowOf } from '../support/clocks.ts';
import {
  A,
  ada,
  approvalsOf,
  B,
  C,
  continuousPolicy,
  eve,
  FAILED,
  HOUR,
  lin,
  mo,
  policyOf,
  START,
  Walk,
} from '../support/support.ts';

type Of<K extends Notice['kind']> = Extract<Notice, { kind: K }>;

/** The messages of one kind since `from`, in the order in which they were sent: their cards and contents. */
function told<K extends Notice['kind']>(walk: Walk, kind: K, from = 0): [string, Of<K>][] {
  return walk.effects.slice(from).flatMap(({ to, command }) => {
    if (command.type !== 'show' || command.subject?.kind !== 'notice') return [];
    const { notice } = command.subject;
    return notice.kind === kind ? [[to.id, notice as Of<K>]] : [];
  });
}

const named = (walk: Walk) => {
  walk.readers = [
    { to: lin, named: true },
    { to: mo, named: false },
  ];
  return walk;
};
/** What runs is replaced by what does not contain it, so that other commits would be removed. */
function movesAway(walk: Walk): void {
  walk.otherwise = 'diverged';
  const release = walk.ok({ type: 'hotfix', sha: C, ref: null, reason: 'burns' }, ada).release ?? 0;
  walk.ok({ type: 'approve', release }, lin);
  if (walk.status(release) === 'prepared') walk.ok({ type: 'approve', release }, mo);
  walk.ok({ type: 'deploy', release }, ada);
  walk.run(release);
}

/** The configuration changes, and something is decided under it. */
function rules(walk: Walk, changes: Partial<EnvironmentPolicy['approvals']>): void {
  walk.policy = { ...walk.policy, approvals: { ...walk.policy.approvals, ...changes } };
  walk.ok({ type: 'tick' });
}

const people = (all: [string, { to: { name: string } }][]) => all.map(([, { to }]) => to.name);

describe('an approval that is awaited', () => {
  const twoOf = () => named(new Walk(policyOf({ approvals: approvalsOf({ required: 2 }) })));

  it('is asked of each who wants to know, once, by a message of their own', () => {
    const walk = twoOf();
    const release = walk.prepare(A);
    expect(told(walk, 'approvalAsked')).toEqual([
      [`shop/prod#1:approve-LIN`, { kind: 'approvalAsked', to: lin, release, named: true }],
      [`shop/prod#1:approve-MO`, { kind: 'approvalAsked', to: mo, release, named: false }],
    ]);
  });

  it('is not asked of somebody whose approval would be refused', () => {
    const walk = named(new Walk());
    walk.readers = [ada, eve, lin].map((to) => ({ to, named: true }));
    walk.prepare(A);
    expect(people(told(walk, 'approvalAsked'))).toEqual(['lin']);
    const barred = named(new Walk(policyOf({ approvals: approvalsOf({ authors: false }) })));
    barred.authors = [
      { person: lin.id, wrote: true },
      { person: mo.id, wrote: false },
    ];
    barred.prepare(A);
    expect(people(told(barred, 'approvalAsked'))).toEqual(['mo']);
  });

  it('is asked of nobody where nobody wants to know', () => {
    const walk = new Walk();
    walk.prepare(A);
    expect([told(walk, 'approvalAsked'), walk.release(1).asked]).toEqual([[], undefined]);
  });

  test.each<[string, (walk: Walk, release: number) => void, boolean]>([
    ['one of two approves', (walk, release) => walk.ok({ type: 'approve', release }, lin), true],
    ['it is rejected', (walk, release) => walk.ok({ type: 'reject', release, reason: 'no' }, mo), true],
    ['it is cancelled', (walk, release) => walk.ok({ type: 'cancel', release, reason: null }, ada), true],
    ['it expires', (walk) => walk.after(25 * HOUR).ok({ type: 'tick' }), true],
    ['another candidate is prepared', (walk) => void walk.prepare(B), false],
    ['somebody locks', (walk) => walk.ok({ type: 'lock', reason: 'x', forMs: null }, eve), false],
  ])('when %s, those who were asked see it: %p', (_what, happens, expected) => {
    const walk = twoOf();
    const release = walk.prepare(A);
    const before = walk.effects.length;
    walk.readers = [];
    happens(walk, release);
    expect(people(told(walk, 'approvalAsked', before))).toEqual(expected ? ['lin', 'mo'] : []);
  });

  const reach = (hours: number) => (walk: Walk) => {
    walk.now = START + hours * HOUR;
    walk.ok({ type: 'tick' });
  };

  test.each<[string, (walk: Walk) => void, (walk: Walk) => void]>([
    ['its soak ends', () => {}, reach(1)],
    ['a freeze begins', reach(1), reach(2)],
    ['a freeze ends', reach(2), reach(3)],
    ['somebody locks', reach(3), (walk) => walk.ok({ type: 'lock', reason: 'x', forMs: null }, eve)],
    [
      'a lock ends by time',
      (walk) => walk.ok({ type: 'lock', reason: 'x', forMs: HOUR / 2 }, eve),
      reach(0.5),
    ],
    [
      'another release goes first',
      reach(3),
      (walk) => {
        const release = walk.prepare(B);
        for (const by of [lin, mo]) walk.ok({ type: 'approve', release }, by);
      },
    ],
  ])('and starts the deploy says when, and does so again when %s', (_what, first, happens) => {
    const freeze = [windowOf(START + 2 * HOUR, START + 3 * HOUR)];
    const approvals = approvalsOf({ required: 2 });
    const walk = named(new Walk(policyOf({ startApproved: true, soakMs: HOUR, freeze, approvals })));
    walk.prepare(A);
    walk.readers = [];
    first(walk);
    const before = walk.effects.length;
    happens(walk);
    expect(people(told(walk, 'approvalAsked', before))).toEqual(['lin', 'mo']);
  });

  /** To whom a question was put by a message of its own, and whose older message says so, since `from`. */
  const anew = (walk: Walk, from: number) => {
    const all = told(walk, 'approvalAsked', from);
    const known = new Set(
      told(walk, 'approvalAsked')
        .slice(0, -all.length)
        .map(([card]) => card),
    );
    return {
      asked: all.filter(([card]) => !known.has(card)).map(([, { to, replaced }]) => [to.name, replaced]),
      replaced: all
        .filter(([, { replaced }]) => replaced)
        .map(([card, { to }]) => [to.name, known.has(card)]),
    };
  };
  const NOBODY = { asked: [], replaced: [] };
  const both = (...names: string[]) => ({
    asked: names.map((name) => [name, undefined]),
    replaced: names.map((name) => [name, true]),
  });

  test.each<[string, number, Person[], (walk: Walk) => void, ReturnType<typeof both>]>([
    ['the diff changed, of who approved', 2, [lin], movesAway, both('lin')],
    ['the diff changed, of all', 1, [lin], movesAway, both('lin', 'mo')],
    ['the diff changed and nobody had approved', 2, [], movesAway, both()],
    ['the rules changed', 2, [lin], (walk) => rules(walk, { self: true }), both('lin')],
    ['the rules changed and nobody had approved', 2, [], (walk) => rules(walk, { self: true }), both()],
  ])(
    'that was given and is needed again is asked for by a message of its own: %s',
    (_what, required, by, happens, expected) => {
      const walk = new Walk();
      walk.accepted(B);
      walk.policy = policyOf({ approvals: { ...approvalsOf({ required }), validForMs: HOUR } });
      const release = named(walk).prepare(A);
      walk.readers = [];
      for (const one of by) walk.after(1_000).ok({ type: 'approve', release }, one);
      const before = walk.effects.length;
      happens(walk);
      expect(walk.status(release)).toBe('prepared');
      expect(anew(walk, before)).toEqual(expected);
      const then = walk.effects.length;
      walk.ok({ type: 'approve', release }, lin);
      expect(anew(walk, then)).toEqual(NOBODY);
      expect(people(told(walk, 'approvalAsked', then))).toEqual(['lin', 'mo']);
    },
  );

  it('that ended by time and is needed again is asked for by a message of its own', () => {
    const walk = twoOf();
    const release = walk.prepare(A);
    walk.readers = [];
    rules(walk, { validForMs: HOUR });
    walk.ok({ type: 'approve', release }, lin);
    const before = walk.effects.length;
    walk.after(HOUR).ok({ type: 'tick' });
    expect(walk.release(release)).toMatchObject({ status: 'prepared', approvals: [] });
    expect(anew(walk, before)).toEqual(both('lin'));
  });

  it('is followed when the rules change, by the message that was replaced, too', () => {
    const walk = twoOf();
    const release = walk.prepare(A);
    walk.readers = [];
    const { rules: before } = walk.policy.approvals;
    walk.ok({ type: 'approve', release }, lin);
    rules(walk, { rules: [{ required: 1, from: [mo.id] }] });
    const then = walk.effects.length;
    rules(walk, { rules: before });
    const ofLin = told(walk, 'approvalAsked', then).filter(([, { to }]) => to.name === lin.name);
    expect(ofLin.map(([card, { replaced }]) => [card, replaced])).toEqual([
      ['shop/prod#1:approve-LIN-1', undefined],
      ['shop/prod#1:approve-LIN', true],
    ]);
  });

  it('is followed when the rules change, so that whoever may not give it any more is told', () => {
    const walk = twoOf();
    walk.prepare(A);
    const before = walk.effects.length;
    rules(walk, { rules: [{ required: 1, from: [mo.id] }] });
    expect(people(told(walk, 'approvalAsked', before))).toEqual(['lin', 'mo']);
    expect(anew(walk, before)).toEqual(NOBODY);
  });

  it('is settled by the last approval; what becomes of the release then is told to nobody who was asked', () => {
    const walk = named(new Walk());
    const release = walk.prepare(A);
    walk.ok({ type: 'approve', release }, lin);
    const before = walk.effects.length;
    walk.ok({ type: 'deploy', release }, ada);
    walk.run(release);
    walk.ok({ type: 'accept', release, reason: null }, mo);
    expect(told(walk, 'approvalAsked').length).toBe(4);
    expect(told(walk, 'approvalAsked', before)).toEqual([]);
  });
});

describe('the end of a release', () => {
  test.each<[string, (walk: Walk) => void, string[]]>([
    ['rejected', (walk) => walk.ok({ type: 'reject', release: walk.prepare(A), reason: 'no' }, lin), ['ada']],
    [
      'expired',
      (walk) => {
        walk.prepare(A);
        walk.after(25 * HOUR).ok({ type: 'tick' });
      },
      ['ada'],
    ],
    [
      'cancelled by somebody else',
      (walk) => walk.ok({ type: 'cancel', release: walk.prepare(A), reason: null }, mo),
      ['ada'],
    ],
    [
      'cancelled by its requester',
      (walk) => walk.ok({ type: 'cancel', release: walk.prepare(A), reason: null }, ada),
      [],
    ],
    ['accepted by a tester', (walk) => void walk.accepted(A), ['ada']],
    [
      'failed',
      (walk) => {
        walk.deploying(A);
        walk.report(walk.environment.attempts, FAILED);
      },
      ['ada'],
    ],
    [
      'failed, deployed by somebody else',
      (walk) => {
        const release = walk.approved(A);
        walk.ok({ type: 'deploy', release }, mo);
        walk.report(walk.begin(release), FAILED);
      },
      ['ada', 'mo'],
    ],
    ['still in testing', (walk) => void walk.testing(A), []],
  ])('%s is told to %p', (_what, happens, expected) => {
    const walk = new Walk();
    happens(walk);
    expect(people(told(walk, 'releaseEnded'))).toEqual(expected);
  });

  it('is told once for each time, with the release as it was', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.report(walk.environment.attempts, FAILED);
    walk.ok({ type: 'retry', release }, ada);
    walk.report(walk.begin(release), FAILED);
    const all = told(walk, 'releaseEnded');
    expect(all.map(([, { release: then }]) => then.status)).toEqual(['failed', 'failed']);
    expect(new Set(all.map(([card]) => card)).size).toBe(2);
  });

  it('of a push is told to nobody', () => {
    const walk = new Walk(continuousPolicy());
    walk.run(walk.head(A, 1));
    expect(told(walk, 'releaseEnded')).toEqual([]);
  });
});

describe('a deploy that brings commits', () => {
  it('is told once to their authors, whoever they are, if something ran there before', () => {
    const walk = new Walk(continuousPolicy());
    walk.run(walk.head(A, 1));
    expect(told(walk, 'commitsDeployed')).toEqual([]);
    walk.run(walk.head(B, 2));
    const { deployedAt } = walk.release(2);
    expect(told(walk, 'commitsDeployed')).toEqual([
      ['shop@head-2:deployed', { kind: 'commitsDeployed', release: 2, at: deployedAt }],
    ]);
  });

  it('does not include a rollback, or what ran there already', () => {
    const walk = new Walk(continuousPolicy());
    walk.run(walk.head(A, 1));
    walk.run(walk.head(B, 2));
    const before = walk.effects.length;
    walk.ok({ type: 'redeploy', sha: null, reason: null }, ada);
    walk.run(walk.environment.releases);
    walk.run(walk.rollback());
    expect(told(walk, 'commitsDeployed', before)).toEqual([]);
  });
});
