import { pino } from 'pino';
import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { mayLockAll, peopleContext } from '../../../src/flow/commands/context/people-context.ts';
import { GroupUnknown } from '../../../src/flow/services/errors.ts';
import { ChatError } from '../../../src/ports/chat.ts';
import { A, ANYONE, ada, approvalsOf, eve, guest, policyOf } from '../../domain/support/given.ts';
import { Walk } from '../../domain/support/support.ts';

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

/** Slack with one person in every group, except in `@broken`; what was asked of it. */
function slack() {
  const asked: string[] = [];
  const services = {
    people: {
      member: async () => {
        throw new TypeError('nobody was to be looked up');
      },
      isAddressOfMember: async () => {
        throw new TypeError('nobody was to be looked up');
      },
      groupMembers: async (handle: string) => {
        asked.push(handle);
        if (handle === '@broken') throw new ChatError('unknown', 'Slack did not answer');
        return [ada.id];
      },
    },
    mirror: () => {
      throw new TypeError('git was not to be asked');
    },
    log: pino({ level: 'silent' }),
  };
  return { asked, services };
}

const policy = policyOf({
  approvals: approvalsOf({ rules: [{ required: 1, from: ['@approvers'] }] }),
  acceptFrom: ['@testers'],
  roles: {
    prepare: ['@preparers'],
    deploy: ['@deployers'],
    rollback: ['@rollbackers'],
    lock: ['@lockers'],
    override: ['@overriders'],
    adopt: ['@adopters'],
  },
});

describe('the members of groups', () => {
  const ask = (
    services: ReturnType<typeof slack>['services'],
    command: Bare<EnvironmentCommand>,
    actor: EnvironmentCommand['actor'] = ada,
    rules = policy,
  ) =>
    peopleContext(
      services,
      newEnvironment('shop', 'prod'),
      rules,
      { ...command, id: 'c1', actor } as EnvironmentCommand,
      { sha: A, release: null },
    );
  const prepare = { type: 'prepare', sha: A, ref: null, note: null } as const;

  it.each<[Bare<EnvironmentCommand>, string[]]>([
    [prepare, ['@preparers', '@approvers']],
    [{ type: 'hotfix', sha: A, ref: null, reason: 'x' }, ['@preparers', '@approvers']],
    [{ type: 'approve', release: 1 }, ['@approvers']],
    [{ type: 'reject', release: 1, reason: 'x' }, ['@approvers']],
    [{ type: 'deploy', release: 1 }, ['@deployers']],
    [{ type: 'retry', release: 1 }, ['@deployers']],
    [{ type: 'accept', release: 1, reason: null }, ['@testers']],
    [{ type: 'fail', release: 1, reason: 'x' }, ['@testers']],
    [{ type: 'rollback', to: null, reason: 'x' }, ['@rollbackers']],
    [{ type: 'lock', reason: 'x', forMs: null }, ['@lockers']],
    [{ type: 'pause', reason: 'x' }, ['@lockers']],
    [{ type: 'override', release: 1, reason: 'x' }, ['@overriders']],
    [{ type: 'adopt', sha: A, ref: null, reason: 'x' }, ['@adopters']],
    [{ type: 'cancel', release: 1, reason: null }, []],
    [{ type: 'unlock', ownerGone: false }, []],
    [{ type: 'tick' }, []],
  ])('are looked up only if they decide: %j', async (command, groups) => {
    const { asked, services } = slack();
    const facts = await ask(services, command);
    expect(asked).toEqual(groups);
    expect(facts).toEqual({
      groups: groups.map((group) => ({ group, members: [ada.id] })),
      authors: [],
      unknownAuthors: null,
    });
  });

  it.each([
    ['a candidate', false, eve, ['@preparers', '@deployers']],
    ['one whose deploy has begun', true, eve, ['@deployers']],
    ['their own', false, ada, []],
  ] as const)('rule 31: are looked up for cancelling %s', async (_what, begun, by, groups) => {
    const { asked, services } = slack();
    const walk = new Walk();
    const release = walk.release(begun ? walk.deploying(A) : walk.prepare(A));
    const command = { type: 'cancel', release: 1, reason: null, id: 'c1', actor: by } as const;
    await peopleContext(services, walk.environment, policy, command, { sha: A, release });
    expect(asked).toEqual(groups);
  });

  it('are not looked up for a person who is named directly, nor for a non-member', async () => {
    const { asked, services } = slack();
    const named = { ...policy, roles: { ...ANYONE, deploy: ['@broken', ada.id] } };
    await ask(services, { type: 'deploy', release: 1 }, ada, named);
    await ask(services, { type: 'approve', release: 1 }, guest);
    expect(asked).toEqual([]);
  });

  it('stop a command that needs them if Slack does not answer, and are left out of warnings', async () => {
    const { services } = slack();
    const broken = policyOf({
      approvals: approvalsOf({ rules: [{ required: 1, from: ['@broken', '@approvers'] }] }),
      roles: { ...ANYONE, lock: ['@broken'] },
    });
    await expect(ask(services, { type: 'approve', release: 1 }, ada, broken)).rejects.toBeInstanceOf(
      GroupUnknown,
    );
    await expect(ask(services, { type: 'resume', reason: null }, ada, broken)).rejects.toMatchObject({
      group: '@broken',
    });
    expect(await ask(services, prepare, ada, broken)).toEqual({
      groups: [{ group: '@approvers', members: [ada.id] }],
      authors: [],
      unknownAuthors: null,
    });
  });

  it('are looked up for each environment by a lock on all of them', async () => {
    const { services } = slack();
    const lock = { type: 'lock', reason: 'x', forMs: null, id: 'c1', actor: ada } as const;
    const other = policyOf({ roles: { ...ANYONE, lock: ['EVE'] } });
    expect(await mayLockAll(services, [policy, policyOf()], lock)).toBe(true);
    expect(await mayLockAll(services, [policy, other], lock)).toBe(false);
    expect(await mayLockAll(services, [other], { ...lock, type: 'unlock', ownerGone: false })).toBe(true);
    await expect(
      mayLockAll(services, [policyOf({ roles: { ...ANYONE, lock: ['@broken'] } })], lock),
    ).rejects.toBeInstanceOf(GroupUnknown);
  });
});
