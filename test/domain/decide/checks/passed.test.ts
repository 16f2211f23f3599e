import { seenChecks } from '../../../../src/domain/checks/seen.ts';
import { environmentId } from '../../../../src/domain/ids.ts';
import { CHECKS, check, MINUTE, requested, SECOND } from '../../support/checks.ts';
import { START } from '../../support/support.ts';

describe('a commit that is built elsewhere', () => {
  it('is looked at as soon as it is pushed, and not built', () => {
    const walk = requested();
    expect(walk.build).toMatchObject({ status: 'awaiting', wakeAt: 0, checks: { lookAt: START } });
    expect(walk.sent).toEqual(['show shop@head-1']);
    expect(walk.do({ type: 'beginBuild', worker: 'w', leaseUntil: START + 1 })).toMatchObject({
      refusal: { rule: 'nothingToDo' },
    });
  });

  it('counts as built when every named check has passed', () => {
    const walk = requested();
    expect(walk.look(check('test', 'passed'))).toBe('awaiting');
    expect(walk.look(check('test', 'passed'), check('build', 'passed'), check('lint', 'failed'))).toBe(
      'succeeded',
    );
    expect(walk.told).toEqual(['released']);
    expect(walk.sent).toEqual(['makeRelease shop/integration', 'show shop@head-1']);
    expect(walk.build.checks?.lookAt).toBeNull();
  });

  it('counts as built for another push of it at once', () => {
    const walk = requested();
    walk.look(check('test', 'passed'), check('build', 'passed'));
    walk.request(2);
    expect(walk.sent).toEqual(['makeRelease shop/integration', 'show shop@head-2']);
  });

  it('tells of each check as it comes, and of nothing else', () => {
    const walk = requested();
    const running = [check('test', 'pending'), check('build', 'pending')];
    walk.look(...running);
    expect(walk.sent).toEqual(['show shop@head-1']);
    walk.look(...running);
    expect(walk.sent).toEqual([]);
    walk.look({ ...running[0]!, state: 'passed' }, running[1]!);
    expect(walk.sent).toEqual(['show shop@head-1']);
  });

  it('tells which checks failed, and watchers', () => {
    const walk = requested();
    walk.do({ type: 'requestBuild', push: null, watcher: environmentId('shop', 'prod') });
    const bad = check('test', 'failed');
    expect(walk.look(bad, check('build', 'pending'))).toBe('failed');
    expect(walk.sent).toEqual(['buildEnded shop/prod', 'reply shop@head-1', 'show shop@head-1']);
    const reply = walk.build.effects.find(({ command }) => command.type === 'reply');
    expect(reply).toMatchObject({
      command: {
        reply: {
          event: { checks: { kind: 'failed', checks: [{ name: 'test', url: bad.url, state: 'failed' }] } },
        },
      },
    });
  });

  it('errors when a check errored and none failed', () => {
    expect(requested().look(check('test', 'errored'), check('build', 'passed'))).toBe('errored');
    expect(requested().look(check('test', 'errored'), check('build', 'cancelled'))).toBe('failed');
  });
});

describe('traps', () => {
  test('a required check that was never reported is not passed', () => {
    const walk = requested();
    expect(walk.look(check('test', 'passed'), check('Build', 'passed'))).toBe('awaiting');
    expect(walk.build.checks).toMatchObject({ missing: ['build'], others: ['Build'] });
  });

  test('an old red beside a newer green of the same name does not count', () => {
    const walk = requested();
    const old = check('test', 'failed');
    expect(walk.look(check('test', 'passed'), old, check('build', 'passed'))).toBe('succeeded');
  });

  test('a green of one suite does not hide the red of another', () => {
    const walk = requested();
    const red = check('test', 'failed', 'suite 1');
    expect(walk.look(red, check('test', 'passed', 'suite 2'), check('build', 'passed'))).toBe('failed');
  });

  test('check runs and statuses of the same commit count together', () => {
    const walk = requested();
    expect(walk.look(check('test', 'passed', 'suite 1'), check('build', 'passed', 'statuses'))).toBe(
      'succeeded',
    );
  });

  test('an event before the check exists: the next look is not far', () => {
    const walk = requested();
    walk.do({ type: 'ringChecks' });
    expect(walk.look()).toBe('awaiting');
    expect(walk.build.checks?.lookAt).toBe(walk.now + CHECKS.pollMs);
  });

  test('all green before a slow check registered', () => {
    const walk = requested();
    expect(walk.look(check('test', 'passed'))).toBe('awaiting');
    expect(walk.look(check('test', 'passed'), check('build', 'pending'))).toBe('awaiting');
    expect(walk.told).toEqual([]);
  });

  test('a re-run after it was said to have failed: told, and built', () => {
    const walk = requested();
    const [bad, build] = [check('test', 'failed'), check('build', 'passed')];
    expect(walk.look(bad, build)).toBe('failed');
    const again = check('test', 'pending');
    expect(walk.look(bad, build, again)).toBe('awaiting');
    expect(walk.look(bad, build, { ...again, state: 'passed' })).toBe('succeeded');
    expect(walk.told).toEqual(['buildFailed', 'checksPassed', 'released']);
  });

  test('a re-run that is green before it was seen to run', () => {
    const walk = requested();
    walk.look(check('test', 'failed'), check('build', 'passed'));
    expect(walk.look(check('test', 'passed'), check('build', 'passed'))).toBe('succeeded');
    expect(walk.told).toEqual(['buildFailed', 'checksPassed', 'released']);
  });

  test('an event that was lost altogether: the forge is asked at least once a minute', () => {
    const walk = requested();
    for (let polls = 0; polls < 5; polls += 1) {
      walk.saw(walk.begin(), [check('test', 'pending')]);
      expect(walk.build.wakeAt).toBe(0);
      const wait = (walk.build.checks?.lookAt ?? 0) - walk.now;
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThan(MINUTE);
      walk.now += wait;
    }
  });

  test('the deadline is over: errored, not failed, and what is missing is told', () => {
    const walk = requested();
    walk.look(check('test', 'pending'), check('unit', 'passed'));
    walk.now += CHECKS.withinMs - SECOND;
    expect(walk.look(check('test', 'pending'))).toBe('awaiting');
    walk.now += SECOND;
    expect(walk.look(check('test', 'pending'))).toBe('errored');
    const reply = walk.build.effects.find(({ command }) => command.type === 'reply');
    expect(reply).toMatchObject({
      command: {
        reply: { event: { checks: { kind: 'overdue', missing: ['build'], waiting: [{ name: 'test' }] } } },
      },
    });
    // Late is better than never.
    expect(walk.look(check('test', 'passed'), check('build', 'pending'))).toBe('errored');
    expect(walk.look(check('test', 'passed'), check('build', 'passed'))).toBe('succeeded');
    expect(walk.told).toEqual(['buildFailed', 'checksPassed', 'released']);
  });

  test('two processes look at once: one look each time, and one outcome', () => {
    const walk = requested();
    const first = walk.begin();
    expect(() => walk.begin()).toThrow('no look is due');
    walk.now += CHECKS.pollMs;
    const second = walk.begin();
    walk.saw(second, [check('test', 'failed'), check('build', 'passed')]);
    // What the slower one saw is older.
    expect(walk.saw(first, [check('test', 'pending')])).toMatchObject({ refusal: { rule: 'nothingToDo' } });
    expect(walk.build.status).toBe('failed');
    expect(walk.told).toEqual(['buildFailed']);
  });

  test('an event while a look is under way is followed by another look', () => {
    const walk = requested();
    const look = walk.begin();
    walk.do({ type: 'ringChecks' });
    walk.saw(look, []);
    expect(walk.build.checks?.lookAt).toBe(walk.now + CHECKS.spacingMs);
  });
});

test('what Slipway itself reports is no other name, and no check that is missing', () => {
  const walk = requested();
  walk.look(check('Build', 'passed'), check('slipway/integration', 'pending'), check('slipway', 'passed'));
  expect(walk.build.checks).toMatchObject({ missing: ['test', 'build'], others: ['Build', 'slipway'] });
});

test('what is kept of many checks hides nothing that keeps a commit from passing', () => {
  const passed = Array.from({ length: 300 }, (_, n) => check('test', 'passed', `suite ${n}`));
  const { named, others } = seenChecks(CHECKS.names, [
    ...passed,
    check('build', 'failed'),
    ...Array.from({ length: 300 }, (_, n) => check(`other ${n}`, 'passed')),
  ]);
  expect(named.length).toBe(100);
  expect(named.some(({ state }) => state === 'failed')).toBe(true);
  expect(others.length).toBe(30);
  const url = `https://ci.example.com/${'u'.repeat(500)}`;
  const description = 'd'.repeat(500);
  expect(seenChecks(CHECKS.names, [{ ...check('test', 'passed'), url, description }]).named).toMatchObject([
    { url: null, description: 'd'.repeat(200) },
  ]);
});
