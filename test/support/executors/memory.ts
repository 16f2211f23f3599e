import type { Cancel, Executor, RemoteAttempt, Seen } from '../../../src/ports/executor.ts';
import type { Fault } from '../forges/server.ts';
import type { ExecutorWorld, Opening, RunState } from './world.ts';

type Call = keyof Executor;

interface Run {
  key: string;
  state: RunState;
  log: string;
  cancels: number;
}

/** A system in this process, without a network that takes time: what the follow-up of attempts is tried on. */
export interface MemorySystem extends ExecutorWorld {
  /** Every call, oldest first: "start slip-1". */
  asked: string[];
  /** Is called before each call; what it throws, or never answers, is what the caller meets. */
  before: (call: Call, key: string) => Promise<void> | void;
  /** Is called after each call has had its effect. */
  after: (call: Call, key: string) => Promise<void> | void;
  /** Why it ends nothing; null: it does. */
  refuses: string | null;
  /** The wish to end a run leaves it as it is. */
  endures: boolean;
  /** What each run waits for, and its last line. */
  waits: string | null;
  lastLine: string | null;
}

const REFUSALS = [400, 401, 403, 404, 405, 410, 413, 422];

export function memorySystem({ findBegins = false } = {}): MemorySystem {
  const runs = new Map<string, Run>();
  let isClosed = false;

  function begin(key: string): Run {
    const run = runs.get(key) ?? { key, state: 'running', log: '', cancels: 0 };
    runs.set(key, run);
    return run;
  }

  function seen({ key, state }: Run): Seen {
    const run = { id: `run of ${key}`, url: `https://deploy.acme.test/${key}` };
    switch (state) {
      case 'queued':
      case 'running':
        return { kind: 'running', run, waits: world.waits, lastLine: world.lastLine };
      case 'succeeded':
        return { kind: 'ended', run, outcome: { kind: 'succeeded' } };
      case 'failed':
        return { kind: 'ended', run, outcome: { kind: 'failed', says: 'the run failed' } };
      case 'cancelled':
        return { kind: 'ended', run, outcome: { kind: 'cancelled', says: null } };
      default:
        return state satisfies never;
    }
  }

  const unknown = (reason: string, until: number | null = null) =>
    ({ kind: 'unknown', reason, until }) as const;

  /** What a system whose every answer is this one says; null: it answers as it should. */
  function faulty(fault: Fault | null, now: number) {
    if (isClosed) return unknown('nobody listens');
    if (fault === null || fault.kind === 'lost') return null;
    if (fault.kind !== 'answer') return unknown('it did not answer');
    const after = Number(fault.headers?.['retry-after'] ?? Number.NaN);
    if (!Number.isNaN(after))
      return { ...unknown('it wants to be left alone', now + after * 1_000), refused: 'limited' } as const;
    const refused = REFUSALS.includes(fault.status) ? fault.status : null;
    return { ...unknown(`it said ${fault.status}`), refused };
  }

  function open({ now }: Opening): Executor {
    async function call<T>(
      what: Call,
      { key }: RemoteAttempt,
      does: {
        faulty: (said: ReturnType<typeof unknown>, refused: number | 'limited' | null) => T;
        act: () => T;
        lost?: T;
      },
    ): Promise<T> {
      world.asked.push(`${what} ${key}`);
      await world.before(what, key);
      const { fault } = world.server;
      const said = faulty(fault, now());
      if (said !== null) {
        const { kind, reason, until } = said;
        return does.faulty({ kind, reason, until }, 'refused' in said ? said.refused : null);
      }
      const answer = does.act();
      await world.after(what, key);
      return fault?.kind === 'lost' && does.lost !== undefined ? does.lost : answer;
    }
    const lost = unknown('its answer was lost');
    return {
      start: (attempt) =>
        call<Seen>('start', attempt, {
          faulty: ({ reason, ...said }, refused) =>
            refused === null || (refused === 'limited' && findBegins)
              ? { reason, ...said }
              : { kind: 'ended', run: null, outcome: { kind: 'errored', reason, ran: false } },
          act: () => {
            if (runs.has(attempt.key)) throw new Error(`${attempt.key} was started twice`);
            return seen(begin(attempt.key));
          },
          lost,
        }),
      find: (attempt) =>
        call<Seen>('find', attempt, {
          faulty: (said) => said,
          act: () => {
            const run = findBegins ? begin(attempt.key) : runs.get(attempt.key);
            return run === undefined ? { kind: 'notFound' } : seen(run);
          },
        }),
      look: (attempt) =>
        call<Seen>('look', attempt, {
          faulty: (said, refused) => (refused === 404 ? { kind: 'notFound' } : said),
          act: () => {
            const run = runs.get(attempt.key);
            return run === undefined ? { kind: 'notFound' } : seen(run);
          },
        }),
      cancel: (attempt) =>
        call<Cancel>('cancel', attempt, {
          faulty: (said, refused) =>
            typeof refused === 'number' ? { kind: 'impossible', reason: said.reason } : said,
          act: () => {
            const run = runOf(attempt.key);
            if (world.refuses !== null) return { kind: 'impossible', reason: world.refuses };
            run.cancels += 1;
            const isRunning = run.state === 'queued' || run.state === 'running';
            if (isRunning && !world.endures) run.state = 'cancelled';
            return { kind: 'asked' };
          },
          lost,
        }),
      log: (attempt) =>
        call<string | null>('log', attempt, {
          faulty: () => null,
          act: () => runOf(attempt.key).log.split('\n').slice(-100).join('\n').slice(-64_000) || null,
        }),
    };
  }

  function runOf(key: string): Run {
    const run = runs.get(key);
    if (run === undefined) throw new Error(`no run of ${key}`);
    return run;
  }

  const world: MemorySystem = {
    server: {
      origin: 'https://deploy.acme.test',
      calls: [],
      fault: null,
      headers: {},
      close: async () => {},
    },
    asked: [],
    before: () => {},
    after: () => {},
    refuses: null,
    endures: false,
    waits: null,
    lastLine: null,
    open: async (opening) => open(opening),
    starts: (key) => (runs.has(key) ? 1 : 0),
    become(key, state) {
      runOf(key).state = state;
    },
    cancels: (key) => runOf(key).cancels,
    print(key, text) {
      runOf(key).log = text;
    },
    secrets: [],
    async close() {
      isClosed = true;
    },
  };
  return world;
}
