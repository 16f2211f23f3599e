import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import type { Reached } from './states.ts';
import { type Ask, ada, D, eve, FAILED, HOUR, mo, SUCCEEDED } from './support.ts';

interface Column {
  ask: (reached: Reached) => Ask;
  actor?: EnvironmentCommand['actor'];
  /** How long after the state was reached. */
  afterMs?: number;
}

const about = (type: 'approve' | 'deploy' | 'retry', actor: Column['actor'] = mo): Column => ({
  actor,
  ask: ({ release }) => ({ type, release }),
});

const withReason = (type: 'reject' | 'accept' | 'fail' | 'cancel', actor: Column['actor'] = mo): Column => ({
  actor,
  ask: ({ release }) => ({ type, release, reason: 'because' }),
});

const latest = ({ walk }: Reached): number => walk.environment.attempts;

function windowAt(at: number): FreezeWindow {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, -1);
  return { kind: 'dated', from: time(at - HOUR), to: time(at + HOUR), timezone: 'UTC', reason: 'Weekend' };
}

/** Every command that asks for the status of a release, and time. */
export const columns: Record<string, Column> = {
  approve: about('approve'),
  reject: withReason('reject'),
  deploy: about('deploy', ada),
  cancel: withReason('cancel'),
  retry: about('retry', ada),
  accept: withReason('accept', eve),
  fail: withReason('fail', eve),
  prepare: {
    actor: mo,
    ask: ({ walk, release }) => ({ type: 'prepare', sha: walk.release(release).sha, ref: null, note: null }),
  },
  override: {
    actor: mo,
    // A freeze that has just begun.
    ask: ({ walk, release }) => {
      walk.policy = { ...walk.policy, freeze: [windowAt(walk.now)] };
      return { type: 'override', release, reason: 'must' };
    },
  },
  adopt: { actor: mo, ask: () => ({ type: 'adopt', sha: D, ref: null, reason: 'runs' }) },
  begin: {
    ask: ({ walk, release }) => ({
      type: 'begin',
      release,
      step: walk.status(release) === 'verifying' ? 'verify' : 'deploy',
      worker: 'w9',
      leaseUntil: walk.now + LEASE_MS,
    }),
  },
  success: {
    ask: (reached) => ({ type: 'report', attempt: latest(reached), outcome: SUCCEEDED, log: '' }),
  },
  failure: { ask: (reached) => ({ type: 'report', attempt: latest(reached), outcome: FAILED, log: '' }) },
  renew: {
    ask: (reached) => ({
      type: 'renew',
      attempt: latest(reached),
      leaseUntil: reached.walk.now + LEASE_MS,
      lastLine: 'ok',
    }),
  },
  lease: { afterMs: LEASE_MS + MARGIN_MS, ask: () => ({ type: 'tick' }) },
  day: { afterMs: 31 * HOUR, ask: () => ({ type: 'tick' }) },
  gone: { ask: () => ({ type: 'workersGone', except: 'w9' }) },
  built: {
    ask: ({ walk, release }) => ({ type: 'buildEnded', sha: walk.release(release).sha, succeeded: true }),
  },
};

function nameOf(release: Release): string {
  if (release.status === 'errored') return `errored:${release.erroredIn}`;
  return release.status;
}

/** `·`: taken, and its status is as it was; `status`: taken, and now that; `!rule`: refused by it. */
export function cell(reached: Reached, column: Column): string {
  const { walk, release } = reached;
  const before = nameOf(walk.release(release));
  const decision = walk.after(column.afterMs ?? 0).do(column.ask(reached), column.actor);
  const after = nameOf(walk.release(release));
  const moved = after === before ? '' : after;
  return decision.kind === 'refused' ? `!${decision.refusal.rule}${moved ? `>${moved}` : ''}` : moved || '·';
}
