import { describe, expect, it, test } from '@jest/globals';
import type { Check, CheckState } from '../../../src/domain/checks/checks.ts';
import { seenChecks } from '../../../src/domain/checks/seen.ts';
import { decideBuild } from '../../../src/domain/decide/build/decide.ts';
import type { BuildContext, ChecksContext } from '../../../src/domain/decide/build/draft.ts';
import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import type { BuildCommand, Unsent } from '../../../src/domain/documents/commands.ts';
import type { BuildStatus } from '../../../src/domain/documents/values/build-run.ts';
import { clockOfBuild } from '../../../src/domain/gates/wake.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { A, frozen, lin, START } from '../support/support.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const CHECKS: ChecksContext = {
  names: ['test', 'build'],
  withinMs: 60 * MINUTE,
  asked: true,
  pollMs: 45 * SECOND,
  followMs: 24 * 60 * MINUTE,
  followPollMs: 5 * MINUTE,
  spacingMs: SECOND,
  backoffMs: [5 * SECOND, MINUTE],
};

let attempts = 0;
/** One attempt, later than those made before it. */
function check(name: string, state: CheckState, group = 'suite 1'): Check {
  attempts += 1;
  return {
    name,
    state,
    url: `https://ci.example.com/${attempts}`,
    description: null,
    group,
    attempt: attempts,
  };
}

/** A commit that is built elsewhere, and what its document sends. */
class Walk {
  build: Build = newBuild('shop', A);
  now = START;
  context: ChecksContext | undefined = CHECKS;
  sent: string[] = [];
  told: string[] = [];
  #commands = 0;

  do(ask: Unsent<BuildCommand>, actor: BuildCommand['actor'] = ROBOT) {
    this.#commands += 1;
    const command = { ...ask, id: `c${this.#commands}`, actor } as BuildCommand;
    const context: BuildContext = {
      now: this.now,
      lowest: { id: environmentId('shop', 'integration'), mode: 'continuous' },
      guardGone: true,
      ...(this.context ? { checks: this.context } : {}),
    };
    const decision = decideBuild(frozen(this.build), frozen(command), frozen(context));
    this.build = decision.aggregate;
    this.sent = decision.effects.map(({ to, command: { type } }) => `${type} ${to.id}`);
    for (const { command: sent } of decision.effects) {
      if (sent.type === 'makeRelease') this.told.push('released');
      if (sent.type === 'reply') this.told.push(sent.reply.event.kind);
    }
    return decision;
  }

  request(head = 1) {
    const push = { head, branch: 'main', pushedBy: 'lin', at: this.now, card: `shop@head-${head}` };
    return this.do({ type: 'requestBuild', push, watcher: null });
  }

  begin(): number {
    const answer = this.do({ type: 'lookAtChecks' });
    if (answer.kind !== 'accepted' || answer.attempt === undefined) throw new Error('no look is due');
    return answer.attempt;
  }

  saw(look: number, checks: readonly Check[]) {
    return this.do({ type: 'sawChecks', look, ...seenChecks(CHECKS.names, checks) });
  }

  /** The forge is asked at once, and reports these. */
  look(...checks: Check[]): BuildStatus {
    if (this.#isLater()) this.do({ type: 'ringChecks' });
    this.now = Math.max(this.now, this.build.checks?.lookAt ?? 0);
    this.saw(this.begin(), checks);
    return this.build.status;
  }

  #isLater(): boolean {
    return (this.build.checks?.lookAt ?? 0) > this.now;
  }

  hears(name: string, state: CheckState) {
    return this.do({ type: 'reportCheck', check: { name, state, url: null, description: null } });
  }
}

function requested(context: Partial<ChecksContext> = {}): Walk {
  const walk = new Walk();
  walk.context = { ...CHECKS, ...context };
  walk.request();
  return walk;
}

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

  it('takes the forge away, or gives one', () => {
    const walk = requested();
    walk.context = { ...CHECKS, asked: false };
    walk.do({ type: 'tick' });
    expect(walk.build.checks).toMatchObject({ lookAt: null, deadline: walk.now + CHECKS.withinMs });
    walk.context = CHECKS;
    walk.do({ type: 'tick' });
    expect(walk.build.checks?.lookAt).toBe(walk.now);
  });
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
});
