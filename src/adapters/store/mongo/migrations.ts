import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { StoreError } from '../../../ports/store.ts';
import { NewerSchema } from '../newer-schema.ts';
import { isDuplicateKey } from './errors.ts';

/**
 * Changes what is stored from one version to the next. It may be stopped at any point and begin again, and, should a process
 * stand still for longer than its lease, run twice at the same time: so it only does what is not done yet.
 */
export type Step = (db: Db) => Promise<void>;

/**
 * Forward only: a step that was released never changes, the next one is added below it. The first one leads from version 1,
 * which is what an empty database begins with, to version 2. A change of the documents' types that an older program
 * cannot read needs a step, if only an empty one, so that the older program refuses to start.
 */
const STEPS: readonly Step[] = [];

/** The schema of this program. */
export const SCHEMA_VERSION = 1 + STEPS.length;

export interface MigrationOptions {
  /** In place of this program's steps. */
  steps?: readonly Step[];
  /** How long another process's migration is waited for. Default: 10 minutes. */
  waitMs?: number;
  /** How long a process that gives no sign of life keeps others from migrating. Default: 30 s. */
  leaseMs?: number;
}

const WAIT_MS = 10 * 60_000;
const LEASE_MS = 30_000;
const LOOK_MS = 100;

/** Documents of the collection `meta`. */
interface Meta {
  _id: 'schema' | 'migration';
  /** Of `schema`. */
  version?: number;
  /** Of `migration`: which process migrates, and until when that is believed. */
  holder?: string;
  until?: Date;
}

/**
 * Brings the database up to this program's version. Of several processes that start at once one does it, the others wait.
 * Throws `NewerSchema`; `StoreError` when another process does not come to an end.
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
      await delay(LOOK_MS);
      continue;
    }
    try {
      await runFrom(db, meta, steps);
    } finally {
      await lease.release();
    }
  }
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

/** The version is read again: whoever held the lease before may have got further. */
async function runFrom(db: Db, meta: Collection<Meta>, steps: readonly Step[]): Promise<void> {
  const from = (await versionOf(meta)) ?? 1;
  for (const [index, step] of steps.entries()) {
    const version = index + 1;
    if (version < from) continue;
    await step(db);
    await meta.replaceOne({ _id: 'schema', version }, { version: version + 1 });
  }
}

/** null: another process has it. Renewed until it is released. */
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
    // A renewal that fails lets another process begin, which every step has to bear.
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
