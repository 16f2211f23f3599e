import type { BuildStatus } from '../../../../src/domain/documents/values/build/run.ts';
import { nextChecksLook } from '../../../../src/domain/gates/wake.ts';
import { CHECKS, check, MINUTE, requested, SECOND, Walk } from '../../support/checks.ts';
import { lin, START } from '../../support/support.ts';

describe('the same failure', () => {
  it('is told once, and another one again', () => {
    const walk = requested();
    const bad = check('test', 'failed');
    walk.look(bad);
    walk.look(bad);
    expect(walk.told).toEqual(['buildFailed']);
    walk.look(bad, check('build', 'failed'));
    walk.request(2);
    walk.look(bad);
    expect(walk.told).toEqual(['buildFailed', 'buildFailed']);
    expect(walk.build.status).toBe('failed');
  });

  it('is followed for a while, slowly', () => {
    const walk = requested();
    const bad = check('test', 'failed');
    walk.look(bad);
    expect(walk.build.checks?.lookAt).toBe(walk.now + CHECKS.followPollMs);
    walk.now += CHECKS.followMs;
    walk.look(bad);
    expect(walk.build).toMatchObject({ status: 'failed', checks: { lookAt: null } });
    expect(walk.do({ type: 'ringChecks' })).toMatchObject({ refusal: { rule: 'nothingToDo' } });
  });

  it('stays told when the forge reports nothing any more', () => {
    const walk = requested();
    walk.look(check('test', 'failed'));
    expect(walk.look()).toBe('failed');
  });

  it('is followed no more when a newer head is what counts', () => {
    const walk = requested();
    walk.look(check('test', 'failed'));
    walk.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: 2 });
    expect(walk.build).toMatchObject({ status: 'failed', checks: { lookAt: null } });
  });
});

describe('a newer head', () => {
  it('takes nothing from a commit that passes', () => {
    const walk = requested();
    walk.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: 2 });
    expect(walk.look(check('test', 'passed'), check('build', 'passed'))).toBe('succeeded');
  });

  it('whose push cancels the checks is no failure', () => {
    const walk = requested();
    walk.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: 2 });
    expect(walk.look(check('test', 'cancelled'), check('build', 'passed'))).toBe('skipped');
    expect(walk.told).toEqual([]);
  });

  it('does not hide a failure', () => {
    const walk = requested();
    walk.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: 2 });
    expect(walk.look(check('test', 'failed'), check('build', 'cancelled'))).toBe('failed');
  });

  it('lets checks that never come end quietly', () => {
    const walk = requested();
    walk.look();
    walk.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: 2 });
    walk.now += CHECKS.withinMs;
    expect(walk.look()).toBe('skipped');
    expect(walk.told).toEqual([]);
  });
});

describe('a forge that does not answer', () => {
  const unread = (look: number, until: number | null = null) =>
    ({ type: 'checksUnread', look, reason: 'github.com did not answer', until }) as const;

  it('delays and never decides', () => {
    const walk = requested();
    walk.look(check('test', 'pending'));
    walk.now += 59 * MINUTE;
    const waits: number[] = [];
    for (let times = 0; times < 3; times += 1) {
      walk.do({ type: 'ringChecks' });
      walk.now = Math.max(walk.now, walk.build.checks?.lookAt ?? 0);
      walk.do(unread(walk.begin()));
      waits.push((walk.build.checks?.lookAt ?? 0) - walk.now);
    }
    expect(waits).toEqual([5 * SECOND, MINUTE, MINUTE]);
    walk.now += 3 * 60 * MINUTE;
    expect(walk.build).toMatchObject({ status: 'awaiting', checks: { unread: { times: 3 } } });
    // The time without answers does not count.
    expect(walk.look(check('test', 'pending'))).toBe('awaiting');
    expect(walk.build.checks?.unread).toBeNull();
    walk.now += MINUTE;
    expect(walk.look(check('test', 'pending'))).toBe('errored');
  });

  it('is said on the card once', () => {
    const walk = requested();
    walk.do(unread(walk.begin()));
    expect(walk.sent).toEqual(['show shop@head-1']);
    walk.now += 5 * SECOND;
    walk.do(unread(walk.begin()));
    expect(walk.sent).toEqual([]);
  });

  it('is not asked before it wants to be, whatever rings', () => {
    const walk = requested();
    const until = walk.now + 20 * MINUTE;
    walk.do(unread(walk.begin(), until));
    expect(walk.build.checks?.lookAt).toBe(until);
    walk.do({ type: 'ringChecks' });
    expect(walk.build.checks?.lookAt).toBe(until);
  });
});

describe('Retry', () => {
  const failed = () => {
    const walk = requested();
    const bad = check('test', 'failed');
    walk.look(bad, check('build', 'passed'));
    return { walk, bad };
  };

  it('awaits checks that run again, and takes their old red for running', () => {
    const { walk, bad } = failed();
    const { name, group, attempt } = bad;
    walk.do({ type: 'retryBuild', again: [{ name, group, attempt }] }, lin);
    expect(walk.build).toMatchObject({
      status: 'awaiting',
      checks: { latest: [{ name: 'build' }, { state: 'pending' }] },
    });
    expect(walk.look(bad, check('build', 'passed'))).toBe('awaiting');
    // The same attempt may run again, or another one takes its place.
    expect(walk.look({ ...bad, state: 'pending' }, check('build', 'passed'))).toBe('awaiting');
    expect(walk.look(bad, check('build', 'passed'))).toBe('failed');
    expect(walk.told).toEqual(['buildFailed', 'buildFailed']);
  });

  it('that starts nothing leaves the failure as it is, and looks at once', () => {
    const { walk } = failed();
    walk.now += MINUTE;
    walk.do({ type: 'retryBuild' }, lin);
    expect(walk.build).toMatchObject({ status: 'failed', checks: { lookAt: walk.now } });
    walk.saw(walk.begin(), [check('test', 'passed'), check('build', 'passed')]);
    expect(walk.build.status).toBe('succeeded');
  });

  it('awaits what was overdue anew', () => {
    const walk = requested();
    walk.look();
    walk.now += CHECKS.withinMs;
    walk.look();
    walk.do({ type: 'retryBuild' }, lin);
    expect(walk.build.status).toBe('awaiting');
    walk.now += CHECKS.withinMs - SECOND;
    expect(walk.look()).toBe('awaiting');
  });

  it.each<[BuildStatus, (walk: Walk) => void]>([
    ['awaiting', () => {}],
    ['succeeded', (walk) => walk.look(check('test', 'passed'), check('build', 'passed'))],
  ])('is refused while it is %s', (status, make) => {
    const walk = requested();
    make(walk);
    expect(walk.do({ type: 'retryBuild' }, lin)).toMatchObject({ refusal: { rule: 'buildSettled', status } });
  });
});

describe('another configuration', () => {
  it('lets a build that waits for a worker wait for its checks, and the other way round', () => {
    const walk = new Walk();
    walk.context = undefined;
    walk.request();
    expect(walk.build.status).toBe('requested');
    walk.context = CHECKS;
    walk.do({ type: 'beginBuild', worker: 'w', leaseUntil: START + 1 });
    expect(walk.build.status).toBe('awaiting');
    walk.context = undefined;
    walk.do({ type: 'tick' });
    expect(walk.build.status).toBe('requested');
    expect(walk.build.checks).toBeUndefined();
  });

  it('names other checks: those decide at the next look', () => {
    const walk = requested();
    walk.look(check('test', 'passed'), check('build', 'pending'));
    walk.context = { ...CHECKS, names: ['test'] };
    expect(walk.look(check('test', 'passed'), check('build', 'pending'))).toBe('succeeded');
  });

  it('names other checks where no forge is asked: those decide at once, also what has failed', () => {
    const walk = requested({ asked: false });
    walk.hears('unit', 'passed');
    walk.hears('test', 'passed');
    walk.context = { ...CHECKS, asked: false, names: ['test', 'unit'] };
    walk.do({ type: 'tick' });
    expect(walk.build.status).toBe('succeeded');
    const other = requested({ asked: false });
    other.hears('test', 'failed');
    other.hears('unit', 'passed');
    other.context = { ...CHECKS, asked: false, names: ['unit', 'build'] };
    other.do({ type: 'tick' });
    expect(other.build).toMatchObject({ status: 'awaiting', checks: { missing: ['build'] } });
    other.context = { ...CHECKS, asked: false, names: ['unit'] };
    other.do({ type: 'tick' });
    expect(other.told).toEqual(['buildFailed', 'checksPassed', 'released']);
  });

  it('has Slipway build what had failed: its checks are followed no more', () => {
    const walk = requested();
    walk.look(check('test', 'failed'));
    walk.context = undefined;
    expect(walk.do({ type: 'lookAtChecks' })).toMatchObject({ refusal: { rule: 'nothingToDo' } });
    expect(walk.build).toMatchObject({ status: 'failed', checks: { lookAt: null } });
    expect(nextChecksLook(walk.build)).toBeNull();
    walk.do({ type: 'retryBuild' }, lin);
    expect(walk.build.status).toBe('requested');
  });

  it('takes the forge away, or gives one', () => {
    const walk = requested();
    walk.context = { ...CHECKS, asked: false };
    walk.do({ type: 'tick' });
    expect(walk.build.checks).toMatchObject({ lookAt: null, deadline: walk.now + CHECKS.withinMs });
    walk.context = CHECKS;
    walk.do({ type: 'tick' });
    expect(walk.build.checks?.lookAt).toBe(walk.now);
    walk.look(check('test', 'failed'));
    walk.context = { ...CHECKS, asked: false };
    walk.do({ type: 'tick' });
    expect(walk.build).toMatchObject({ status: 'failed', checks: { lookAt: null } });
  });
});
