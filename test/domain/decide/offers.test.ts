import { A, B, C, FAILED, lin, mo, policyOf, Walk } from '../support/support.ts';

describe('cards of the environment below are updated', () => {
  const told = (walk: Walk) => walk.sent('redraw').map(({ sha }) => sha);

  it('with what runs here, once a deploy has succeeded', () => {
    const walk = new Walk(policyOf({ verify: false }));
    walk.deploying(A);
    expect(told(walk)).toEqual([]);
    walk.report(1);
    expect(told(walk)).toEqual([A]);
    walk.report(walk.begin(walk.queued(B)), FAILED);
    expect(told(walk)).toEqual([A]);
  });

  it('with what was adopted', () => {
    const walk = new Walk();
    walk.ok({ type: 'adopt', sha: A, ref: null, reason: 'it runs there' }, mo);
    expect(told(walk)).toEqual([A]);
  });

  it.each([
    ['rejected', (walk: Walk) => walk.ok({ type: 'reject', release: 1, reason: 'no' }, lin)],
    ['cancelled', (walk: Walk) => walk.ok({ type: 'cancel', release: 1, reason: null }, mo)],
    ['expired', (walk: Walk) => walk.after(policyOf().approvals.validForMs).ok({ type: 'tick' })],
  ] as const)('when a promotion was %s', (status, ends) => {
    const walk = new Walk();
    walk.prepare(A);
    ends(walk);
    expect(walk.status(1)).toBe(status);
    expect(told(walk)).toEqual([A]);
  });

  it('not if there is none below', () => {
    const walk = new Walk(policyOf({ below: null }));
    walk.deployed(A);
    expect(told(walk)).toEqual([]);
  });
});

describe('an environment that learns of another one above', () => {
  const shown = (walk: Walk) =>
    walk.sent('show').map(({ subject }) => (subject?.kind === 'release' ? subject.number : null));

  it('shows its newest acceptance, and the one that was promoted', () => {
    const walk = new Walk();
    for (const commit of [A, B, C]) walk.accepted(commit);
    walk.effects = [];
    walk.ok({ type: 'redraw', sha: A });
    expect(shown(walk)).toEqual([1, 3]);
  });

  it('redraws every card that can still be acted on when the configuration changed', () => {
    const walk = new Walk();
    for (const commit of [A, B]) walk.accepted(commit);
    walk.prepare(C);
    walk.effects = [];
    walk.ok({ type: 'redraw', sha: null });
    expect(shown(walk)).toEqual([2, 3]);
  });

  it('keeps no record of it, as nothing changes here', () => {
    const walk = new Walk();
    walk.accepted(A);
    const { settled } = walk.environment;
    walk.ok({ type: 'redraw', sha: A });
    expect(walk.environment.settled).toEqual(settled);
  });
});

describe('candidates side by side', () => {
  it('each show how far the other is', () => {
    const walk = new Walk();
    for (const commit of [A, B]) walk.prepare(commit);
    walk.effects = [];
    walk.ok({ type: 'approve', release: 1 }, lin);
    const shown = walk.sent('show').map(({ subject }) => subject?.kind === 'release' && subject.number);
    expect(new Set(shown)).toEqual(new Set([1, 2]));
  });
});
