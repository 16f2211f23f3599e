import { isWaiting } from '../../../src/domain/documents/values/release.ts';
import { type Kind, statesOf } from '../support/states.ts';
import { ANYONE, ada, eve, FAILED, lin, mo, person, policyOf, refusedBy, Walk } from '../support/support.ts';

const ops = person('OPS');
const prep = person('PREP');
const back = person('BACK');
const ROLES = { ...ANYONE, prepare: [prep.id], deploy: [ops.id], rollback: [back.id] };

const CANCELLABLE = ['prepared', 'approved', 'prepared:interrupted', 'approved:interrupted', 'queued'];
const RUNNING = [
  'queued:retry',
  'queued:interrupted',
  'deploying',
  'verifying:idle',
  'verifying:running',
  'verify:interrupted',
];

/** Who may cancel in each state, of those asked. The requests of states are by Ada (rollbacks by Mo), who presses Deploy. */
const MAY: Record<Kind, (state: string) => string[]> = {
  promotion: (state) => ofPeople(state),
  hotfix: (state) => ofPeople(state),
  continuous: (state) => (state === 'queued' ? ['OPS'] : startedByRobot(state)),
  rollback: (state) =>
    RUNNING.includes(state) && state.startsWith('queued:') ? ['ADA', 'BACK', 'MO'] : ['BACK', 'MO'],
};

function ofPeople(state: string): string[] {
  if (state === 'queued' || state === 'prepared' || state === 'approved') return ['ADA', 'OPS', 'PREP'];
  // Its deploy has begun: Ada pressed Deploy.
  return ['ADA', 'OPS'];
}

function startedByRobot(state: string): string[] {
  // Ada pressed Retry.
  return state.startsWith('queued:') ? ['ADA', 'OPS'] : ['OPS'];
}

describe('rule 31: who may cancel', () => {
  const asked = [ada, lin, mo, eve, ops, prep, back];

  describe.each(['promotion', 'hotfix', 'continuous', 'rollback'] as const)('a %s release', (kind) => {
    const states = statesOf(kind);
    const names = [...CANCELLABLE, ...RUNNING].filter((state) => state in states);

    it.each(names)('rule 31: %s', (state) => {
      const { walk, release } = states[state]!();
      walk.policy = { ...walk.policy, roles: ROLES };
      const may = asked.filter((one) => {
        const decision = walk.copy().try({ type: 'cancel', release, reason: null }, one);
        if (decision.kind === 'refused') expect(decision.refusal.rule).toBe('notCanceller');
        return decision.kind === 'accepted';
      });
      expect(may.map(({ id }) => id).sort()).toEqual(MAY[kind](state));
    });

    it.each(names)('rule 31: %s, any member if no role is configured', (state) => {
      const { walk, release } = states[state]!();
      for (const one of asked) {
        expect(refusedBy(walk.copy().try({ type: 'cancel', release, reason: null }, one))).toBeNull();
      }
    });
  });

  it('rule 31: the role prepare does not end a begun release, and the role deploy ends a candidate', () => {
    const walk = new Walk(policyOf({ roles: ROLES }));
    const release = walk.prepare('a'.repeat(40), prep);
    walk.ok({ type: 'approve', release }, lin);
    walk.ok({ type: 'deploy', release }, ops);
    walk.begin(release);
    expect(walk.no('notCanceller', { type: 'cancel', release, reason: null }, prep)).toEqual({
      rule: 'notCanceller',
      release,
      roles: ['deploy'],
      from: [ops.id],
    });
    walk.ok({ type: 'cancel', release, reason: null }, ops);
  });

  it('rule 31: whoever pressed Deploy may cancel, even after losing the role', () => {
    const walk = new Walk(policyOf({ roles: { ...ROLES, deploy: [eve.id] } }));
    const release = walk.prepare('a'.repeat(40), prep);
    walk.ok({ type: 'approve', release }, lin);
    walk.ok({ type: 'deploy', release }, eve);
    walk.begin(release);
    walk.policy = { ...walk.policy, roles: ROLES };
    walk.ok({ type: 'cancel', release, reason: null }, eve);
  });

  it('rule 31: a settled release is reported as settled to everybody, whatever their role', () => {
    const walk = new Walk(policyOf({ roles: { ...ROLES, prepare: null, deploy: null } }));
    const release = walk.deploying('a'.repeat(40));
    walk.report(walk.environment.attempts, FAILED);
    walk.policy = { ...walk.policy, roles: ROLES };
    walk.no('settled', { type: 'cancel', release, reason: null }, eve);
  });

  describe.each(['promotion', 'hotfix', 'continuous', 'rollback'] as const)(
    'a %s release that was shown waiting',
    (kind) => {
      const states = statesOf(kind);
      const names = [...CANCELLABLE, ...RUNNING].filter((state) => state in states);

      it.each(names)('rule 31: %s, Cancel ends it only if it still waits', (state) => {
        const { walk, release } = states[state]!();
        const before = JSON.stringify(walk.environment);
        const waits = isWaiting(walk.environment.open.find(({ number }) => number === release)!);
        const decision = walk.try({ type: 'cancel', release, reason: null, onlyWaiting: true }, ada);
        expect(refusedBy(decision)).toBe(waits ? null : 'begunMeanwhile');
        if (!waits) expect(JSON.stringify(walk.environment)).toBe(before);
      });
    },
  );
});
