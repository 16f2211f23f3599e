import { createHash } from 'node:crypto';
import { idOf, readKnownRecord } from '../../adapters/store/documents/collections.ts';
import { CorruptDocument } from '../../adapters/store/documents/parse.ts';
import { DOCUMENTS_VERSION } from '../../adapters/store/documents/version.ts';
import { COLLECTIONS, type Collection, type Counts, type Records } from '../../ports/portable.ts';
import {
  anyHeader,
  documentLine,
  FORMAT,
  type Header,
  header,
  lastLine,
  lineOfRecord,
  noCounts,
} from './format.ts';
import { LineTooLong, linesOf } from './lines.ts';

/** Something that is wrong with a file. */
export interface Problem {
  /** From 1; null: it is about the whole file. */
  line: number | null;
  says: string;
}

/** What a file consists of, in this order. Problems may stand anywhere; without any, `end` is the last item. */
export type Item =
  | { kind: 'header'; header: Header }
  | { kind: 'record'; collection: Collection; record: Records[Collection] }
  | { kind: 'problem'; problem: Problem }
  | { kind: 'end'; counts: Counts };

const problem = (line: number | null, says: string): Item => ({ kind: 'problem', problem: { line, says } });

/**
 * Reads an exported file, of this version or an older one, in one pass: nothing of it is kept. After what is wrong with a
 * document it reads on; after what makes everything else unreadable it ends.
 */
export async function* readExport(source: AsyncIterable<Uint8Array>): AsyncGenerator<Item> {
  const reader = new Reader();
  try {
    for await (const bytes of linesOf(source)) {
      yield* reader.read(bytes);
      if (reader.isOver) return;
    }
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    yield problem(reader.line + 1, error.message);
    return;
  }
  yield* reader.end();
}

class Reader {
  readonly #hash = createHash('sha256');
  readonly #counts = noCounts();
  #line = 0;
  #begun = false;
  #last: { at: number; id: Buffer } | null = null;
  #ended: Counts | null = null;
  #over = false;

  get line(): number {
    return this.#line;
  }

  /** Nothing after this can be understood. */
  get isOver(): boolean {
    return this.#over;
  }

  *read(bytes: Buffer): Generator<Item> {
    this.#line += 1;
    if (this.#ended) {
      this.#over = true;
      yield problem(this.#line, 'comes after the last line of the export');
      return;
    }
    const value = parsed(bytes);
    if (!this.#begun) {
      yield this.#first(value);
      this.#hash.update(bytes);
      return;
    }
    const line = documentLine.safeParse(value);
    if (line.success) {
      this.#hash.update(bytes);
      yield this.#document(line.data.in, line.data.document);
      return;
    }
    const last = lastLine.safeParse(value);
    if (last.success) {
      this.#ended = last.data.counts;
      yield* this.#check(last.data);
      return;
    }
    this.#hash.update(bytes);
    yield problem(this.#line, saidOf(value));
  }

  *end(): Generator<Item> {
    if (this.#line === 0) yield problem(null, 'it is empty');
    else if (!this.#ended)
      yield problem(
        null,
        `it ends after line ${this.#line} without the last line of an export: it is cut off`,
      );
    else yield { kind: 'end', counts: this.#ended };
  }

  #first(value: unknown): Item {
    this.#begun = true;
    const known = header.safeParse(value);
    const { data } = anyHeader.safeParse(value);
    if (data && (data.format > FORMAT || data.documents > DOCUMENTS_VERSION)) {
      this.#over = true;
      const { version, documents } = data;
      return problem(
        this.#line,
        `was written by a newer Slipway (${version}, documents of version ${documents}; this one reads up to ${DOCUMENTS_VERSION}): import with that version`,
      );
    }
    if (known.success) return { kind: 'header', header: known.data };
    this.#over = true;
    return problem(this.#line, 'is not the first line of an export of Slipway');
  }

  #document(collection: Collection, document: unknown): Item {
    this.#counts[collection] += 1;
    try {
      const record = readKnownRecord(collection, null, document);
      const misplaced = this.#misplaced(collection, idOf(record));
      if (misplaced !== null) return problem(this.#line, misplaced);
      return { kind: 'record', collection, record };
    } catch (error) {
      if (error instanceof CorruptDocument) return problem(this.#line, error.message);
      throw error;
    }
  }

  /** Documents are in order, so that two with one id are found without remembering any. */
  #misplaced(collection: Collection, id: string): string | null {
    const here = { at: COLLECTIONS.indexOf(collection), id: Buffer.from(id) };
    const last = this.#last;
    if (last !== null && last.at === here.at && last.id.equals(here.id))
      return `has ${collection} ${id} again`;
    if (last !== null && (here.at < last.at || (here.at === last.at && here.id.compare(last.id) < 0)))
      return `has ${collection} ${id}, which belongs before the line above`;
    this.#last = here;
    return null;
  }

  *#check({ counts, sha256 }: { counts: Counts; sha256: string }): Generator<Item> {
    for (const collection of COLLECTIONS) {
      const [said, found] = [counts[collection], this.#counts[collection]];
      if (said !== found)
        yield problem(this.#line, `says that ${collection} has ${said} documents; there are ${found}`);
    }
    if (this.#hash.digest('hex') !== sha256)
      yield problem(
        this.#line,
        'has another checksum than the lines before it: they were changed or damaged',
      );
  }
}

/** undefined: it is not JSON in UTF-8. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function saidOf(value: unknown): string {
  if (value === undefined) return 'is not JSON';
  const named = typeof value === 'object' && value !== null && 'in' in value ? value.in : undefined;
  if (typeof named !== 'string') return 'is no line of an export';
  const isKnown = COLLECTIONS.some((collection) => collection === named);
  return isKnown
    ? 'has more than a document'
    : `has a document of ${named}, of which this Slipway knows nothing`;
}

/** The checksum of documents, however they got here: what was written can be compared with what was read. */
export class Digest {
  readonly #hash = createHash('sha256');

  add<C extends Collection>(collection: C, record: Records[C]): void {
    this.#hash.update(lineOfRecord(collection, record));
  }

  get hex(): string {
    return this.#hash.copy().digest('hex');
  }
}
