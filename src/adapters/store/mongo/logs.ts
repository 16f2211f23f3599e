import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { Binary, type Collection, MongoServerError } from 'mongodb';
import type { Logs, Tail } from '../../../ports/logs.ts';
import { StoreError } from '../../../ports/store.ts';
import { readableLines, startOfLast, TAIL_BYTES } from '../../../runner/output/log.ts';
import { KEPT_BYTES, newlinesIn, type Piece, readAt, StoredLog } from '../../../runner/output/stored-log.ts';
import { logFile, oldFiles, removeFiles } from '../../logs/files.ts';
import { orStoreError } from '../failure.ts';
import { isDuplicateKey } from './documents.ts';

/** A chunk of a log. Where a chunk begins after the end of the one before, the middle of the log was left out. */
export interface LogChunk {
  /** Name of the log and an eight-digit number: `storefront/prod/7:00000001`. */
  _id: string;
  /** Offsets of its first byte, and of the byte after its last, in the printed output. */
  from: number;
  to: number;
  /** Newlines printed before this chunk, and newlines in it. */
  newlinesBefore: number;
  newlines: number;
  data: Binary;
  /** When it was stored, in milliseconds since the epoch. Absent: by an earlier version. */
  at?: number;
}

/** Far below the 16 MB limit of a document; small, since the tail of a log reads one or two. */
const CHUNK_BYTES = 256 * 1024;
/** After this many more bytes of a long log, chunks that no longer belong to its end are removed. */
const CLEAN_BYTES = 1024 * 1024;
/** How many logs are remembered; for others the last chunk is looked up. */
const REMEMBERED = 500;

/** How much of a log is shared. */
interface Shared {
  /** Number of the next chunk. */
  number: number;
  /** Offset at which the last chunk ends. */
  to: number;
  /** Newlines up to that offset. */
  newlines: number;
}

/** How many old chunks one look takes in. */
const OLD_AT_A_TIME = 5_000;

const chunkId = (name: string, number: number) => `${name}:${String(number).padStart(8, '0')}`;

const nameOf = (id: string) => id.slice(0, id.lastIndexOf(':'));

/** `;` is the character after `:`. */
const ofLog = (name: string) => ({ $gte: `${name}:`, $lt: `${name};` });

/**
 * Logs for several processes: the file is on the machine of the worker that writes it, and its content is shared in the
 * database. Each chunk is one insert under its number, so that a repeated insert is never stored twice.
 */
export class MongoLogs implements Logs {
  readonly #chunks: Collection<LogChunk>;
  readonly #dataDirectory: string;
  readonly #shared = new LRUCache<string, Shared>({ max: REMEMBERED });

  readonly #now: () => number;

  /** `now`: the clock by which the age of what is shared is counted. */
  constructor(chunks: Collection<LogChunk>, dataDirectory: string, now: () => number = Date.now) {
    this.#chunks = chunks;
    this.#dataDirectory = dataDirectory;
    this.#now = now;
  }

  file(name: string): string {
    return logFile(this.#dataDirectory, name);
  }

  whole(name: string): string {
    const file = logFile(join('DATA_DIR', 'processes', 'N'), name);
    return `${file} on the host of the worker that ran it, and ${name} in the collection logs of MongoDB`;
  }

  async share(name: string): Promise<void> {
    await orStoreError(async () => {
      const log = await StoredLog.open(this.file(name));
      if (log === null) return;
      try {
        let shared = this.#shared.get(name) ?? (await this.#lookUp(name));
        let cleanedAt = shared.to;
        for (const piece of log.pieces) {
          while (shared.to < piece.to) {
            shared = await this.#append(name, log, piece, shared);
            this.#shared.set(name, shared);
            if (shared.to - cleanedAt < CLEAN_BYTES) continue;
            await this.#clean(name, shared.to);
            cleanedAt = shared.to;
          }
        }
        if (shared.to > cleanedAt) await this.#clean(name, shared.to);
      } finally {
        await log.close();
      }
    });
  }

  async tail(name: string, count: number): Promise<Tail> {
    return await orStoreError(async () => {
      let bytes = Buffer.alloc(0);
      let before = 0;
      let end: LogChunk | null = null;
      let from = 0;
      for await (const chunk of this.#chunks
        .find({ _id: ofLog(name) })
        .sort({ _id: -1 })
        .batchSize(4)) {
        // A gap: the middle of the log was left out.
        if (end !== null && chunk.to !== from) break;
        end ??= chunk;
        from = chunk.from;
        bytes = Buffer.concat([chunk.data.value(), bytes]);
        const start = startOfLast(bytes, count);
        before = chunk.newlinesBefore;
        if (start !== null) {
          before += newlinesIn(bytes.subarray(0, start));
          bytes = bytes.subarray(start);
        }
        if (start !== null || bytes.length >= TAIL_BYTES) break;
      }
      const leftOut = await this.#leftOut(name, end?.to ?? 0);
      return { lines: readableLines(bytes), before, ...(leftOut > 0 ? { leftOut } : {}) };
    });
  }

  async old(before: number): Promise<string[]> {
    return await orStoreError(async () => {
      // What an earlier version stored is counted from now on.
      await this.#chunks.updateMany({ at: { $exists: false } }, { $set: { at: this.#now() } });
      const names = new Set(await oldFiles(this.#dataDirectory, before));
      const old = this.#chunks.find(
        { at: { $lt: before } },
        { projection: { _id: 1 }, limit: OLD_AT_A_TIME },
      );
      for await (const { _id } of old) names.add(nameOf(_id));
      const found: string[] = [];
      for (const name of names) {
        const last = await this.#last(name);
        if (last === null || (last.at ?? before) < before) found.push(name);
      }
      return found;
    });
  }

  async remove(name: string): Promise<void> {
    await orStoreError(async () => {
      await this.#chunks.deleteMany({ _id: ofLog(name) });
      await removeFiles(this.#dataDirectory, name);
    });
  }

  async bytes(): Promise<number | null> {
    try {
      const [stats] = await this.#chunks.aggregate([{ $collStats: { storageStats: {} } }]).toArray();
      const size: unknown = stats?.storageStats?.size;
      if (typeof size !== 'number') return null;
      const isTold = size > 0 || (await this.#chunks.findOne({}, { projection: { _id: 1 } })) === null;
      return isTold ? size : null;
    } catch (error) {
      // Not every server of MongoDB's protocol knows it, and not every user may ask.
      if (error instanceof MongoServerError) return null;
      return await orStoreError(() => Promise.reject(error));
    }
  }

  /** How much an earlier call, even one with an unknown result, has stored. */
  async #lookUp(name: string): Promise<Shared> {
    const last = await this.#last(name);
    return last === null ? { number: 1, to: 0, newlines: 0 } : after(Number(last._id.slice(-8)), last);
  }

  /** The last chunk, without its text; null: nothing is shared. */
  #last(name: string): Promise<LogChunk | null> {
    return this.#chunks.findOne({ _id: ofLog(name) }, { sort: { _id: -1 }, projection: { data: 0 } });
  }

  async #append(
    name: string,
    log: StoredLog,
    piece: Piece,
    { number, to, newlines }: Shared,
  ): Promise<Shared> {
    const from = Math.max(to, piece.from);
    const length = Math.min(CHUNK_BYTES, piece.to - from);
    const data = await readAt(piece.handle, piece.offset + from - piece.from, length);
    if (data.length === 0) throw new StoreError(`the file of the log ${name} became shorter`);
    const chunk: LogChunk = {
      _id: chunkId(name, number),
      from,
      to: from + data.length,
      newlinesBefore: from === to ? newlines : await log.newlinesBefore(piece, from),
      newlines: newlinesIn(data),
      data: new Binary(data),
      at: this.#now(),
    };
    try {
      await this.#chunks.insertOne(chunk);
      return after(number, chunk);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // An earlier call with an unknown result has stored it, perhaps when the file was shorter.
      const stored = await this.#chunks.findOne({ _id: chunk._id }, { projection: { data: 0 } });
      if (stored === null) throw new StoreError(`the log ${name} has lost piece ${number}`);
      return after(number, stored);
    }
  }

  /** Removes chunks that belong neither to the beginning nor to the end of the log. */
  async #clean(name: string, to: number): Promise<void> {
    if (to <= 2 * KEPT_BYTES) return;
    const middle = { from: { $gte: KEPT_BYTES }, to: { $lte: to - KEPT_BYTES } };
    await this.#chunks.deleteMany({ _id: ofLog(name), ...middle });
  }

  async #leftOut(name: string, to: number): Promise<number> {
    if (to <= 2 * KEPT_BYTES) return 0;
    const sizes = await this.#chunks.find({ _id: ofLog(name) }, { projection: { from: 1, to: 1 } }).toArray();
    return to - sizes.reduce((sum, chunk) => sum + chunk.to - chunk.from, 0);
  }
}

function after(number: number, { to, newlinesBefore, newlines }: Omit<LogChunk, 'data'>): Shared {
  return { number: number + 1, to, newlines: newlinesBefore + newlines };
}
