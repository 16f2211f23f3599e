import type { EnvironmentCommand } from '../../../src/domain/commands.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/lease.ts';
import type { Release } from '../../../src/domain/release.ts';
import { type Kind, type Reached, statesOf } from './states.ts';
import { type Ask, ada, eve, FAILED, HOUR, mo, SUCCEEDED } from './support.ts';
import { TABLES } from './tables.ts';

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

/** Every command there is about one release, and time. */
const columns: Record<string, Column> = {
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
  begin: {
    ask: ({ walk, release }) => ({
      type: 'begin',
      release,
      step: walk.status(release) === 'verifying' ? 'check' : 'deploy',
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
function cell(reached: Reached, column: Column): string {
  const { walk, release } = reached;
  const before = nameOf(walk.release(release));
  const decision = walk.after(column.afterMs ?? 0).do(column.ask(reached), column.actor);
  const after = nameOf(walk.release(release));
  const moved = after === before ? '' : after;
  return decision.kind === 'refused' ? `!${decision.refusal.rule}${moved ? `>${moved}` : ''}` : moved || '·';
}

const rowsOf = (kind: Kind): string[][] =>
  TABLES[kind]
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

const kinds = Object.keys(TABLES) as Kind[];
const counted = kinds.map((kind) => (rowsOf(kind).length - 1) * Object.keys(columns).length);
const total = counted.reduce((sum, count) => sum + count, 0);

describe(`status × command, ${total} cells`, () => {
  describe.each(kinds)('%s', (kind) => {
    const [header, ...rows] = rowsOf(kind);
    const states = statesOf(kind);

    it('has a row for every state and a column for every command', () => {
      expect(rows.map(([name]) => name)).toEqual(Object.keys(states));
      expect(header).toEqual(['state', ...Object.keys(columns)]);
    });

    it.each(rows)('%s', (name, ...expected) => {
      const found = Object.values(columns).map((column) => cell(states[String(name)]!(), column));
      expect(found).toEqual(expected);
    });
  });
});
