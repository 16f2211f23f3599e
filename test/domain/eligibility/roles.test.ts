import { defaultRoles } from '../../../src/domain/approvals/approvals.ts';
import { ROLES } from '../../../src/domain/people/people.ts';
import { A, ANYONE, ada, B, eve, FAILED, lin, mo, policyOf, Walk } from '../support/support.ts';

const MANAGERS = '@release-managers';
const SECURITY = '@security';
const rules = [
  { required: 2, from: [MANAGERS, eve.id] },
  { required: 1, from: [SECURITY] },
];

describe('roles', () => {
  const only = (role: string, from: string[]) => policyOf({ roles: { ...ANYONE, [role]: from } });

  it('by default, only named approvers may bypass rules, and any member may do everything else', () => {
    const named = [MANAGERS, eve.id, SECURITY];
    expect(defaultRoles(rules)).toEqual({ ...ANYONE, override: named, adopt: named });
    const anybody = [{ required: 1, from: null }];
    expect(defaultRoles(anybody, rules)).toEqual({ ...ANYONE, override: named, adopt: named });
    expect(defaultRoles(anybody, anybody)).toEqual({ ...ANYONE, override: [], adopt: [] });
    expect(Object.keys(defaultRoles([]))).toEqual([...ROLES]);
  });

  it('prepare is reserved to its role', () => {
    const walk = new Walk(only('prepare', [lin.id]));
    const ask = { type: 'prepare', sha: A, ref: null, note: null } as const;
    expect(walk.no('notRole', ask, ada)).toEqual({ rule: 'notRole', role: 'prepare', from: [lin.id] });
    walk.ok(ask, lin);
  });

  it('deploying, and retrying a deploy, is reserved to its role, even through a group', () => {
    const walk = new Walk(only('deploy', [MANAGERS]));
    const release = walk.approved(A);
    walk.no('notRole', { type: 'deploy', release }, ada);
    walk.groups = [{ group: MANAGERS, members: [mo.id] }];
    walk.no('notRole', { type: 'deploy', release }, ada);
    walk.ok({ type: 'deploy', release }, mo);
    walk.begin(release);
    walk.report(1, FAILED);
    walk.no('notRole', { type: 'retry', release }, ada);
    walk.ok({ type: 'retry', release }, mo);
    expect(walk.status(release)).toBe('queued');
  });

  it('anybody may run a verification again, as it changes nothing', () => {
    const walk = new Walk(only('deploy', [mo.id]));
    const release = walk.approved(A);
    walk.ok({ type: 'deploy', release }, mo);
    walk.report(walk.begin(release));
    walk.report(walk.begin(release, 'verify'), FAILED);
    walk.ok({ type: 'retry', release }, ada);
    expect(walk.status(release)).toBe('verifying');
  });

  it('a rollback, and its retry, is reserved to its role, whoever may deploy', () => {
    const walk = new Walk();
    walk.accepted(A);
    walk.accepted(B);
    walk.policy = policyOf({ roles: { ...ANYONE, rollback: [mo.id], deploy: [ada.id] } });
    walk.no('notRole', { type: 'rollback', to: null, reason: 'bad' }, ada);
    const back = walk.rollback();
    walk.report(walk.begin(back), FAILED);
    walk.no('notRole', { type: 'retry', release: back }, ada);
    walk.ok({ type: 'retry', release: back }, mo);
  });

  it('accepting is reserved to testers, even through a group', () => {
    const walk = new Walk(policyOf({ acceptFrom: ['@testers'] }));
    walk.groups = [{ group: '@testers', members: [eve.id] }];
    const release = walk.testing(A);
    expect(walk.no('notTester', { type: 'accept', release, reason: null }, mo)).toMatchObject({
      from: ['@testers'],
    });
    walk.ok({ type: 'accept', release, reason: null }, eve);
  });
});
