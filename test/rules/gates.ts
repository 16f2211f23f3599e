import type { Environment } from '../../src/domain/documents/environment.ts';
import type { Release } from '../../src/domain/documents/values/release.ts';
import { deployerOf, type GateName, gatesOf } from '../../src/domain/gates/gates.ts';
import type { FreezeWindow } from '../../src/domain/time/freeze.ts';
import { LEASE_MS } from '../../src/domain/time/lease.ts';
import { type Kind, type Reached, statesOf } from '../domain/support/states.ts';
import { ada, eve, HOUR, START, type Walk } from '../domain/support/support.ts';
import { KINDS } from '../domain/support/tables.ts';
import { markdownTable } from './markdown.ts';

/** How each gate is shut for a sample; `when`: when it is open (DESIGN §2). */
const GATES: Record<GateName, { when: string; shut: (walk: Walk, release: Release) => void }> = {
  built: {
    when: 'the build of this commit succeeded',
    shut: (_walk, release) => {
      release.build = 'pending';
    },
  },
  order: {
    when: 'the commit was accepted in the environment below and not revoked since; the lowest: always',
    shut: (walk, { sha }) => {
      walk.below.set(sha, null);
    },
  },
  approvals: {
    when: 'every rule of the policy is met and still valid',
    shut: (_walk, release) => {
      release.approvals = [];
    },
  },
  soak: {
    when: 'the commit was accepted below at least that long ago',
    shut: (walk) => {
      walk.policy = { ...walk.policy, soakMs: 48 * HOUR };
    },
  },
  freeze: {
    when: 'no freeze window, or overridden for this release',
    shut: (walk) => {
      walk.policy = { ...walk.policy, freeze: [AROUND_THE_START] };
    },
  },
  lock: {
    when: 'unlocked, or locked by the one who deploys',
    shut: (walk) => {
      walk.ok({ type: 'lock', reason: 'migration', forMs: null }, eve);
    },
  },
  free: {
    when: 'nothing else here is deploying or verifying, and this release is first in the queue',
    shut: ({ environment }, release) => {
      const attempt = {
        number: environment.attempts + 1,
        step: 'deploy',
        worker: 'w1',
        startedAt: START,
      } as const;
      environment.attempts = attempt.number;
      const none = { cancelWished: null, lastLine: null, progressAt: START, endedAt: null, outcome: null };
      const running = { ...attempt, ...none, leaseUntil: START + 48 * HOUR, wasUncertain: false };
      const number = environment.releases + 1;
      environment.releases = number;
      const other = { ...release, number, kind: 'rollback', status: 'deploying', queue: null } as const;
      environment.open.push({ ...other, attempts: [running] });
    },
  },
  paused: {
    when: 'not paused',
    shut: ({ environment }) => {
      const by = eve;
      environment.paused = { by, reason: 'look', at: START, rollback: null, newest: null, card: 'paused' };
    },
  },
};

const AROUND_THE_START: FreezeWindow = {
  kind: 'dated',
  from: new Date(START - 48 * HOUR).toISOString().slice(0, -1),
  to: new Date(START + 48 * HOUR).toISOString().slice(0, -1),
  timezone: 'UTC',
  reason: 'Weekend',
};

/** A release of this kind, with one gate shut if it can be. */
function shut(kind: Kind, state: 'queued' | 'approved', name: GateName): Reached {
  const reached = statesOf(kind)[state]!();
  const { walk } = reached;
  // Documents that were decided are frozen.
  walk.environment = structuredClone(walk.environment) as Environment;
  // Every sample has something below, the continuous ones too.
  walk.policy = { ...walk.policy, below: 'preprod' };
  GATES[name].shut(walk, walk.release(reached.release));
  return reached;
}

/** What a worker's begin comes to. */
function atBegin(kind: Kind, name: GateName): string {
  const { walk, release: number } = shut(kind, 'queued', name);
  const release = walk.release(number);
  const facts = { now: walk.now, policy: walk.policy, order: walk.context(release.sha).order };
  const gates = gatesOf(walk.environment, release, { ...facts, deployer: deployerOf(release) });
  if (gates.find(({ gate }) => gate === name)?.open) return 'skips it';
  const leaseUntil = walk.now + LEASE_MS;
  walk.do({ type: 'begin', release: number, step: 'deploy', worker: 'w1', leaseUntil });
  const status = walk.status(number);
  return status === 'queued' ? 'waits in the queue' : `→ \`${status}\``;
}

/** What a press on Deploy comes to. */
function atDeploy(kind: Kind, name: GateName): string {
  const { walk, release } = shut(kind, 'approved', name);
  const decision = walk.do({ type: 'deploy', release }, ada);
  return decision.kind === 'refused' ? `refused: \`${decision.refusal.rule}\`` : 'queued';
}

/** Every gate, and what it does to each kind of release while it is shut. */
export function gatesTable(): string {
  const names = Object.keys(GATES) as GateName[];
  return markdownTable([
    [
      'gate',
      'open when',
      ...KINDS.map((kind) => `shut when a ${kind} would begin`),
      'Deploy pressed on a promotion',
      'on a hotfix',
    ],
    ...names.map((name) => [
      `\`${name}\``,
      GATES[name].when,
      ...KINDS.map((kind) => atBegin(kind, name)),
      atDeploy('promotion', name),
      atDeploy('hotfix', name),
    ]),
  ]);
}
