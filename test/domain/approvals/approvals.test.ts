import { policyFingerprint } from '../../../src/domain/approvals/policy.ts';
import { approvalsGate } from '../../../src/domain/gates/gates.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import {
  A,
  ada,
  approvalsOf,
  B,
  eve,
  guest,
  HOUR,
  lin,
  mo,
  person,
  policyOf,
  Walk,
} from '../support/support.ts';

const two = () => new Walk(policyOf({ approvals: approvalsOf({ required: 2 }) }));

describe('who approves', () => {
  it('counts different people, each once', () => {
    const walk = two();
    const release = walk.prepare(A);
    walk.ok({ type: 'approve', release }, lin);
    expect(walk.no('alreadyApproved', { type: 'approve', release }, lin)).toMatchObject({
      count: 1,
      required: 2,
    });
    expect(walk.status(release)).toBe('prepared');
    expect(walk.no('approvals', { type: 'deploy', release }, ada)).toMatchObject({ count: 1, required: 2 });
    walk.ok({ type: 'approve', release }, mo);
    expect(walk.status(release)).toBe('approved');
    walk.no('alreadyApproved', { type: 'approve', release }, lin);
  });

  it('knows a person by id, not by name', () => {
    const walk = two();
    const release = walk.prepare(A);
    walk.ok({ type: 'approve', release }, lin);
    walk.no('alreadyApproved', { type: 'approve', release }, { ...lin, name: 'someone else' });
  });

  it('refuses the requester, unless the policy says so', () => {
    const walk = new Walk();
    const release = walk.prepare(A, lin);
    walk.no('ownRequest', { type: 'approve', release }, lin);
    walk.no('ownRequest', { type: 'reject', release, reason: 'no' }, lin);
    const self = new Walk(policyOf({ approvals: approvalsOf({ self: true }) }));
    const own = self.prepare(A, lin);
    self.ok({ type: 'approve', release: own }, lin);
    expect(self.status(own)).toBe('approved');
  });

  it('refuses people who are not named, guests and the robot', () => {
    const walk = new Walk();
    const release = walk.prepare(A);
    expect(walk.no('notApprover', { type: 'approve', release }, eve)).toMatchObject({
      from: [lin.id, mo.id],
    });
    walk.no('notApprover', { type: 'reject', release, reason: 'no' }, eve);
    walk.no('notMember', { type: 'approve', release }, { ...lin, member: false });
    walk.no('notMember', { type: 'approve', release }, ROBOT);
    const anyone = new Walk(policyOf({ approvals: approvalsOf({ from: null }) }));
    const open = anyone.prepare(A);
    anyone.no('notMember', { type: 'approve', release: open }, guest);
    anyone.ok({ type: 'approve', release: open }, eve);
  });

  it('ignores a click on a card that showed another running commit', () => {
    const walk = new Walk();
    const shown = walk.environment.revision;
    walk.deployed(A);
    const release = walk.prepare(B);
    const seen = walk.environment.revision;
    expect(walk.no('shownIsOld', { type: 'approve', release, shown }, lin)).toMatchObject({ deployed: A });
    expect(walk.status(release)).toBe('prepared');
    walk.ok({ type: 'approve', release, shown: seen }, lin);
    expect(walk.status(release)).toBe('approved');
  });

  it('needs nobody if the policy asks for nobody', () => {
    const walk = new Walk(policyOf({ approvals: approvalsOf({ required: 0 }) }));
    const release = walk.prepare(A);
    expect(walk.status(release)).toBe('approved');
    expect(walk.replies(release)).toEqual(['ready']);
  });
});

describe('a rejection', () => {
  it('ends the release with a reason, even when it is approved or queued', () => {
    for (const reach of ['prepare', 'approved', 'queued'] as const) {
      const walk = new Walk();
      const release = walk[reach](A);
      walk.no('reasonRequired', { type: 'reject', release, reason: '  ' }, mo);
      walk.ok({ type: 'reject', release, reason: 'not translated' }, mo);
      expect(walk.release(release)).toMatchObject({
        status: 'rejected',
        end: { by: mo, reason: 'not translated' },
      });
      expect(walk.isOpen(release)).toBe(false);
      const refusal = walk.no('settled', { type: 'deploy', release }, ada);
      expect(refusal).toMatchObject({ status: 'rejected', end: { by: mo } });
    }
  });
});

describe('given approvals', () => {
  it('are void when the policy changes, and those who gave them are informed', () => {
    const walk = two();
    const release = walk.prepare(A);
    walk.ok({ type: 'approve', release }, lin);
    walk.policy = policyOf({ approvals: approvalsOf({ required: 1, from: [lin.id, mo.id, eve.id] }) });
    walk.ok({ type: 'tick' });
    expect(walk.release(release)).toMatchObject({ status: 'prepared', approvals: [] });
    expect(walk.replies(release)).toEqual(['approved', 'voided']);
    walk.ok({ type: 'approve', release }, lin);
    expect(walk.status(release)).toBe('approved');
  });

  it('do not depend on the order in which people are named', () => {
    expect(policyFingerprint(approvalsOf({ from: ['B', 'A'] }))).toBe(
      policyFingerprint(approvalsOf({ from: ['A', 'B'] })),
    );
    const others = [
      { required: 3 },
      { from: null },
      { from: [] },
      { self: true },
      { validForMs: 1 },
      { authors: false },
    ];
    const fingerprints = others.map((change) => policyFingerprint(approvalsOf(change)));
    expect(new Set([policyFingerprint(approvalsOf()), ...fingerprints]).size).toBe(others.length + 1);
  });

  it('do not let a release begin that expired in the queue', () => {
    const walk = new Walk();
    const running = walk.deploying(B);
    const release = walk.queued(A);
    walk.carry();
    expect(walk.environment.wakeAt).not.toBeNull();
    walk.after(24 * HOUR);
    walk.report(walk.environment.attempts);
    expect(walk.status(running)).toBe('verifying');
    expect(walk.status(release)).toBe('expired');
    expect(walk.replies(release)).toContain('expired');
  });

  it('are kept for a retry, which expires with its request', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.report(1, { kind: 'failed', how: { kind: 'exit', code: 1 } });
    walk.ok({ type: 'retry', release }, ada);
    expect(walk.release(release).approvals.map(({ by }) => by)).toEqual([lin]);
    walk.after(24 * HOUR).ok({ type: 'tick' });
    expect(walk.status(release)).toBe('failed');
    walk.no('requestExpired', { type: 'retry', release }, ada);
  });

  it('can be given again for a retry whose approvals went void', () => {
    const walk = new Walk();
    const release = walk.deploying(A);
    walk.report(1, { kind: 'failed', how: { kind: 'exit', code: 1 } });
    walk.policy = policyOf({ approvals: approvalsOf({ from: [mo.id] }) });
    walk.ok({ type: 'retry', release }, ada);
    expect(walk.status(release)).toBe('prepared');
    walk.ok({ type: 'cancel', release, reason: null }, ada);
    expect(walk.release(release)).toMatchObject({ status: 'cancelled', begun: true });
    walk.ok({ type: 'retry', release }, ada);
    walk.ok({ type: 'tick' });
    walk.ok({ type: 'approve', release }, mo);
    walk.ok({ type: 'deploy', release }, ada);
    walk.begin(release);
    expect(walk.status(release)).toBe('deploying');
  });

  it('are forgotten, oldest first, when many went void', () => {
    const walk = new Walk(policyOf({ approvals: approvalsOf({ from: null }) }));
    const release = walk.prepare(A);
    for (let i = 1; i <= 15; i += 1) {
      walk.ok({ type: 'approve', release }, person(`P${i}`));
      walk.policy = policyOf({ approvals: approvalsOf({ from: null, validForMs: (24 + i) * HOUR }) });
      walk.ok({ type: 'tick' });
    }
    expect(walk.release(release).voided.map(({ by }) => 'id' in by && by.id)).toEqual(
      Array.from({ length: 10 }, (_, i) => `P${i + 6}`),
    );
  });

  it('are counted by the gate', () => {
    const walk = two();
    const release = walk.prepare(A);
    walk.ok({ type: 'approve', release }, lin);
    const gate = approvalsGate(walk.release(release), walk.policy, walk.now);
    expect(gate).toEqual({
      gate: 'approvals',
      open: false,
      count: 1,
      required: 2,
      needs: [{ missing: 1, from: [lin.id, mo.id] }],
    });
  });
});

describe('a release that people decide on', () => {
  it('informs its requester when the last gate for people opens, or the build ends after it', () => {
    const walk = new Walk();
    const release = walk.approved(A);
    expect(walk.replies(release)).toEqual(['approved', 'ready']);
    const unbuilt = new Walk();
    unbuilt.built = 'pending';
    const waits = unbuilt.approved(B);
    expect(unbuilt.replies(waits)).toEqual(['approved']);
    unbuilt.ok({ type: 'buildEnded', sha: B, succeeded: false });
    expect(unbuilt.release(waits).build).toBe('failed');
    unbuilt.ok({ type: 'buildEnded', sha: B, succeeded: true });
    expect(unbuilt.replies(waits)).toEqual(['approved', 'ready']);
    unbuilt.ok({ type: 'buildEnded', sha: B, succeeded: false });
    expect(unbuilt.release(waits).build).toBe('succeeded');
  });

  it('has an unbuilt or failed commit built', () => {
    for (const built of ['pending', 'failed', 'succeeded'] as const) {
      const walk = new Walk();
      walk.built = built;
      const release = walk.prepare(A);
      const asked = built === 'succeeded' ? [] : [{ push: null, watcher: 'shop/prod' }];
      expect(walk.sent('requestBuild')).toMatchObject(asked);
      expect(walk.sent('requestBuild')).toHaveLength(asked.length);
      expect(walk.release(release).build).toBe(built === 'succeeded' ? 'succeeded' : 'pending');
    }
  });

  it('is accepted by named people, or else by any member but the requester', () => {
    const walk = new Walk();
    const release = walk.testing(A);
    expect(walk.no('notTester', { type: 'accept', release, reason: null }, ada)).toMatchObject({
      from: null,
    });
    walk.no('notTester', { type: 'fail', release, reason: 'bad' }, ada);
    walk.policy = policyOf({ acceptFrom: [eve.id] });
    walk.no('notTester', { type: 'accept', release, reason: null }, mo);
    walk.ok({ type: 'accept', release, reason: null }, eve);
    expect(walk.environment.accepted).toMatchObject({ sha: A, by: eve, release });
  });
});

it('is refused as the eleventh waiting candidate, and the others are named', () => {
  const walk = new Walk();
  for (let number = 0; number < 10; number += 1) walk.prepare(`${number}`.repeat(40));
  const eleventh = { type: 'prepare', sha: 'f'.repeat(40), ref: null, note: null } as const;
  expect(walk.no('tooManyWait', eleventh, ada)).toMatchObject({ waiting: expect.arrayContaining([1, 10]) });
  walk.ok({ type: 'cancel', release: 1, reason: null }, ada);
  walk.ok(eleventh, ada);
});
