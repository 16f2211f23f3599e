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

/** The end of the output is kept in this many files. The oldest is removed when the others suffice. */
const SEGMENTS = 32;
const NEWLINE = 10;

interface Written extends Segment {
  size: number;
}

/**
 * The log of one command. It keeps the first and the last 8 MB of the output; on disk there is never more than that
 * plus part of a file. While the command runs, the end is stored beside the file with the beginning (`endOf`). At the
 * end it is appended to that file, after a note about what was left out. An existing log is continued.
 */
export class BoundedLog {
  readonly #file: string;
  readonly #beginning: FileHandle;
  readonly #keptBytes: number;
  /** Number of bytes that still go to the beginning. */
  #room: number;
  /** Number of bytes and newlines printed so far. */
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

  /**
   * Opens or creates the log, and first finishes one that a killed process left. `keptBytes`: size of the beginning,
   * and of the end.
   */
  static async open(file: string, keptBytes = KEPT_BYTES): Promise<BoundedLog> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const beginning = await open(file, 'a', 0o600);
    try {
      // A killed process may have left the end in separate files.
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

  /** The last segment if it has room, otherwise a new one. Removes the oldest segments when the others suffice. */
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
 * Appends the end of a log to its beginning, file by file, after a note about what was left out between them. It may
 * be killed and called again: the size of the file shows how much was appended.
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

/** Writes a note about what was printed between the beginning and the oldest segment, if anything was. */
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

/** The current end of the file: as a position and a newline count in the printed output, and as a position in the file. */
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
