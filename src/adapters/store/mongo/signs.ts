import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Collection, Db } from 'mongodb';
import { orStoreError, UnfinishedImport } from '../failure.ts';

/** A sign of life of a process that works with the database. Times in milliseconds, by the server's clock. */
interface Sign {
  _id: string;
  /** Which process it is, for people. */
  process: string;
  /** Until then the process may work; in the past: when it ended. */
  until: number;
}

/** A document of `meta` that is there while the database is half filled. */
interface Mark {
  _id: 'import';
}

/** A killed process counts as alive for at most so long. */
const LIFE_MS = 30_000;

/** For how long ended processes are remembered. */
const KEPT_MS = 24 * 3_600_000;

/** null: the server does not give its time. Milliseconds since the epoch. */
export async function serverTime(db: Db): Promise<number | null> {
  const { localTime } = await orStoreError(() => db.command({ hello: 1 }));
  return localTime instanceof Date ? localTime.getTime() : null;
}

const timeOf = async (db: Db) => (await serverTime(db)) ?? Date.now();

const signsIn = (db: Db): Collection<Sign> => db.collection<Sign>('processes');
const metaIn = (db: Db): Collection<Mark> => db.collection<Mark>('meta');

/** Marks the database as half filled. Harmless if it is marked already. */
export async function mark(db: Db): Promise<void> {
  await orStoreError(() => metaIn(db).replaceOne({ _id: 'import' }, {}, { upsert: true }));
}

export async function unmark(db: Db): Promise<void> {
  await orStoreError(() => metaIn(db).deleteOne({ _id: 'import' }));
}

export async function isMarked(db: Db): Promise<boolean> {
  return (await orStoreError(() => metaIn(db).findOne({ _id: 'import' }))) !== null;
}

/** Throws `UnfinishedImport` if the database is half filled. */
export async function requireWhole(db: Db): Promise<void> {
  if (await isMarked(db)) throw new UnfinishedImport('database');
}

export interface LifeOptions {
  /** An import has begun all the same: what this process knows of the database is no longer so. */
  onImport(error: UnfinishedImport): void;
  /** Default: 30 s. */
  lifeMs?: number;
}

/**
 * Gives a sign of life of this process until it is ended. Import looks for signs after it has set its mark, and this looks
 * for the mark after it has given the sign: of two that begin at once, at least one sees the other. Throws
 * `UnfinishedImport`.
 */
export async function showLife(
  db: Db,
  { onImport, lifeMs = LIFE_MS }: LifeOptions,
): Promise<{ end(): Promise<void> }> {
  const _id = randomUUID();
  const process = ownName();
  const show = async (forMs: number) => {
    const until = (await timeOf(db)) + forMs;
    await orStoreError(() => signsIn(db).updateOne({ _id }, { $set: { process, until } }, { upsert: true }));
  };
  await show(lifeMs);
  try {
    await requireWhole(db);
  } catch (error) {
    await show(0);
    throw error;
  }
  const forgotten = (await timeOf(db)) - KEPT_MS;
  await orStoreError(() => signsIn(db).deleteMany({ until: { $lt: forgotten } }));
  let renewed = Promise.resolve();
  const renew = async () => {
    try {
      await show(lifeMs);
      await requireWhole(db);
    } catch (error) {
      // While the server is away nothing can be written, neither by this process nor by an import.
      if (error instanceof UnfinishedImport) onImport(error);
    }
  };
  const renewal = setInterval(() => {
    renewed = renewed.then(renew);
  }, lifeMs / 3);
  return {
    async end() {
      clearInterval(renewal);
      await renewed;
      await show(0);
    },
  };
}

function ownName(): string {
  return `process ${process.pid} on ${hostname()}`;
}

/** The processes whose signs say that they may have worked in the last so many milliseconds. */
export async function usersOf(db: Db, withinMs: number): Promise<string[]> {
  const since = (await timeOf(db)) - withinMs;
  const signs = await orStoreError(() =>
    signsIn(db)
      .find({ until: { $gt: since } }, { sort: { process: 1 } })
      .toArray(),
  );
  return signs.map(({ process }) => process);
}
