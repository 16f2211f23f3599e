import { decideBuild } from '../../../src/domain/decide/build/decide.ts';
import type { BuildContext } from '../../../src/domain/decide/build/draft.ts';
import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import type { BuildCommand } from '../../../src/domain/documents/commands/build.ts';
import type { BuildOutcome, BuildStatus } from '../../../src/domain/documents/values/build/run.ts';
import { type EnvironmentId, environmentId } from '../../../src/domain/ids.ts';
import { type Actor, ROBOT } from '../../../src/domain/people/people.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { A, frozen, guest, lin, START } from '../support/support.ts';

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;
type Ask = Bare<BuildCommand>;

const LEASE_OVER = LEASE_MS + MARGIN_MS;
const OK: BuildOutcome = { kind: 'succeeded' };
const BAD: BuildOutcome = {
  kind: 'failed',
  step: 'test',
  command: 'npm test',
  how: { kind: 'exit', code: 1 },
};

const push = (head: number) => ({
  head,
  branch: 'main',
  pushedBy: 'lin',
  at: START,
  card: `shop@head-${head}`,
});

/** One build that commands are walked through. */
class Walk {
  build: Build = newBuild('shop', A);
  now = START;
  mode: BuildContext['lowest']['mode'] = 'continuous';
  guardGone = true;
  sent: string[] = [];
  private commands = 0;

  do(ask: Ask, actor: BuildCommand['actor'] = ROBOT) {
    this.commands += 1;
    const command = { ...ask, id: `c${this.commands}`, actor } as BuildCommand;
    const lowest = { id: environmentId('shop', 'integration'), mode: this.mode };
    const context = { now: this.now, lowest, guardGone: this.guardGone };
    const decision = decideBuild(frozen(this.build), frozen(command), frozen(context));
    this.build = decision.aggregate;
    this.sent = decision.effects.map(({ to, command: { type, ...rest } }) => {
      if (type === 'makeRelease') return `makeRelease ${to.id} head ${(rest as { head: number }).head}`;
      if (type === 'buildEnded') return `buildEnded ${to.id} ${(rest as { succeeded: boolean }).succeeded}`;
      return `${type} ${to.id}`;
    });
    return decision.kind === 'accepted' ? 'accepted' : decision.refusal.rule;
  }

  request(head: number | null, watcher: EnvironmentId | null = null): string {
    return this.do({ type: 'requestBuild', push: head === null ? null : push(head), watcher });
  }

  begin(worker = 'w1'): string {
    return this.do({ type: 'beginBuild', worker, leaseUntil: this.now + LEASE_MS });
  }

  report(outcome: BuildOutcome, attempt = this.build.attempts): string {
    return this.do({ type: 'reportBuild', attempt, outcome, log: 'log' });
  }
}

describe('a build', () => {
  it('runs once: success makes a release of the newest push and informs every watcher', () => {
    const walk = new Walk();
    walk.request(3);
    walk.request(1);
    walk.request(null, environmentId('shop', 'prod'));
    walk.begin();
    walk.request(null, environmentId('shop', 'preprod'));
    walk.request(null, environmentId('shop', 'prod'));
    expect(walk.build.status).toBe('building');
    walk.report(OK);
    expect(walk.sent).toEqual([
      'makeRelease shop/integration head 3',
      'buildEnded shop/prod true',
      'buildEnded shop/preprod true',
      'show shop@head-3',
      'show shop@head-1',
    ]);
    expect(walk.build.watchers).toEqual([]);
    expect(walk.begin()).toBe('nothingToDo');
  });

  it('that succeeded before makes its release at once for another push of the commit', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    walk.report(OK);
    walk.request(3);
    expect(walk.sent).toEqual(['makeRelease shop/integration head 3', 'show shop@head-3']);
    walk.request(null, environmentId('shop', 'prod'));
    expect(walk.sent).toEqual(['buildEnded shop/prod true']);
    expect(walk.build.status).toBe('succeeded');
  });

  it('makes no release if the lowest environment asks for approvals', () => {
    const walk = new Walk();
    walk.mode = 'approval';
    walk.request(1);
    walk.begin();
    walk.report(OK);
    expect(walk.sent).toEqual(['show shop@head-1']);
  });

  it('that failed informs watchers and the thread, and watchers hear how a retry ends', () => {
    const walk = new Walk();
    walk.request(1, environmentId('shop', 'prod'));
    walk.begin();
    walk.report(BAD);
    expect(walk.build.status).toBe('failed');
    expect(walk.sent).toEqual(['buildEnded shop/prod false', 'reply shop@head-1', 'show shop@head-1']);
    expect(walk.do({ type: 'retryBuild' }, lin)).toBe('accepted');
    walk.begin();
    walk.report(OK);
    expect(walk.sent).toContain('buildEnded shop/prod true');
  });

  it('is requested again by a new push after it failed', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    walk.report(BAD);
    walk.request(5);
    expect(walk.build).toMatchObject({ status: 'requested', wakeAt: 0 });
  });

  it('can be retried by members, only if it ended badly', () => {
    const walk = new Walk();
    walk.request(1);
    expect(walk.do({ type: 'retryBuild' }, lin)).toBe('buildSettled');
    walk.begin();
    walk.report({ kind: 'errored', reason: 'disk' });
    expect(walk.do({ type: 'retryBuild' }, guest)).toBe('notMember');
    expect(walk.do({ type: 'retryBuild' })).toBe('notMember');
    expect(walk.do({ type: 'retryBuild' }, lin)).toBe('accepted');
  });

  it('that succeeded runs again only when its artifact is lost', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    walk.report({ kind: 'succeeded' });
    expect(walk.do({ type: 'retryBuild', lost: false }, lin)).toBe('buildSettled');
    expect(walk.do({ type: 'retryBuild', lost: true }, guest)).toBe('notMember');
    expect(walk.do({ type: 'retryBuild', lost: true }, lin)).toBe('accepted');
    expect(walk.do({ type: 'retryBuild', lost: true }, lin)).toBe('buildSettled');
    expect(walk.build).toMatchObject({ status: 'requested', wakeAt: 0 });
  });

  it('repeated for a lost artifact is not deployed by itself, but a newer push of it is', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    walk.report({ kind: 'succeeded' });
    expect(walk.sent).toContain('makeRelease shop/integration head 1');
    walk.do({ type: 'retryBuild', lost: true }, lin);
    walk.begin();
    walk.report({ kind: 'succeeded' });
    expect(walk.sent).toEqual(['show shop@head-1']);
    walk.request(2);
    expect(walk.sent).toContain('makeRelease shop/integration head 2');
  });

  it('that is unknown never starts from a garbage click', () => {
    const walk = new Walk();
    expect(walk.begin()).toBe('nothingToDo');
    expect(walk.do({ type: 'retryBuild' }, lin)).toBe('buildSettled');
    expect(walk.do({ type: 'skipBuild', newer: A, head: 9 })).toBe('nothingToDo');
    expect(walk.begin()).toBe('nothingToDo');
    expect(walk.build.status).toBe('none');
  });
});

describe('a build that is no longer needed', () => {
  it('is skipped before it begins, and can be requested again', () => {
    const walk = new Walk();
    walk.request(1);
    expect(walk.do({ type: 'skipBuild', newer: A, head: 2 })).toBe('accepted');
    expect(walk.build.status).toBe('skipped');
    expect(walk.begin()).toBe('nothingToDo');
    walk.request(null, environmentId('shop', 'prod'));
    expect(walk.build.status).toBe('requested');
  });

  it('is not skipped while it runs or while an environment waits for it', () => {
    const walk = new Walk();
    walk.request(1, environmentId('shop', 'prod'));
    expect(walk.do({ type: 'skipBuild', newer: A, head: 2 })).toBe('nothingToDo');
    walk.begin();
    expect(walk.do({ type: 'skipBuild', newer: A, head: 2 })).toBe('nothingToDo');
    expect(walk.build.status).toBe('building');
  });

  it('is not skipped by old news when the branch has returned to it', () => {
    const walk = new Walk();
    walk.request(1);
    walk.request(3);
    expect(walk.do({ type: 'skipBuild', newer: A, head: 2 })).toBe('nothingToDo');
    expect(walk.build.status).toBe('requested');
  });
});

describe('the worker of a build', () => {
  it('dies, and the build begins again by itself, once the guard is gone or lease and margin are over', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    expect(walk.begin('w2')).toBe('nothingToDo');
    walk.do({ type: 'workersGone', except: 'w1' });
    expect(walk.build.status).toBe('building');
    walk.do({ type: 'workersGone', except: 'w2' });
    expect(walk.build.status).toBe('requested');
    walk.guardGone = false;
    expect(walk.begin('w2')).toBe('guardMayLive');
    walk.now += LEASE_OVER;
    expect(walk.begin('w2')).toBe('accepted');
    expect(walk.build.attempts).toBe(2);
    expect(walk.report(OK, 1)).toBe('staleAttempt');
    expect(walk.report(OK, 2)).toBe('accepted');
    expect(walk.report(BAD, 2)).toBe('staleAttempt');
  });

  it('lives as long as it renews, and shows each step and sometimes a line', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    const until = walk.now + LEASE_MS;
    const renew = (step: 'fetch' | 'test', lastLine: string | null, leaseUntil: number) =>
      walk.do({ type: 'renewBuild', attempt: 1, leaseUntil, step, lastLine });
    renew('fetch', 'x', until - 1);
    expect(walk.build.attempt?.leaseUntil).toBe(until);
    expect(walk.sent).toEqual([]);
    renew('test', 'x', until + 3_000);
    expect(walk.sent).toEqual(['show shop@head-1']);
    walk.now += LEASE_OVER + 2_999;
    walk.do({ type: 'tick' });
    expect(walk.build.status).toBe('building');
    renew('test', 'y', until + 3_000);
    expect(walk.sent).toEqual(['show shop@head-1']);
    walk.now += 1;
    walk.do({ type: 'tick' });
    expect(walk.build.status).toBe('requested');
    expect(renew('test', 'z', walk.now)).toBe('staleAttempt');
  });

  it('may report late, while nobody else has begun', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    walk.do({ type: 'workersGone', except: 'w2' });
    walk.report(OK);
    expect(walk.build.status).toBe('succeeded');
  });

  it('reports an interruption, and a second report changes nothing', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    walk.report({ kind: 'interrupted' });
    expect(walk.build.status).toBe('requested');
    walk.do({ type: 'skipBuild', newer: A, head: 2 });
    walk.report({ kind: 'interrupted' });
    expect(walk.build.status).toBe('skipped');
  });

  it('keeps its lease as long when its clock is set back', () => {
    const walk = new Walk();
    walk.request(1);
    walk.now -= 3_600_000;
    walk.begin();
    walk.do({ type: 'tick' });
    expect(walk.build.status).toBe('building');
  });

  it('leaves nothing undone: pending effects wake it, and sent ones are forgotten', () => {
    const walk = new Walk();
    walk.request(1);
    walk.begin();
    expect(walk.build.wakeAt).toBe(0);
    const { effects, settled } = walk.build;
    walk.do({ type: 'carried', effects: effects.map(({ id }) => id), settled: settled.map(({ id }) => id) });
    expect(walk.build).toMatchObject({ effects: [], wakeAt: walk.now + LEASE_OVER });
    expect(new Set(effects.map(({ id }) => id)).size).toBe(effects.length);
  });
});

describe('a push that was left out', () => {
  const leftOut = { ...push(2), leftOut: { why: 'paths', since: 'b'.repeat(40), paths: ['apps'] } } as const;
  let walk: Walk;
  beforeEach(() => {
    walk = new Walk();
    walk.do({ type: 'requestBuild', push: leftOut, watcher: null });
  });

  it('leads to no build, card or deploy', () => {
    expect([walk.build.status, walk.build.wakeAt, walk.sent]).toEqual(['skipped', 0, []]);
    walk.request(null, environmentId('shop', 'prod'));
    walk.begin();
    walk.report(OK);
    expect(walk.sent).toEqual(['buildEnded shop/prod true']);
  });

  it('goes the way of any other when somebody asks for its build', () => {
    expect(walk.do({ type: 'retryBuild' }, lin)).toBe('accepted');
    expect([walk.build.status, walk.sent]).toEqual(['requested', ['show shop@head-2']]);
    walk.begin();
    walk.report(OK);
    expect(walk.sent).toEqual(['makeRelease shop/integration head 2', 'show shop@head-2']);
  });

  it.each<[BuildStatus, (walk: Walk) => void, string[]]>([
    ['requested', () => {}, ['show shop@head-2']],
    ['building', (walk) => walk.begin(), ['show shop@head-2']],
    [
      'succeeded',
      (walk) => {
        walk.begin();
        walk.report(OK);
      },
      ['makeRelease shop/integration head 2', 'show shop@head-2'],
    ],
  ])(
    'goes the way of any other when somebody asks for it while its build for another is %s',
    (status, make, sent) => {
      walk.request(null, environmentId('shop', 'prod'));
      make(walk);
      expect(walk.build.status).toBe(status);
      expect(walk.do({ type: 'retryBuild' }, lin)).toBe('accepted');
      expect([walk.build.status, walk.sent]).toEqual([status, sent]);
      expect(walk.build.pushes).toEqual([push(2)]);
      // Once it is wanted, it is a build like any other.
      expect(walk.do({ type: 'retryBuild' }, lin)).toBe('buildSettled');
    },
  );

  it('stays left out when what failed for another is built again for that', () => {
    walk.request(null, environmentId('shop', 'prod'));
    walk.begin();
    walk.report(BAD);
    expect(walk.do({ type: 'retryBuild' }, lin)).toBe('accepted');
    walk.begin();
    walk.report(OK);
    expect(walk.sent).toEqual(['buildEnded shop/prod true']);
  });

  it('goes the way of any other when it is looked at anew, and is one push', () => {
    walk.request(2);
    expect(walk.build.pushes).toEqual([push(2)]);
    walk.begin();
    walk.report(OK);
    expect(walk.sent).toEqual(['makeRelease shop/integration head 2', 'show shop@head-2']);
  });

  it('leaves a build alone that there was before', () => {
    const built = new Walk();
    built.request(1);
    built.begin();
    built.do({ type: 'requestBuild', push: leftOut, watcher: null });
    expect(built.build.status).toBe('building');
    built.report(OK);
    expect(built.sent).toEqual(['makeRelease shop/integration head 1', 'show shop@head-1']);
    built.do({ type: 'requestBuild', push: { ...leftOut, head: 3 }, watcher: null });
    expect([built.build.status, built.sent]).toEqual(['succeeded', []]);
  });

  it('does not keep its commit wanted', () => {
    const built = new Walk();
    built.request(1);
    built.do({ type: 'requestBuild', push: { ...leftOut, head: 3 }, watcher: null });
    built.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: 2 });
    expect(built.build.status).toBe('skipped');
  });
});

describe('a build that kills its worker each time', () => {
  it('is given up after three interruptions in a row, and begins again when a person asks', () => {
    const decided = (build: Build, command: Record<string, unknown>, actor: Actor = ROBOT) => {
      const whole = { id: `${build.revision}`, actor, ...command } as BuildCommand;
      const lowest = { id: environmentId('shop', 'integration'), mode: 'continuous' } as const;
      return decideBuild(build, whole, { now: 1_000, lowest, guardGone: true }).aggregate;
    };
    const begin = { type: 'beginBuild', worker: 'w', leaseUntil: 2_000 };
    let build = decided(newBuild('shop', A), { type: 'requestBuild', push: null, watcher: 'shop/prod' });
    for (let interruption = 1; interruption <= 3; interruption += 1) {
      expect(build.status).toBe('requested');
      build = decided(decided(build, begin), { type: 'workersGone', except: 'other' });
    }
    expect(build.status).toBe('errored');
    expect(build.effects.some(({ command }) => command.type === 'buildEnded')).toBe(true);
    build = decided(build, { type: 'retryBuild' }, lin);
    expect(decided(build, begin).status).toBe('building');
  });
});
