import type { BakePolicy } from '../../../src/domain/documents/values/bake.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import {
  A,
  ada,
  B,
  BROKE,
  C,
  CANCELLED,
  continuousPolicy,
  D,
  FAILED,
  HOUR,
  lin,
  mo,
  policyOf,
  Walk,
} from './support.ts';

export type Kind = 'promotion' | 'hotfix' | 'continuous' | 'rollback';

/** A release in a state, reached by commands alone. */
export interface Reached {
  walk: Walk;
  release: number;
}

/** A check that fails is enough. */
const BAKE: BakePolicy = { forMs: HOUR, everyMs: 60_000, failures: 1, yields: false };

const LEASE_OVER = LEASE_MS + MARGIN_MS;

function hotfixed(walk: Walk): number {
  const decision = walk.ok({ type: 'hotfix', sha: A, ref: null, reason: 'it burns' }, ada);
  return decision.release ?? 0;
}

const isOfPeople = (kind: Kind): boolean => kind === 'promotion' || kind === 'hotfix';

const starts: Record<Kind, () => Reached> = {
  promotion: () => {
    const walk = new Walk();
    return { walk, release: walk.queued(A) };
  },
  hotfix: () => {
    const walk = new Walk();
    const release = hotfixed(walk);
    walk.ok({ type: 'approve', release }, lin);
    walk.ok({ type: 'deploy', release }, ada);
    return { walk, release };
  },
  continuous: () => {
    const walk = new Walk(continuousPolicy());
    return { walk, release: walk.head(A, 1) };
  },
  // Two commits were accepted here, the rollback leaves the newer one.
  rollback: () => {
    const walk = new Walk();
    walk.accepted(B);
    walk.accepted(C);
    return { walk, release: walk.rollback() };
  },
};

/** Another system carries out the step, and has said so. */
function beginElsewhere(walk: Walk, release: number, step: 'deploy' | 'verify'): void {
  const remote = { system: 'http', key: `key of ${release}`, timeoutMs: HOUR } as const;
  walk.ok({ type: 'begin', release, step, worker: 'w1', leaseUntil: walk.now + LEASE_MS, remote });
  const seen = { kind: 'running', run: { id: '7', url: null }, waits: null, lastLine: null } as const;
  walk.ok({ type: 'sawRemote', attempt: walk.environment.attempts, seen });
}

/** Makes `then` of a state that was reached; walked once. */
function from(state: () => Reached, then: (reached: Reached) => void): () => Reached {
  let reached: Reached | null = null;
  return () => {
    if (!reached) {
      reached = state();
      then(reached);
    }
    return { walk: reached.walk.copy(), release: reached.release };
  };
}

/** Another release deploys over it. */
function overtake({ walk }: Reached, kind: Kind): void {
  const other = kind === 'continuous' ? walk.head(D, 2) : walk.queued(D);
  walk.report(walk.begin(other));
}

/** The states of a kind, each with its way there. */
export function statesOf(kind: Kind): Record<string, () => Reached> {
  const queued = from(starts[kind], () => {});
  const begun = from(queued, ({ walk, release }) => walk.begin(release));
  const deployed = from(begun, ({ walk }) => walk.report(walk.environment.attempts));
  const verifying = from(deployed, ({ walk, release }) => walk.begin(release, 'verify'));
  const interrupted = from(begun, ({ walk }) => walk.after(LEASE_OVER).ok({ type: 'tick' }));
  const failed = from(begun, ({ walk }) => walk.report(walk.environment.attempts, FAILED));
  const unverified = from(verifying, ({ walk }) => walk.report(walk.environment.attempts, FAILED));
  const passed = from(verifying, ({ walk }) => walk.report(walk.environment.attempts));
  const accepted = from(passed, ({ walk, release }) => {
    if (isOfPeople(kind)) walk.ok({ type: 'accept', release, reason: null }, mo);
  });
  const bakes = from(deployed, ({ walk, release }) => {
    walk.policy = { ...walk.policy, bake: BAKE };
    walk.report(walk.begin(release, 'verify'));
  });
  const elsewhere = from(queued, ({ walk, release }) => beginElsewhere(walk, release, 'deploy'));
  const verifyingElsewhere = from(deployed, ({ walk, release }) => beginElsewhere(walk, release, 'verify'));
  const common = {
    queued,
    'queued:retry': from(failed, ({ walk, release }) => walk.ok({ type: 'retry', release }, ada)),
    deploying: begun,
    'verifying:idle': deployed,
    'verifying:running': verifying,
    'baking:waits': bakes,
    'baking:checks': from(bakes, ({ walk, release }) => {
      walk.after(BAKE.everyMs).ok({ type: 'tick' });
      walk.begin(release, 'verify');
    }),
    unverified,
    'errored:deploy': interrupted,
    'errored:broke': from(begun, ({ walk }) => walk.report(walk.environment.attempts, BROKE)),
    'errored:verify': from(verifying, ({ walk }) => walk.report(walk.environment.attempts, BROKE)),
    'queued:interrupted': from(interrupted, ({ walk, release }) => walk.ok({ type: 'retry', release }, ada)),
    'verify:interrupted': from(verifying, ({ walk }) => walk.ok({ type: 'workersGone', except: 'w9' })),
    failed,
    'cancelled:begun': from(begun, ({ walk, release }) => {
      walk.ok({ type: 'cancel', release, reason: null }, ada);
      walk.report(walk.environment.attempts, CANCELLED);
    }),
    'cancelled:never': from(queued, ({ walk, release }) =>
      walk.ok({ type: 'cancel', release, reason: 'wrong' }, ada),
    ),
    'deploying:remote': elsewhere,
    'verifying:remote': verifyingElsewhere,
    'failed:remote': from(elsewhere, ({ walk }) => walk.report(walk.environment.attempts, FAILED)),
    'cancelled:remote': from(elsewhere, ({ walk }) => walk.report(walk.environment.attempts, CANCELLED)),
    'errored:remote': from(elsewhere, ({ walk }) => walk.report(walk.environment.attempts, BROKE)),
    'unverified:remote': from(verifyingElsewhere, ({ walk }) =>
      walk.report(walk.environment.attempts, FAILED),
    ),
    accepted,
    superseded: from(unverified, (reached) => overtake(reached, kind)),
    faulty: from(unverified, ({ walk, release }) =>
      walk.ok({ type: 'fail', release, reason: 'broken' }, lin),
    ),
    'faulty:accepted': from(accepted, ({ walk, release }) =>
      walk.ok({ type: 'fail', release, reason: 'broken' }, lin),
    ),
  };
  return isOfPeople(kind) ? { ...ofPeople(kind), ...common, testing: passed } : common;
}

/** States in which a promotion or hotfix waits for people, and its ends there. */
function ofPeople(kind: Kind): Record<string, () => Reached> {
  const start = (): Reached => {
    const walk = new Walk();
    return { walk, release: kind === 'hotfix' ? hotfixed(walk) : walk.prepare(A) };
  };
  const prepared = from(start, () => {});
  // A retry whose approvals another policy made void.
  const unapproved = from(starts[kind], ({ walk, release }) => {
    walk.begin(release);
    walk.ok({ type: 'workersGone', except: 'w9' });
    walk.ok({ type: 'retry', release }, ada);
    walk.policy = policyOf({ approvals: { ...walk.policy.approvals, validForMs: 30 * HOUR } });
    walk.ok({ type: 'tick' });
  });
  const approved = from(prepared, ({ walk, release }) => walk.ok({ type: 'approve', release }, lin));
  return {
    prepared,
    approved,
    'prepared:interrupted': unapproved,
    'approved:interrupted': from(unapproved, ({ walk, release }) =>
      walk.ok({ type: 'approve', release }, lin),
    ),
    'rejected:interrupted': from(unapproved, ({ walk, release }) =>
      walk.ok({ type: 'reject', release, reason: 'no' }, mo),
    ),
    'cancelled:interrupted': from(unapproved, ({ walk, release }) =>
      walk.ok({ type: 'cancel', release, reason: null }, mo),
    ),
    rejected: from(prepared, ({ walk, release }) => walk.ok({ type: 'reject', release, reason: 'no' }, mo)),
    expired: from(prepared, ({ walk }) => walk.after(24 * HOUR).ok({ type: 'tick' })),
  };
}
