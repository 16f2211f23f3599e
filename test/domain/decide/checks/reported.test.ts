import { clockOfBuild } from '../../../../src/domain/gates/wake.ts';
import { CHECKS, check, MINUTE, requested, SECOND, Walk } from '../../support/checks.ts';
import { START } from '../../support/support.ts';

describe('what /hooks/build says', () => {
  it('is kept before the push, and decides where no forge is asked', () => {
    const walk = new Walk();
    walk.context = { ...CHECKS, asked: false };
    walk.hears('test', 'failed');
    walk.hears('test', 'passed');
    expect(walk.build).toMatchObject({
      status: 'none',
      wakeAt: 0,
      reported: [{ name: 'test', state: 'passed' }],
    });
    walk.request();
    expect(walk.build).toMatchObject({ status: 'awaiting', checks: { missing: ['build'], lookAt: null } });
    walk.hears('build', 'passed');
    expect(walk.build.status).toBe('succeeded');
    expect(walk.told).toEqual(['released']);
  });

  it('may all come before the push', () => {
    const walk = new Walk();
    walk.context = { ...CHECKS, asked: false };
    walk.hears('build', 'passed');
    walk.hears('test', 'passed');
    walk.request();
    expect(walk.build.status).toBe('succeeded');
    expect(walk.told).toEqual(['released']);
  });

  it('fails and passes again without a forge', () => {
    const walk = requested({ asked: false });
    walk.hears('test', 'failed');
    walk.hears('build', 'passed');
    expect(walk.build.status).toBe('failed');
    walk.hears('test', 'passed');
    expect(walk.build.status).toBe('succeeded');
    expect(walk.told).toEqual(['buildFailed', 'checksPassed', 'released']);
  });

  it('is over in time without a forge', () => {
    const walk = requested({ asked: false });
    expect(clockOfBuild(walk.build)).toBe(START + CHECKS.withinMs);
    walk.now += CHECKS.withinMs - SECOND;
    walk.do({ type: 'tick' });
    expect(walk.build.status).toBe('awaiting');
    walk.now += SECOND;
    walk.do({ type: 'tick' });
    expect(walk.build.status).toBe('errored');
    expect(clockOfBuild(walk.build)).toBeNull();
  });

  it('counts beside what the forge says, at the next look, which is at once', () => {
    const walk = requested();
    walk.look(check('build', 'passed'));
    walk.now += MINUTE;
    walk.hears('test', 'passed');
    expect(walk.build.status).toBe('awaiting');
    expect(walk.build.checks?.lookAt).toBeLessThanOrEqual(walk.now);
    expect(walk.look(check('build', 'failed'))).toBe('failed');
    expect(walk.look(check('build', 'passed'))).toBe('succeeded');
  });

  it('is bounded, and keeps what is named', () => {
    const walk = requested();
    walk.hears('test', 'passed');
    for (let n = 0; n < 100; n += 1) walk.hears(`other ${n}`, 'passed');
    expect(walk.build.reported).toHaveLength(50);
    expect(walk.build.reported?.[0]?.name).toBe('test');
  });
});
