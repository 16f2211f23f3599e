// The baseline of builds and pipelines: BullMQ without Slipway, on the tier's own backend. Jobs are added and worked off
// in this process, as many at a time as Slipway does.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type Job,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import { openDatabase } from '../../../src/adapters/store/pglite/database.ts';
import { nowMs } from '../figures/clock.ts';
import { answerQuestions } from '../program.ts';
import { checkedOut, fetched, ran } from './same-processes.ts';

export type ChainQuestions = {
  open: {
    /** `redisUrl` null: on a PGlite in `directory`. Mirrors, trees and locks are kept there in any case. */
    argument: { redisUrl: string | null; directory: string };
    answer: null;
  };
  /** Adds a job, waits until its handler runs, and so on: milliseconds of each. */
  addToStart: { argument: { count: number }; answer: number[] };
  /** Adds a job whose handler checks out `sha`, which was fetched before, and runs `command` there. When it was added. */
  addToCommand: { argument: { repository: string; sha: string; command: string }; answer: number };
  /** Fetches a repository: what a push costs before anything is built. */
  fetch: { argument: { repository: string }; answer: null };
  /** A chain of three jobs for the head of each repository, all at once: milliseconds until the last one is done. */
  chains: { argument: { repositories: string[] }; answer: number };
};

/** The stages of Slipway's worker (`app/work.ts`). */
const AT_ONCE = { build: 2, deploy: 8, verify: 8 };
type Stage = keyof typeof AT_ONCE;
const STAGES = Object.keys(AT_ONCE) as Stage[];

/** As in Slipway's queue (`adapters/queue/bullmq.ts`). */
const JOB = { removeOnComplete: true, removeOnFail: true };

/** What a job says. */
interface Work {
  chain: string;
  repository: string;
  /** null: the head as fetched. */
  sha: string | null;
  /** null: the chain's own. */
  command: string | null;
  /** Where its build was; null: it was not built yet. */
  tree: string | null;
}

/** A BullMQ queue, as far as it is used here. */
interface Jobs {
  add(name: 'job', work: Work, options: typeof JOB): Promise<unknown>;
  waitUntilReady(): Promise<unknown>;
}

let directory = '';
const queues = new Map<Stage | 'start', Jobs>();
const ends = new Map<string, { done(): void; failed(error: unknown): void }>();
const starts = new Map<string, () => void>();

/** In a table of its own for each repository: of a mirror, its trees and its lock. */
function placeOf(repository: string): string {
  return join(directory, createHash('sha256').update(repository).digest('hex').slice(0, 16));
}

async function stage(name: Stage, work: Work): Promise<void> {
  const { chain, repository, sha, command } = work;
  const place = placeOf(repository);
  switch (name) {
    case 'build': {
      const commit = sha ?? (await fetched(place, repository));
      const tree = await checkedOut(place, repository, commit);
      await ran(place, tree, command ?? 'true');
      if (command !== null) break;
      await ran(place, tree, 'true');
      await add('deploy', { ...work, tree });
      return;
    }
    case 'deploy':
      await ran(place, work.tree ?? '', 'true');
      await add('verify', work);
      return;
    case 'verify':
      await ran(place, work.tree ?? '', 'true');
      break;
    default:
      name satisfies never;
  }
  ends.get(chain)?.done();
}

async function add(name: Stage | 'start', work: Work): Promise<void> {
  await queues.get(name)?.add('job', work, JOB);
}

/** Adds the first job of a chain, and waits for the end of its last one. */
async function chained(work: Omit<Work, 'chain' | 'tree'>): Promise<void> {
  const chain = randomUUID();
  const end = new Promise<void>((resolve, reject) => ends.set(chain, { done: resolve, failed: reject }));
  await add('build', { chain, tree: null, ...work });
  await end.finally(() => ends.delete(chain));
}

async function openOn<C>(connection: C, factory: BackendFactory<IQueueBackend, C>): Promise<void> {
  for (const name of STAGES) {
    const work = async (job: Job<Work>) => {
      await stage(name, job.data).catch((error: unknown) => ends.get(job.data.chain)?.failed(error));
    };
    await openLane(name, AT_ONCE[name], work, connection, factory);
  }
  await openLane('start', 1, async (job) => starts.get(job.data.chain)?.(), connection, factory);
}

async function openLane<C>(
  name: Stage | 'start',
  concurrency: number,
  work: (job: Job<Work>) => Promise<void>,
  connection: C,
  factory: BackendFactory<IQueueBackend, C>,
): Promise<void> {
  const queue: Jobs = new Queue(`bare-${name}`, { connection }, factory);
  const worker = new Worker(`bare-${name}`, work, { connection, concurrency }, factory);
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  queues.set(name, queue);
}

answerQuestions<ChainQuestions>({
  async open(options) {
    directory = options.directory;
    await mkdir(directory, { recursive: true });
    if (options.redisUrl !== null) {
      // What BullMQ asks of a connection that workers use.
      await openOn(new Redis(options.redisUrl, { maxRetriesPerRequest: null }), createRedisBackend);
      return null;
    }
    const { pool } = await openDatabase(join(directory, 'pglite'));
    const client = await pool.connect();
    await runMigrations(client).finally(() => client.release());
    await openOn(pool, createPostgresBackend);
    return null;
  },
  async addToStart({ count }) {
    const taken: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const chain = randomUUID();
      const started = new Promise<number>((resolve) => starts.set(chain, () => resolve(nowMs())));
      const addedAt = nowMs();
      await add('start', { chain, repository: '', sha: null, command: null, tree: null });
      taken.push((await started) - addedAt);
      starts.delete(chain);
    }
    return taken;
  },
  async addToCommand({ repository, sha, command }) {
    const addedAt = nowMs();
    await chained({ repository, sha, command });
    return addedAt;
  },
  async fetch({ repository }) {
    await fetched(placeOf(repository), repository);
    return null;
  },
  async chains({ repositories }) {
    const begin = nowMs();
    await Promise.all(repositories.map((repository) => chained({ repository, sha: null, command: null })));
    return nowMs() - begin;
  },
});
