import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Binary, type Collection } from 'mongodb';
import type { Logs, Tail } from '../../../ports/logs.ts';
import { StoreError } from '../../../ports/store.ts';
import { hasCode } from '../../../runner/errno.ts';
import {
  newlinesBetween,
  newlinesIn,
  readAt,
  readableLines,
  startOfLast,
  TAIL_BYTES,
} from '../../../runner/log.ts';
import { logFile } from '../../logs/files.ts';
import { orStoreError } from '../failure.ts';
import { isDuplicateKey } from './errors.ts';

/**
 * A piece of a log. The pieces of a log follow each other without a gap; the end of a very long one stands apart and says
 * how much is left out before it.
 */
export interface LogChunk {
  /** Name of the log and eight digits: `storefront/prod/7:00000001`. */
  _id: string;
  /** The bytes of the log's file that it holds, up to and without `to`. */
  from: number;
  to: number;
  /** Newlines of the file before it, and in it. */
  newlinesBefore: number;
  newlines: number;
  /** Goes before `data` and is no part of the file; empty: nothing is left out. */
  note: string;
  data: Binary;
}

/** Far below the 16 MB of a document; small, as the tail of a log reads one or two. */
const CHUNK_BYTES = 256 * 1024;
/** Nobody reads more of a log in Slack, and a command that prints for ever must not fill the database. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** Of a longer log its end is kept too: what went wrong stands there. */
const END_BYTES = 64 * 1024;
/** After all numbers that pieces get, so that the end comes last. */
const END_NUMBER = 99_999_999;
/** How many logs are remembered; of others the last piece is looked up. */
const REMEMBERED = 500;

/** How far a log was shared. */
interface Shared {
  /** Of the next piece. */
  number: number;
  /** Bytes stored, without the end of a very long log. */
  to: number;
  /** Newlines of the file are counted up to here. */
  counted: { to: number; newlines: number };
  /** Bytes of the file when its end was stored; 0: it was not. */
  endedAt: number;
}

const chunkId = (name: string, number: number) => `${name}:${String(number).padStart(8, '0')}`;

/** `;` is the character after `:`. */
const ofLog = (name: string) => ({ $gte: `${name}:`, $lt: `${name};` });

/**
 * Logs for many processes: the file is on the machine of the worker that writes it, what is shared is in the database.
 * Each piece is one insert under its number, so that one of unknown outcome is never stored twice.
 */
export class MongoLogs implements Logs {
  readonly #chunks: Collection<LogChunk>;
  readonly #dataDirectory: string;
  readonly #shared = new Map<string, Shared>();

  constructor(chunks: Collection<LogChunk>, dataDirectory: string) {
    this.#chunks = chunks;
    this.#dataDirectory = dataDirectory;
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
      const handle = await openIfThere(this.file(name));
      if (handle === null) return;
      try {
        const { size } = await handle.stat();
        let shared = this.#shared.get(name) ?? (await this.#lookUp(name));
        while (shared.to < Math.min(size, KEPT_BYTES)) {
          shared = await this.#append(name, handle, shared);
          this.#remember(name, shared);
        }
        if (size > Math.max(KEPT_BYTES, shared.endedAt)) {
          this.#remember(name, await this.#putEnd(name, handle, size, shared));
        }
      } finally {
        await handle.close();
      }
    });
  }

  async tail(name: string, count: number): Promise<Tail> {
    return await orStoreError(async () => {
      let bytes = Buffer.alloc(0);
      let before = 0;
      for await (const chunk of this.#chunks
        .find({ _id: ofLog(name) })
        .sort({ _id: -1 })
        .batchSize(4)) {
        const note = Buffer.from(chunk.note);
        bytes = Buffer.concat([note, chunk.data.value(), bytes]);
        const start = startOfLast(bytes, count);
        before = chunk.newlinesBefore;
        if (start !== null) {
          before += newlinesIn(bytes.subarray(note.length, Math.max(start, note.length)));
          bytes = bytes.subarray(start);
        }
        if (start !== null || bytes.length >= TAIL_BYTES) break;
      }
      return { lines: readableLines(bytes), before };
    });
  }

  /** What an earlier call, or one of unknown outcome, has stored. */
  async #lookUp(name: string): Promise<Shared> {
    const last = await this.#chunks.findOne(
      { _id: { ...ofLog(name), $lt: chunkId(name, END_NUMBER) } },
      { sort: { _id: -1 }, projection: { data: 0 } },
    );
    if (last === null) return { number: 1, to: 0, counted: { to: 0, newlines: 0 }, endedAt: 0 };
    return after(Number(last._id.slice(-8)), last);
  }

  async #append(name: string, handle: FileHandle, { number, to: from, counted }: Shared): Promise<Shared> {
    const data = await readAt(handle, from, Math.min(CHUNK_BYTES, KEPT_BYTES - from));
    if (data.length === 0) throw new StoreError(`the file of the log ${name} became shorter`);
    const chunk: LogChunk = {
      _id: chunkId(name, number),
      from,
      to: from + data.length,
      newlinesBefore: counted.newlines,
      newlines: newlinesIn(data),
      note: '',
      data: new Binary(data),
    };
    try {
      await this.#chunks.insertOne(chunk);
      return after(number, chunk);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // A call of unknown outcome has stored it, perhaps when the file was shorter.
      const stored = await this.#chunks.findOne({ _id: chunk._id }, { projection: { data: 0 } });
      if (stored === null) throw new StoreError(`the log ${name} has lost piece ${number}`);
      return after(number, stored);
    }
  }

  /** Stores the end of the file as it is now in the place of an earlier end. */
  async #putEnd(name: string, handle: FileHandle, size: number, shared: Shared): Promise<Shared> {
    let from = Math.max(KEPT_BYTES, size - END_BYTES);
    let data = await readAt(handle, from, size - from);
    if (from > KEPT_BYTES) {
      const line = data.indexOf('\n') + 1;
      data = data.subarray(line);
      from += line;
    }
    const { to, newlines } = shared.counted;
    const newlinesBefore = newlines + (await newlinesBetween(handle, to, from));
    const [last] = await readAt(handle, KEPT_BYTES - 1, 1);
    const chunk: LogChunk = {
      _id: chunkId(name, END_NUMBER),
      from,
      to: size,
      newlinesBefore,
      newlines: newlinesIn(data),
      note: from === KEPT_BYTES ? '' : noteOf(from - KEPT_BYTES, last === '\n'.charCodeAt(0)),
      data: new Binary(data),
    };
    try {
      await this.#chunks.insertOne(chunk);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await this.#chunks.replaceOne({ _id: chunk._id, to: { $lt: size } }, chunk);
    }
    return { ...shared, counted: { to: from, newlines: newlinesBefore }, endedAt: size };
  }

  /** A log that is done is forgotten when many others were shared after it. */
  #remember(name: string, shared: Shared): void {
    this.#shared.delete(name);
    this.#shared.set(name, shared);
    if (this.#shared.size <= REMEMBERED) return;
    for (const oldest of this.#shared.keys()) {
      this.#shared.delete(oldest);
      return;
    }
  }
}

function after(number: number, { to, newlinesBefore, newlines }: Omit<LogChunk, 'data'>): Shared {
  return { number: number + 1, to, counted: { to, newlines: newlinesBefore + newlines }, endedAt: 0 };
}

function noteOf(bytes: number, onNewLine: boolean): string {
  return `${onNewLine ? '' : '\n'}[${bytes.toLocaleString('en-US')} bytes of this log are left out here]\n`;
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
