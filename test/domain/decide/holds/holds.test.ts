import {
  ASKERS_KEPT,
  LOCK_REMINDED_MS,
  LOCK_REMINDER_MS,
  lockAgainst,
} from '../../../../src/domain/documents/values/lock.ts';
import type { Notice } from '../../../../src/domain/documents/values/notice.ts';
import { nextWork } from '../../../../src/domain/gates/gates.ts';
import type { FreezeWindow } from '../../../../src/domain/time/freeze.ts';
import {
  A,
  acceptedBelow,
  ada,
  B,
  C,
  continuousPolicy,
  D,
  FAILED,
  guest,
  HOUR,
  lin,
  mo,
  policyOf,
  START,
  Walk,
} from '../../support/support.ts';

/** A window that is open from `from` to `to` milliseconds after the start. */
const window = (from: number, to: number, reason = 'Weekend'): FreezeWindow => ({
  kind: 'dated',
  from: new Date(START + from).toISOString().slice(0, -1),
  to: new Date(START + to).toISOString().slice(0, -1),
  timezone: 'UTC',
  reason,
});

const begin = (release: number) =>
  ({ type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil: 0 }) as const;
const lock = (reason = 'migration', forMs: number | null = null) =>
  ({ type: 'lock', reason, forMs }) as const;

/** The messages shown, by card, as they are now. */
function notices(walk: Walk): Map<string, Notice> {
  const shown = new Map<string, Notice>();
  for (const { to, command } of walk.effects) {
    if (command.type === 'show' && command.subject?.kind === 'notice')
      shown.set(to.id, command.subject.notice);
  }
  return shown;
}
const noticesOf = <K extends Notice['kind']>(walk: Walk, kind: K) =>
  [...notices(walk).values()].filter(
    (notice): notice is Extract<Notice, { kind: K }> => notice.kind === kind,
  );

describe('a lock', () => {
  it('lets its owner deploy, and refuses others by name', () => {
    const walk = new Walk();
    const release = walk.approved(A);
    walk.ok(lock(), lin);
    expect(walk.no('locked', { type: 'deploy', release }, ada)).toMatchObject({
      lock: { owner: lin, reason: 'migration' },
    });
    expect(walk.status(release)).toBe('approved');
    walk.ok({ type: 'deploy', release }, lin);
    walk.begin(release);
  });

  it('needs a reason, and is the only one at a time', () => {
    const walk = new Walk();
    walk.no('reasonRequired', lock(' '), lin);
    walk.ok(lock(), lin);
    walk.no('locked', lock('mine'), mo);
    walk.no('ownLock', lock('again'), lin);
    walk.no('notMember', lock(), guest);
  });

  it('can be unlocked by its owner, or by anybody once its owner is gone', () => {
    const walk = new Walk();
    walk.no('notLocked', { type: 'unlock', ownerGone: false }, lin);
    walk.ok(lock(), lin);
    walk.no('notLockOwner', { type: 'unlock', ownerGone: false }, mo);
    walk.ok({ type: 'unlock', ownerGone: false }, lin);
    expect(walk.environment.lock).toBeNull();
    walk.ok(lock(), lin);
    walk.ok({ type: 'unlock', ownerGone: true }, mo);
    expect(noticesOf(walk, 'lock').map(({ ended }) => ended?.by)).toEqual([lin, mo]);
  });

  it('ends by itself, by the time of the decision', () => {
    const walk = new Walk();
    const release = walk.approved(A);
    walk.ok(lock('migration', HOUR), lin);
    expect(walk.environment.wakeAt).toBe(0);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(walk.now + HOUR);
    walk.after(HOUR - 1).no('locked', { type: 'deploy', release }, ada);
    walk.after(1).ok({ type: 'deploy', release }, ada);
    expect(walk.environment.lock).toBeNull();
    expect(noticesOf(walk, 'lock')[0]?.ended).toMatchObject({ kind: 'expired', by: null });
  });

  it('can be taken over with a reason, on the same message, and the old owner is notified', () => {
    const walk = new Walk();
    walk.ok(lock(), lin);
    walk.no('reasonRequired', { type: 'takeOver', reason: '', forMs: null }, mo);
    walk.no('ownLock', { type: 'takeOver', reason: 'x', forMs: null }, lin);
    walk.ok({ type: 'takeOver', reason: 'rollback needed', forMs: null }, mo);
    expect(walk.environment.lock).toMatchObject({ owner: mo, reason: 'rollback needed' });
    expect(notices(walk).size).toBe(1);
    expect(walk.sent('reply').map(({ reply }) => reply.event)).toEqual([
      { kind: 'lockTakenOver', by: mo, from: lin, reason: 'rollback needed' },
    ]);
  });

  it('can be extended and edited by its owner only', () => {
    const walk = new Walk();
    walk.ok(lock('migration', HOUR), lin);
    walk.no('notLockOwner', { type: 'extendLock', forMs: HOUR }, mo);
    walk.no('notLockOwner', { type: 'editLock', reason: 'x' }, mo);
    walk.no('reasonRequired', { type: 'editLock', reason: ' ' }, lin);
    walk.after(HOUR / 2).ok({ type: 'extendLock', forMs: 2 * HOUR }, lin);
    walk.ok({ type: 'editLock', reason: 'index' }, lin);
    expect(walk.environment.lock).toMatchObject({ until: walk.now + 2 * HOUR, reason: 'index' });
  });

  it('takes no more requests than it answers', () => {
    const walk = new Walk();
    walk.ok(lock(), lin);
    const crowd = Array.from({ length: ASKERS_KEPT + 1 }, (_, index) => ({ ...ada, id: `U${index}` }));
    const last = crowd.pop() ?? ada;
    for (const asker of crowd) walk.ok({ type: 'askToUnlock' }, asker);
    expect(walk.no('notLockOwner', { type: 'askToUnlock' }, last)).toMatchObject({ asked: 'others' });
    walk.ok({ type: 'unlock', ownerGone: false }, lin);
    expect(noticesOf(walk, 'unlockAnswered').map(({ to }) => to)).toEqual(crowd);
    expect(noticesOf(walk, 'unlockAsked').every(({ answer }) => answer?.kind === 'unlocked')).toBe(true);
  });

  it('asks its owner once for each requester, and answers all of them', () => {
    const walk = new Walk();
    walk.ok(lock(), lin);
    walk.no('ownLock', { type: 'askToUnlock' }, lin);
    for (const asker of [ada, mo]) walk.ok({ type: 'askToUnlock' }, asker);
    const sent = walk.effects.length;
    expect(walk.no('notLockOwner', { type: 'askToUnlock' }, ada)).toMatchObject({
      lock: { owner: lin },
      asked: 'self',
    });
    expect(walk.effects).toHaveLength(sent);
    expect(walk.environment.lock?.askedBy.map(({ name }) => name)).toEqual(['ada', 'mo']);
    expect(noticesOf(walk, 'unlockAsked').map(({ to, answer }) => [to, answer])).toEqual([
      [lin, null],
      [lin, null],
    ]);
    walk.no('notLockOwner', { type: 'keepLock' }, mo);
    walk.ok({ type: 'keepLock' }, lin);
    expect(walk.environment.lock?.askedBy).toEqual([]);
    expect(noticesOf(walk, 'unlockAnswered').map(({ to, answer }) => [to, answer.kind])).toEqual([
      [ada, 'kept'],
      [mo, 'kept'],
    ]);
    walk.ok({ type: 'askToUnlock' }, ada);
    // A message of its own: an edit of the answered one would notify nobody.
    expect(noticesOf(walk, 'unlockAsked').map(({ answer }) => answer?.kind)).toEqual([
      'kept',
      'kept',
      undefined,
    ]);
    walk.ok({ type: 'unlock', ownerGone: false }, lin);
    expect(noticesOf(walk, 'unlockAsked').map(({ answer }) => answer?.kind)).toContain('unlocked');
  });

  it('can be handed over by its owner to whoever asked', () => {
    const walk = new Walk();
    walk.ok(lock(), lin);
    walk.ok({ type: 'askToUnlock' }, ada);
    walk.no('notLockOwner', { type: 'handOver', to: ada }, mo);
    walk.no('ownLock', { type: 'handOver', to: lin }, lin);
    walk.ok({ type: 'handOver', to: ada }, lin);
    expect(walk.environment.lock).toMatchObject({ owner: ada, reason: 'migration', askedBy: [] });
    expect(noticesOf(walk, 'unlockAnswered')[0]?.answer.kind).toBe('handedOver');
  });

  it('reminds its owner after four hours, then daily', () => {
    const walk = new Walk();
    walk.ok(lock(), lin);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(walk.now + LOCK_REMINDER_MS);
    walk.after(LOCK_REMINDER_MS).ok({ type: 'tick' });
    expect(noticesOf(walk, 'lockReminder')).toHaveLength(1);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(walk.now + LOCK_REMINDED_MS);
    walk.ok({ type: 'unlock', ownerGone: false }, lin);
    expect(noticesOf(walk, 'lockReminder')[0]?.over).toBe(true);
  });

  it('stops nobody once it is over, even before that is written', () => {
    const walk = new Walk();
    walk.ok(lock('migration', HOUR), lin);
    expect(lockAgainst(walk.environment, ada, walk.now + HOUR - 1)?.owner).toEqual(lin);
    expect(lockAgainst(walk.environment, ada, walk.now + HOUR)).toBeNull();
  });

  it('refuses a retry by others, and makes the retry of a rollback wait', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.after(1);
    const release = walk.deploying(B);
    walk.report(walk.environment.attempts, FAILED);
    walk.ok(lock(), lin);
    walk.no('locked', { type: 'retry', release }, ada);
    const back = walk.rollback();
    walk.ok({ type: 'unlock', ownerGone: false }, lin);
    walk.report(walk.begin(back), FAILED);
    walk.ok(lock(), lin);
    walk.ok({ type: 'retry', release: back }, mo);
    walk.no('sentBack', begin(back));
    expect(walk.release(back)).toMatchObject({ status: 'queued', held: { gate: 'lock' } });
  });

  it('on all environments holds in addition to a lock on one', () => {
    const walk = new Walk();
    const release = walk.approved(A);
    walk.ok(lock(), ada);
    const all = { ...walk.environment.lock!, owner: lin, reason: 'audit', card: 'shop:lock-4' };
    walk.ok({ type: 'productLock', lock: all });
    expect(walk.no('locked', { type: 'deploy', release }, ada)).toMatchObject({
      all: true,
      lock: { owner: lin },
    });
    expect(walk.no('locked', { type: 'deploy', release }, lin)).toMatchObject({
      all: false,
      lock: { owner: ada },
    });
    walk.ok({ type: 'productLock', lock: null });
    walk.ok({ type: 'deploy', release }, ada);
  });

  it('RULES 8: set while a promotion is queued sends it back to approved, and informs the requester', () => {
    const walk = new Walk();
    const release = walk.queued(A);
    walk.ok(lock(), lin);
    expect(walk.no('sentBack', begin(release))).toMatchObject({ to: 'approved' });
    expect(walk.status(release)).toBe('approved');
    expect(walk.replies(release)).toContain('sentBack');
  });

  it('RULES 8: keeps continuous releases and rollbacks queued, without blocking others, until it is gone', () => {
    const walk = new Walk(continuousPolicy({ verify: false }));
    for (const [at, commit] of [A, B].entries()) {
      walk.run(walk.head(commit, at + 1));
      walk.after(1);
    }
    const waits = walk.head(C, 3);
    walk.ok(lock('migration', HOUR), lin);
    walk.no('sentBack', begin(waits));
    expect(walk.release(waits)).toMatchObject({
      status: 'queued',
      held: { gate: 'lock', until: walk.now + HOUR },
    });
    expect(nextWork(walk.environment)).toBeNull();
    walk.ok({ type: 'unlock', ownerGone: false }, lin);
    expect(nextWork(walk.environment)?.release.number).toBe(waits);
    walk.ok(lock('again'), lin);
    const back = walk.rollback();
    walk.no('sentBack', begin(back));
    expect(walk.release(back)).toMatchObject({ status: 'queued', held: { gate: 'lock' } });
    walk.ok({ type: 'takeOver', reason: 'rollback needed', forMs: null }, mo);
    walk.run(back);
    expect(walk.status(back)).toBe('accepted');
  });
});

describe('soak', () => {
  const soaking = () => new Walk(policyOf({ soakMs: 2 * HOUR }));

  it('RULES 7: does not refuse Deploy: the release begins by itself, and others may go first', () => {
    const walk = soaking();
    const first = walk.queued(A);
    walk.below.set(B, acceptedBelow(B, { at: START - 3 * HOUR }));
    const second = walk.queued(B);
    walk.no('sentBack', begin(first));
    expect(walk.release(first)).toMatchObject({
      status: 'queued',
      held: { gate: 'soak', until: START + 2 * HOUR },
    });
    expect(nextWork(walk.environment)?.release.number).toBe(second);
    walk.begin(second);
    walk.report(walk.environment.attempts, FAILED);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(START + 2 * HOUR);
    walk.now = START + 2 * HOUR;
    walk.ok({ type: 'tick' });
    expect(nextWork(walk.environment)?.release.number).toBe(first);
    walk.begin(first);
  });

  it('is shown as ended on the card of a release that waits for people', () => {
    const walk = soaking();
    const release = walk.approved(A);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(START + 2 * HOUR);
    walk.now = START + 2 * HOUR;
    walk.effects = [];
    walk.ok({ type: 'tick' });
    expect(walk.sent('show')).toMatchObject([{ subject: { number: release } }]);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(walk.release(release).expiresAt);
  });

  it('counts from the acceptance below, however clocks are set', () => {
    const walk = soaking();
    const release = walk.queued(A);
    walk.no('sentBack', begin(release));
    walk.now = START + 2 * HOUR;
    walk.ok({ type: 'tick' });
    walk.now = START + HOUR;
    walk.no('sentBack', begin(release));
    walk.now = START + 2 * HOUR;
    walk.begin(release);
  });

  it('does not apply to a hotfix or a rollback', () => {
    const walk = soaking();
    for (const commit of [A, B]) {
      walk.below.set(commit, acceptedBelow(commit, { at: START - 3 * HOUR }));
      walk.accepted(commit);
      walk.after(1);
    }
    walk.run(walk.rollback());
    const hotfix = walk.ok({ type: 'hotfix', sha: C, ref: null, reason: 'double charge' }, ada).release ?? 0;
    walk.ok({ type: 'approve', release: hotfix }, lin);
    walk.ok({ type: 'deploy', release: hotfix }, ada);
    walk.begin(hotfix);
  });
});

describe('a freeze', () => {
  const frozenFor = (from: number, to: number) => new Walk(policyOf({ freeze: [window(from, to)] }));

  it('refuses Deploy with its reason and end, and its end starts nothing but informs people', () => {
    const walk = frozenFor(0, HOUR);
    const release = walk.approved(A);
    expect(walk.no('frozen', { type: 'deploy', release }, ada)).toMatchObject({
      freeze: { reason: 'Weekend', until: START + HOUR },
    });
    walk.carry();
    expect(walk.environment.wakeAt).toBe(START + HOUR);
    walk.after(HOUR).ok({ type: 'tick' });
    expect(walk.status(release)).toBe('approved');
    expect(walk.replies(release)).toEqual(['approved', 'ready']);
    walk.ok({ type: 'deploy', release }, ada);
  });

  it('RULES 8: that began while a promotion was queued sends it back when its deploy would begin', () => {
    const walk = frozenFor(HOUR, 2 * HOUR);
    const release = walk.queued(A);
    walk.after(HOUR).no('sentBack', begin(release));
    expect(walk.status(release)).toBe('approved');
    expect(walk.replies(release)).toContain('sentBack');
  });

  it('RULES 8: holds a continuous release, which starts by itself when the freeze ends', () => {
    const walk = new Walk(continuousPolicy({ freeze: [window(0, HOUR)] }));
    const release = walk.head(A, 1);
    walk.no('sentBack', begin(release));
    expect(walk.release(release).held).toEqual({ gate: 'freeze', until: START + HOUR });
    walk.after(HOUR).ok({ type: 'tick' });
    walk.begin(release);
  });

  it('does not stop a running deploy', () => {
    const walk = frozenFor(HOUR, 2 * HOUR);
    const release = walk.deploying(A);
    walk.after(HOUR);
    walk.report(walk.environment.attempts);
    expect(walk.status(release)).toBe('verifying');
  });

  it('is announced when it begins and ends, if somebody waits', () => {
    const walk = frozenFor(HOUR, 2 * HOUR);
    walk.prepare(A);
    walk.carry();
    expect(walk.environment.wakeAt).toBe(START + HOUR);
    walk.after(HOUR).ok({ type: 'tick' });
    expect(noticesOf(walk, 'freeze')).toEqual([
      { kind: 'freeze', reason: 'Weekend', until: START + 2 * HOUR, over: false, waiting: [1] },
    ]);
    walk.after(HOUR).ok({ type: 'tick' });
    expect(noticesOf(walk, 'freeze')).toMatchObject([{ over: true, waiting: [1] }]);
    const quiet = frozenFor(HOUR, 2 * HOUR);
    quiet.after(HOUR).ok({ type: 'tick' });
    expect(noticesOf(quiet, 'freeze')).toEqual([]);
  });

  it('can be overridden for one release, with a reason', () => {
    const walk = frozenFor(0, HOUR);
    const first = walk.approved(A);
    const second = walk.approved(B);
    walk.no('reasonRequired', { type: 'override', release: first, reason: '' }, lin);
    walk.ok({ type: 'override', release: first, reason: 'tax change' }, lin);
    expect(walk.no('overriddenAlready', { type: 'override', release: first, reason: 'x' }, mo)).toMatchObject(
      {
        by: lin,
      },
    );
    expect(walk.replies(first)).toEqual(['approved', 'overridden', 'ready']);
    walk.ok({ type: 'deploy', release: first }, ada);
    walk.begin(first);
    walk.no('frozen', { type: 'deploy', release: second }, ada);
  });

  it('rule 8: is overridden as it was shown, and no other', () => {
    const walk = new Walk(policyOf({ freeze: [window(0, HOUR), window(2 * HOUR, 3 * HOUR, 'Quarter')] }));
    const release = walk.approved(A);
    const override = { type: 'override', release, reason: 'tax', freeze: START + HOUR } as const;
    walk.after(2 * HOUR);
    expect(walk.no('notFrozen', override, lin)).toMatchObject({ now: { reason: 'Quarter' } });
    expect(walk.release(release).override).toBeNull();
    walk.ok({ ...override, freeze: START + 3 * HOUR }, lin);
  });

  it('cannot be overridden when it is not active', () => {
    const walk = frozenFor(HOUR, 2 * HOUR);
    const release = walk.approved(A);
    expect(walk.no('notFrozen', { type: 'override', release, reason: 'x' }, lin)).toMatchObject({
      nextAt: START + HOUR,
    });
    walk.ok({ type: 'cancel', release, reason: null }, ada);
    walk.no('settled', { type: 'override', release, reason: 'x' }, lin);
  });
});

describe('a pause', () => {
  const running = () => {
    const walk = new Walk(continuousPolicy({ verify: false }));
    walk.run(walk.head(A, 1));
    walk.after(1);
    return walk;
  };
  const pause = { type: 'pause', reason: 'flaky tests' } as const;
  const resume = { type: 'resume', reason: null } as const;
  const push = (head: number, sha: string) =>
    ({ type: 'makeRelease', sha, ref: 'main', head, card: `shop@head-${head}` }) as const;

  it('RULES 8: keeps new commits back, and resume makes a release of the newest', () => {
    const walk = running();
    walk.ok(pause, ada);
    walk.no('paused', push(2, B));
    walk.no('paused', push(3, C));
    expect(walk.environment.open).toEqual([]);
    const release = walk.ok(resume, lin).release ?? 0;
    expect(walk.release(release)).toMatchObject({ sha: C, kind: 'continuous', head: 3, card: 'shop@head-3' });
    walk.begin(release);
    expect(noticesOf(walk, 'paused')).toMatchObject([{ by: ada, resumed: { by: lin } }]);
  });

  it('RULES 8: holds a waiting release, and lets it go on resume', () => {
    const walk = running();
    const waits = walk.head(B, 2);
    walk.ok(pause, ada);
    walk.no('sentBack', begin(waits));
    expect(walk.release(waits).held).toEqual({ gate: 'paused', until: null });
    walk.ok(resume, lin);
    walk.begin(waits);
  });

  it('RULES 8: makes no release of a commit that was begun, waits or is revoked', () => {
    const begun = running();
    begun.ok(pause, ada);
    begun.no('paused', push(2, A));
    expect(begun.ok(resume, ada).release).toBeUndefined();
    const revoked = running();
    revoked.run(revoked.head(B, 2));
    revoked.after(1);
    revoked.run(revoked.rollback());
    revoked.no('paused', push(3, B));
    expect(revoked.ok(resume, ada).release).toBeUndefined();
    expect(revoked.environment.open).toEqual([]);
  });

  it('applies to continuous environments, one at a time, with a reason', () => {
    new Walk().no('notContinuous', pause, ada);
    const walk = running();
    walk.no('reasonRequired', { type: 'pause', reason: ' ' }, ada);
    walk.ok(pause, ada);
    walk.no('pausedAlready', pause, lin);
    walk.ok(resume, lin);
    walk.no('notPaused', resume, lin);
  });

  it('rule 8: is ended by the button of its own message only, not by that of an earlier pause', () => {
    const walk = running();
    walk.ok(pause, ada);
    const first = walk.environment.paused!.card;
    walk.ok({ ...resume, pause: first }, ada);
    walk.ok({ ...pause, reason: 'once more' }, lin);
    const refused = walk.no('pausedAnew', { ...resume, pause: first }, ada);
    expect(refused).toMatchObject({ pause: { by: lin, reason: 'once more' } });
    walk.ok({ ...resume, pause: walk.environment.paused!.card }, ada);
    expect(walk.environment.paused).toBeNull();
  });

  it('does not hold a retry by a person', () => {
    const walk = running();
    const release = walk.head(B, 2);
    walk.report(walk.begin(release), FAILED);
    walk.ok(pause, ada);
    walk.ok({ type: 'retry', release }, ada);
    walk.begin(release);
  });
});

describe('a hotfix', () => {
  it('skips order, soak and freeze, but never built, approvals or a lock', () => {
    const walk = new Walk(policyOf({ soakMs: HOUR, freeze: [window(0, HOUR)] }));
    walk.below.set(A, null);
    walk.no('order', { type: 'prepare', sha: A, ref: null, note: null }, ada);
    walk.no('reasonRequired', { type: 'hotfix', sha: A, ref: null, reason: ' ' }, ada);
    walk.built = 'pending';
    const release = walk.ok({ type: 'hotfix', sha: A, ref: null, reason: 'double charge' }, ada).release ?? 0;
    expect(walk.release(release)).toMatchObject({
      kind: 'hotfix',
      note: 'double charge',
      status: 'prepared',
    });
    walk.no('approvals', { type: 'deploy', release }, ada);
    walk.no('ownRequest', { type: 'approve', release }, ada);
    walk.ok({ type: 'approve', release }, lin);
    walk.ok(lock(), mo);
    walk.no('locked', { type: 'deploy', release }, ada);
    walk.ok({ type: 'unlock', ownerGone: false }, mo);
    walk.ok({ type: 'deploy', release }, ada);
    expect(nextWork(walk.environment)).toBeNull();
    walk.ok({ type: 'buildEnded', sha: A, succeeded: true });
    walk.run(release);
    expect(walk.status(release)).toBe('testing');
  });

  it('is refused for a continuous environment', () => {
    new Walk(continuousPolicy()).no('continuous', { type: 'hotfix', sha: A, ref: null, reason: 'x' }, ada);
  });
});

describe('adopting', () => {
  const adopt = (sha: string) => ({ type: 'adopt', sha, ref: null, reason: 'we start with it' }) as const;

  it('RULES 18: records what runs as deployed and accepted, desired and certain', () => {
    const walk = new Walk(policyOf({ above: { name: 'live', mode: 'approval' } }));
    const release = walk.ok(adopt(A), ada).release ?? 0;
    expect(walk.release(release)).toMatchObject({ kind: 'adopted', status: 'accepted', attempts: [] });
    expect(walk.environment).toMatchObject({
      deployed: { sha: A, by: ada },
      accepted: { sha: A },
      desired: { sha: A, release },
      uncertain: false,
      attempts: 1,
    });
    expect(walk.acceptance(A)).toMatchObject({ revoked: null, kind: 'adopted' });
  });

  it('RULES 18: is refused while something deploys or verifies, and needs a reason', () => {
    const walk = new Walk();
    walk.deploying(A);
    expect(walk.no('deploying', adopt(B), ada)).toMatchObject({ release: 1 });
    walk.report(walk.environment.attempts);
    walk.no('deploying', adopt(B), ada);
    new Walk().no('reasonRequired', { ...adopt(A), reason: '' }, ada);
  });

  it('RULES 18: clears uncertain, and does not change a release in testing', () => {
    const tested = new Walk();
    const testing = tested.testing(A);
    tested.no('deployedHere', adopt(B), ada);
    expect(tested.release(testing)).toMatchObject({ status: 'testing', end: null });
    const walk = new Walk();
    walk.ok(adopt(B), ada);
    walk.after(1);
    walk.deploying(C);
    walk.report(walk.environment.attempts, FAILED);
    expect(walk.environment.uncertain).toBe(true);
    walk.ok(adopt(D), ada);
    expect(walk.environment.uncertain).toBe(false);
  });

  it('RULES 2: takes a number, so that an earlier report comes too late', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    const attempt = walk.environment.attempts;
    walk.after(20_000).ok({ type: 'tick' });
    expect(walk.status(release)).toBe('errored');
    walk.ok(adopt(B), ada);
    walk.report(attempt);
    expect(walk.refusal).toMatchObject({ rule: 'staleAttempt' });
    expect(walk.environment.deployed?.sha).toBe(B);
  });

  it('makes a target for rollbacks', () => {
    const walk = new Walk();
    walk.ok(adopt(A), ada);
    walk.after(1);
    walk.accepted(B);
    expect(walk.release(walk.rollback())).toMatchObject({ sha: A });
  });
});

describe('start: approved', () => {
  const start = (change = {}) => new Walk(policyOf({ startApproved: true, ...change }));

  it('lets the last approval start the deploy', () => {
    const walk = start();
    const release = walk.approved(A);
    expect(walk.release(release)).toMatchObject({ status: 'queued', queue: { by: lin } });
    walk.begin(release);
  });

  it('leaves the deploy to people if a freeze or a lock would refuse it', () => {
    const frozen = start({ freeze: [window(0, HOUR)] });
    expect(frozen.status(frozen.approved(A))).toBe('approved');
    const locked = start();
    locked.ok(lock(), mo);
    expect(locked.status(locked.approved(A))).toBe('approved');
  });
});

describe('an environment that left the configuration', () => {
  it('cancels waiting releases with that reason, ends its lock, and accepts nothing new', () => {
    const walk = new Walk();
    const waits = walk.queued(A);
    walk.ok(lock(), ada);
    walk.policy = policyOf({ retired: true });
    walk.ok({ type: 'retire' });
    expect(walk.release(waits)).toMatchObject({ status: 'cancelled' });
    expect(walk.release(waits).end?.reason).toContain('removed from the configuration');
    expect(walk.environment.lock).toBeNull();
    expect(walk.no('retired', { type: 'prepare', sha: B, ref: null, note: null }, ada)).toMatchObject({
      environment: 'prod',
    });
  });

  it('lets a running deploy finish', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.policy = policyOf({ retired: true });
    walk.ok({ type: 'retire' });
    walk.report(walk.environment.attempts);
    walk.report(walk.begin(release, 'verify'));
    walk.ok({ type: 'accept', release, reason: null }, mo);
    expect(walk.status(release)).toBe('accepted');
  });
});
