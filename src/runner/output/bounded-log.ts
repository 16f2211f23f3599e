import { type FileHandle, mkdir, open, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  endOf,
  type Gap,
  gapsOf,
  KEPT_BYTES,
  newlinesBetween,
  newlinesIn,
  piecesOf,
  readAt,
  readGaps,
  type Segment,
  StoredLog,
  segmentName,
  segmentsOf,
} from './stored-log.ts';

/** The end of the output goes into so many files, and the oldest goes when the others are enough. */
const SEGMENTS = 32;
const NEWLINE = 10;

interface Written extends Segment {
  size: number;
}

/**
 * The log of one command: of its output the first and the last 8 MB are kept, and never more than that, and a part of a
 * file, is on disk. While it runs, the end stands beside the file of the beginning (`endOf`); at its end it is put there, after
 * a note of what is left out. A log that exists is gone on with.
 */
export class BoundedLog {
  readonly #file: string;
  readonly #beginning: FileHandle;
  readonly #keptBytes: number;
  /** Bytes that still go to the beginning. */
  #room: number;
  /** Bytes and newlines that were printed so far. */
  #to: number;
  #newlines: number;
  readonly #segments: Written[] = [];
  #end: FileHandle | null = null;

  private constructor(file: string, beginning: FileHandle, to: number, newlines: number, keptBytes: number) {
    this.#keptBytes = keptBytes;
    this.#room = keptBytes;
    this.#file = file;
    this.#beginning = beginning;
    this.#to = to;
    this.#newlines = newlines;
  }

  static async open(file: string, keptBytes = KEPT_BYTES): Promise<BoundedLog> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const beginning = await open(file, 'a', 0o600);
    try {
      // Left by a process that was killed.
      await putTogether(file);
      const log = await StoredLog.open(file);
      const last = log?.pieces.at(-1);
      const newlines = log && last ? await log.newlinesBefore(last, last.to) : 0;
      await log?.close();
      return new BoundedLog(file, beginning, log?.to ?? 0, newlines, keptBytes);
    } catch (error) {
      await beginning.close();
      throw error;
    }
  }

  async write(bytes: Buffer): Promise<void> {
    const first = bytes.subarray(0, this.#room);
    if (first.length > 0) {
      await this.#beginning.writeFile(first);
      this.#room -= first.length;
      this.#count(first);
    }
    for (let at = first.length; at < bytes.length; ) {
      const { segment, handle } = await this.#segment();
      const part = bytes.subarray(at, at + this.#segmentBytes - segment.size);
      await handle.writeFile(part);
      segment.size += part.length;
      this.#count(part);
      at += part.length;
    }
  }

  async close(): Promise<void> {
    await this.#end?.close();
    await this.#beginning.close();
    await putTogether(this.#file);
  }

  get #segmentBytes(): number {
    return Math.ceil(this.#keptBytes / SEGMENTS);
  }

  #count(bytes: Buffer): void {
    this.#to += bytes.length;
    this.#newlines += newlinesIn(bytes);
  }

  /** One with room. */
  async #segment(): Promise<{ segment: Written; handle: FileHandle }> {
    const last = this.#segments.at(-1);
    if (last && this.#end && last.size < this.#segmentBytes) return { segment: last, handle: this.#end };
    await this.#end?.close();
    this.#end = null;
    const directory = endOf(this.#file);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    let kept = this.#segments.reduce((sum, { size }) => sum + size, 0);
    for (
      let oldest = this.#segments[0];
      oldest && kept - oldest.size >= this.#keptBytes;
      oldest = this.#segments[0]
    ) {
      await rm(join(directory, oldest.name));
      kept -= oldest.size;
      this.#segments.shift();
    }
    const segment: Written = {
      name: segmentName(this.#to, this.#newlines),
      from: this.#to,
      newlinesBefore: this.#newlines,
      size: 0,
    };
    const handle = await open(join(directory, segment.name), 'a', 0o600);
    this.#segments.push(segment);
    this.#end = handle;
    return { segment, handle };
  }
}

/**
 * Puts the end of a log to its beginning, after a note of what is left out between them, a file at a time. It may be killed and
 * called again: how much was put there is told by the size of the file.
 */
async function putTogether(file: string): Promise<void> {
  const segments = await segmentsOf(file);
  const [oldest] = segments;
  if (oldest !== undefined) {
    await noteGap(file, oldest);
    for (const segment of segments) await append(file, segment);
  }
  await rm(endOf(file), { recursive: true, force: true });
}

/** Notes what was printed between the beginning and the oldest of the end, if anything was. */
async function noteGap(file: string, oldest: Segment): Promise<void> {
  const gaps = await readGaps(file);
  const { size } = await stat(file);
  const last = gaps.at(-1);
  if (last && size < last.at + last.note) {
    await truncate(file, last.at);
    gaps.pop();
  }
  const handle = await open(file, 'a+', 0o600);
  try {
    const { to, newlines, at } = await beginningOf(handle, gaps);
    const bytes = oldest.from - to;
    if (bytes <= 0) return;
    const isOnNewLine = at === 0 || (await readAt(handle, at - 1, 1))[0] === NEWLINE;
    const note = Buffer.from(noteOf(bytes, oldest.newlinesBefore - newlines, isOnNewLine));
    const { newlinesBefore } = oldest;
    const text = JSON.stringify([...gaps, { at, note: note.length, bytes, newlinesBefore } satisfies Gap]);
    await writeFile(`${gapsOf(file)}.half`, text, { mode: 0o600 });
    await rename(`${gapsOf(file)}.half`, gapsOf(file));
    await handle.writeFile(note);
  } finally {
    await handle.close();
  }
}

async function append(file: string, { name, from }: Segment): Promise<void> {
  const [log, segment] = [await open(file, 'a+', 0o600), await open(join(endOf(file), name), 'r')];
  try {
    const { to } = await beginningOf(log, await readGaps(file));
    const bytes = await segment.readFile();
    await log.writeFile(bytes.subarray(Math.max(0, to - from)));
  } finally {
    await log.close();
    await segment.close();
  }
  await rm(join(endOf(file), name));
}

/** What the file has by itself: where that ends, in what was printed and in the file. */
async function beginningOf(handle: FileHandle, gaps: readonly Gap[]) {
  const { size } = await handle.stat();
  const last = piecesOf(handle, size, gaps).at(-1);
  if (last === undefined) return { to: 0, newlines: 0, at: size };
  const { offset, from, to, newlinesBefore } = last;
  const newlines = newlinesBefore + (await newlinesBetween(handle, offset, offset + to - from));
  return { to, newlines, at: size };
}

function noteOf(bytes: number, lines: number, isOnNewLine: boolean): string {
  const [of, count] = [bytes.toLocaleString('en-US'), lines.toLocaleString('en-US')];
  return `${isOnNewLine ? '' : '\n'}[${of} bytes (${count} lines) of this output are left out here]\n`;
}
