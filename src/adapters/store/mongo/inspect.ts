import { randomUUID } from 'node:crypto';
import {
  type Db,
  MongoCompatibilityError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb';
import * as z from 'zod';
import type { Unreachable } from '../../../ports/forge.ts';
import { howUnreachable } from '../../forges/http/http.ts';
import { NewerSchema, OlderSchema } from '../failure.ts';
import { requireSchema } from './migrations.ts';
import { clientFor, databaseOf, MongoUrlError, PROMISES } from './open.ts';

/** What a MongoDB says of itself. */
export interface MongoFacts {
  /** null: it does not say. */
  version: string | null;
  /** Name of its replica set; null: it is a single server. */
  replicaSet: string | null;
  /** It is reached through `mongos`. */
  isSharded: boolean;
  /** Its time, in milliseconds since the epoch, and the two of this process's clock around it; null: it does not say. */
  clock: { time: number; sentAt: number; heardAt: number } | null;
  /** What keeps this program from using what is stored there; null: nothing. An older schema is migrated at a start. */
  newer: string | null;
}

/** Why a MongoDB could not be used, as far as it was tried. */
export type MongoFault =
  | { kind: 'url'; says: string }
  | { kind: 'unreachable'; how: Unreachable }
  /** It does not believe the user and the password. */
  | { kind: 'login' }
  /** The user may not do what was tried. */
  | { kind: 'forbidden' }
  /** The replica set has no primary now. */
  | { kind: 'noPrimary' }
  /** This program's driver does not speak with so old a server. */
  | { kind: 'old' }
  /** No majority had the write in time. */
  | { kind: 'noMajority' }
  | { kind: 'other'; says: string };

export class MongoFailed extends Error {
  constructor(readonly fault: MongoFault) {
    super(fault.kind);
    this.name = 'MongoFailed';
  }
}

const hello = z.object({
  setName: z.string().optional(),
  msg: z.string().optional(),
  localTime: z.date().optional(),
});
const build = z.object({ version: z.string() });

export interface MongoInspection {
  facts: MongoFacts;
  /** Writes something of no meaning to a majority, reads it, and removes it. Throws `MongoFailed`. */
  write(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to a MongoDB and asks what it is. `timeoutMs`: of each single step. Throws `MongoFailed`. */
export async function inspectMongo(
  url: string,
  { timeoutMs, now }: { timeoutMs: number; now: () => number },
): Promise<MongoInspection> {
  const client = opened(url, timeoutMs);
  const close = () => client.close();
  try {
    // The server's own answer comes before the time is over.
    const writeConcern = { ...PROMISES.writeConcern, wtimeoutMS: timeoutMs / 2 };
    const db = client.db(databaseOf(url), { ...PROMISES, writeConcern });
    const facts = await failing(() => factsOf(db, now));
    return { facts, write: () => failing(() => writeTo(db)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function opened(url: string, timeoutMs: number) {
  try {
    return clientFor(url, {
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
      waitQueueTimeoutMS: timeoutMs,
      appName: 'slipway doctor',
    });
  } catch (error) {
    if (!(error instanceof MongoUrlError)) throw error;
    throw new MongoFailed({ kind: 'url', says: error.message });
  }
}

async function factsOf(db: Db, now: () => number): Promise<MongoFacts> {
  // Connecting is not counted as the time of the answer.
  await db.command({ ping: 1 });
  const sentAt = now();
  const said = hello.parse(await db.command({ hello: 1 }));
  const heardAt = now();
  const { data: built } = build.safeParse(await db.admin().command({ buildInfo: 1 }));
  return {
    version: built?.version ?? null,
    replicaSet: said.setName ?? null,
    isSharded: said.msg === 'isdbgrid',
    clock: said.localTime === undefined ? null : { time: said.localTime.getTime(), sentAt, heardAt },
    newer: await newerSchema(db),
  };
}

async function newerSchema(db: Db): Promise<string | null> {
  try {
    await requireSchema(db);
    return null;
  } catch (error) {
    if (error instanceof OlderSchema) return null;
    if (error instanceof NewerSchema) return error.message;
    throw error;
  }
}

/** In a collection of its own, which nothing else reads, so that no document of Slipway is touched. */
async function writeTo(db: Db): Promise<void> {
  const own = db.collection<{ _id: string }>(`doctor-${randomUUID()}`);
  let read: object | null;
  try {
    await own.insertOne({ _id: 'doctor' });
    read = await own.findOne({ _id: 'doctor' });
  } catch (error) {
    // It may be there all the same.
    await own.drop().catch(() => undefined);
    throw error;
  }
  await own.drop();
  if (read === null) throw new MongoFailed({ kind: 'other', says: 'what it had stored could not be read' });
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MongoFailed ? error : new MongoFailed(faultOf(error));
  }
}

/** Codes of the server, and of Atlas. */
const LOGIN = [18, 8000];
const FORBIDDEN = 13;

/** What an error of the driver means. */
export function faultOf(error: unknown): MongoFault {
  if (error instanceof MongoWriteConcernError) return { kind: 'noMajority' };
  if (error instanceof MongoCompatibilityError) return { kind: 'old' };
  if (error instanceof MongoServerSelectionError) {
    const { servers, compatible } = error.reason ?? { servers: new Map(), compatible: true };
    if (compatible === false) return { kind: 'old' };
    const all = [...servers.values()];
    if (all.some(({ type }) => type !== 'Unknown')) return { kind: 'noPrimary' };
    const failed = all.find((server) => server.error !== null)?.error;
    return failed === undefined ? { kind: 'unreachable', how: 'silence' } : faultOf(failed);
  }
  if (error instanceof MongoServerError) {
    if (LOGIN.includes(Number(error.code))) return { kind: 'login' };
    return error.code === FORBIDDEN ? { kind: 'forbidden' } : { kind: 'other', says: error.message };
  }
  if (error instanceof MongoNetworkTimeoutError) return { kind: 'unreachable', how: 'silence' };
  if (error instanceof z.ZodError) return { kind: 'other', says: 'it is no MongoDB, by its answer' };
  return { kind: 'unreachable', how: howUnreachable(error) };
}
