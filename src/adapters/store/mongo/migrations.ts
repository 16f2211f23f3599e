import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { StoreError } from '../../../ports/store.ts';
import { NewerSchema, OlderSchema } from '../failure.ts';
import { isDuplicateKey } from './documents.ts';

/**
 * Changes stored data from one version to the next. It can be interrupted at any point and started again, and can run
 * twice at the same time if a process pauses for longer than its lease: it must only do what is not done yet.
 */
export type Step = (db: Db) => Promise<void>;

/**
 * Forward only: a released step never changes, and new steps are added at the end. The first step leads from version 1,
 * that of an empty database, to version 2. If an older program could not read a change of the documents' types, that
 * change needs a step, even an empty one, so that the older program refuses to start.
 */
const STEPS: readonly Step[] = [
  // 2: the step of a release after its deploy is `verify`, not `check`. `readRecord` reads both.
  async () => {},
  // 3: people have a document each, and cards may be addressed to a person about a release.
  async () => {},
  // 4: what is told to forges is kept in documents of its own.
  async () => {},
  // 5: other systems carry out attempts, and say how they ended.
  async () => {},
  // 6: what really runs, bakes, automatic rollbacks and records in git.
  async () => {},
];

/** The schema version of this program. */
export const SCHEMA_VERSION = 1 + STEPS.length;

export interface MigrationOptions {
  /** Used instead of this program's steps. */
  steps?: readonly Step[];
  /** How long to wait for another process's migration, in milliseconds. Default: 10 minutes. */
  waitMs?: number;
  /** How long a process that shows no sign of life keeps others from migrating, in milliseconds. Default: 30 s. */
  leaseMs?: number;
}

const WAIT_MS = 10 * 60_000;
const LEASE_MS = 30_000;
const POLL_MS = 100;

/** Documents of the collection `meta`. */
interface Meta {
  _id: 'schema' | 'migration';
  /** Only in `schema`. */
  version?: number;
  /** Only in `migration`: the process that migrates, and until when its lease is valid. */
  holder?: string;
  until?: Date;
}

/**
 * Migrates the database to this program's version. If several processes start at once, one migrates and the others wait.
 * Throws `NewerSchema`, and `StoreError` if another process does not finish.
 */
export async function migrate(db: Db, options: MigrationOptions = {}): Promise<void> {
  const { steps = STEPS, waitMs = WAIT_MS, leaseMs = LEASE_MS } = options;
  const known = 1 + steps.length;
  const meta = db.collection<Meta>('meta');
  const end = Date.now() + waitMs;
  for (;;) {
    const found = await versionOf(meta);
    if (found === known) return;
    if (found !== null && found > known) throw new NewerSchema(found, known, 'database');
    if (found === null) {
      await insert(meta, { _id: 'schema', version: known });
      continue;
    }
    const lease = await takeLease(meta, leaseMs);
    if (lease === null) {
      if (Date.now() > end)
        throw new StoreError('another process is migrating the database, and does not end');
      await delay(POLL_MS);
      continue;
    }
    try {
      await runFrom(db, meta, steps);
    } finally {
      await lease.release();
    }
  }
}

/** Throws `NewerSchema` or `OlderSchema` unless the database has this program's version. Changes nothing. */
export async function requireSchema(db: Db): Promise<void> {
  const found = (await versionOf(db.collection<Meta>('meta'))) ?? 0;
  if (found > SCHEMA_VERSION) throw new NewerSchema(found, SCHEMA_VERSION, 'database');
  if (found < SCHEMA_VERSION) throw new OlderSchema(found, SCHEMA_VERSION, 'database');
}

/** null: the database is empty. */
async function versionOf(meta: Collection<Meta>): Promise<number | null> {
  const schema = await meta.findOne({ _id: 'schema' });
  if (schema === null) return null;
  if (typeof schema.version === 'number') return schema.version;
  throw new StoreError(
    'the document `schema` in `meta` has no version: is this database used by another program?',
  );
}

/** Reads the version again: the previous holder of the lease may have made progress. */
async function runFrom(db: Db, meta: Collection<Meta>, steps: readonly Step[]): Promise<void> {
  const from = (await versionOf(meta)) ?? 1;
  for (const [index, step] of steps.entries()) {
    const version = index + 1;
    if (version < from) continue;
    await step(db);
    await meta.replaceOne({ _id: 'schema', version }, { version: version + 1 });
  }
}

/** Takes the lease, and renews it until it is released. null: another process holds it. */
async function takeLease(
  meta: Collection<Meta>,
  leaseMs: number,
): Promise<{ release(): Promise<void> } | null> {
  const holder = randomUUID();
  const lease = () => ({ holder, until: new Date(Date.now() + leaseMs) });
  const taken =
    (await insert(meta, { _id: 'migration', ...lease() })) ||
    (await meta.replaceOne({ _id: 'migration', until: { $lt: new Date() } }, lease())).matchedCount === 1;
  if (!taken) return null;
  const renewal = setInterval(() => {
    // If a renewal fails, another process may begin; every step must tolerate that.
    meta.replaceOne({ _id: 'migration', holder }, lease()).catch(() => undefined);
  }, leaseMs / 3);
  return {
    async release() {
      clearInterval(renewal);
      await meta.deleteOne({ _id: 'migration', holder });
    },
  };
}

async function insert(meta: Collection<Meta>, document: Meta): Promise<boolean> {
  try {
    await meta.insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
