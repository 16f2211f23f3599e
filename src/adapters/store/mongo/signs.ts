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

/** The same of an import, after which another one can follow. */
const IMPORT_LIFE_MS = 10_000;

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

/** A sign of life, given again and again until it is ended. */
export interface Life {
  id: string;
  end(): Promise<void>;
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
export async function showLife(db: Db, { onImport, lifeMs = LIFE_MS }: LifeOptions): Promise<Life> {
  const life = await keepSign(db, lifeMs, async () => {
    try {
      await requireWhole(db);
    } catch (error) {
      if (error instanceof UnfinishedImport) onImport(error);
    }
  });
  try {
    await requireWhole(db);
  } catch (error) {
    await life.end();
    throw error;
  }
  return life;
}

/** Gives a sign of life of an import, so that a second one sees it. */
export function showImport(db: Db): Promise<Life> {
  return keepSign(db, IMPORT_LIFE_MS, async () => undefined);
}

/** `onRenewed` does not reject. */
async function keepSign(db: Db, lifeMs: number, onRenewed: () => Promise<void>): Promise<Life> {
  const id = randomUUID();
  const process = ownName();
  const show = async (forMs: number) => {
    const until = (await timeOf(db)) + forMs;
    await orStoreError(() =>
      signsIn(db).updateOne({ _id: id }, { $set: { process, until } }, { upsert: true }),
    );
  };
  await show(lifeMs);
  const forgotten = (await timeOf(db)) - KEPT_MS;
  await orStoreError(() => signsIn(db).deleteMany({ until: { $lt: forgotten } }));
  let renewed = Promise.resolve();
  const renewal = setInterval(() => {
    // While the server is away nothing can be written, neither by this process nor by an import.
    renewed = renewed.then(() => show(lifeMs).then(onRenewed, () => undefined));
  }, lifeMs / 3);
  return {
    id,
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

/** The processes, but that with the sign `own`, whose signs say that they may have worked in the last so many milliseconds. */
export async function usersOf(db: Db, withinMs: number, own: string | null = null): Promise<string[]> {
  const since = (await timeOf(db)) - withinMs;
  const signs = await orStoreError(() =>
    signsIn(db)
      .find({ until: { $gt: since } }, { sort: { process: 1 } })
      .toArray(),
  );
  return signs.filter(({ _id }) => _id !== own).map(({ process }) => process);
}
