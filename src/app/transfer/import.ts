import { readKnownRecord } from '../../adapters/store/documents/collections.ts';
import type { Collection, Counts, Portable, Records } from '../../ports/portable.ts';
import type { Header } from './format.ts';
import { totalOf } from './format.ts';
import { Digest, type Problem, readExport } from './read.ts';
import { Listed, mustBeUnused, NotEmpty, NotTheSame, WrongFile } from './refused.ts';
import type { Spool } from './spool.ts';

/** Documents that are added at a time. */
const BATCH = 200;

/** Reads the whole file and changes nothing. Throws `WrongFile`. */
export async function verify(file: Spool): Promise<{ header: Header; counts: Counts }> {
  const problems = new Listed<Problem>();
  let header: Header | null = null;
  let counts: Counts | null = null;
  for await (const item of readExport(file.read())) {
    if (item.kind === 'header') header = item.header;
    else if (item.kind === 'end') counts = item.counts;
    else if (item.kind === 'problem') problems.add(item.problem);
  }
  if (problems.total > 0 || header === null || counts === null) throw new WrongFile(problems);
  return { header, counts };
}

/**
 * Fills an empty store with the documents of a verified file; one that is half filled is emptied first. It is marked
 * meanwhile: whoever kills this process leaves the mark, and no process starts on it. What was written is read back and
 * compared. Throws `InUse` and `NotEmpty`, with nothing changed. After any other error the store is empty again, if it
 * still answers; else it stays marked. `onWritten` hears how many documents are written so far.
 */
export async function fill(
  portable: Portable,
  file: Spool,
  onWritten: (documents: number) => void = () => {},
): Promise<void> {
  await mustBeUnused(portable, 0);
  const isHalfFilled = await portable.isUnfinished();
  if (!isHalfFilled) await mustBeEmpty(portable);
  await portable.begin();
  try {
    // Again, as a process may have begun before it could see the mark.
    await mustBeUnused(portable, 0);
    if (!isHalfFilled) await mustBeEmpty(portable);
  } catch (error) {
    if (!isHalfFilled) await portable.finish();
    throw error;
  }
  try {
    if (isHalfFilled) await portable.clear();
    const written = await write(portable, file, onWritten);
    if ((await digestOf(portable)) !== written) throw new NotTheSame();
  } catch (error) {
    await portable
      .clear()
      .then(() => portable.finish())
      .catch(() => undefined);
    throw error;
  }
  await portable.finish();
}

async function mustBeEmpty(portable: Portable): Promise<void> {
  const counts = await portable.counts();
  if (totalOf(counts) > 0) throw new NotEmpty(counts);
}

/** Returns the checksum of the documents. */
async function write(
  portable: Portable,
  file: Spool,
  onWritten: (documents: number) => void,
): Promise<string> {
  const digest = new Digest();
  let of: Collection | null = null;
  let batch: Records[Collection][] = [];
  let written = 0;
  const flush = async () => {
    if (of !== null && batch.length > 0) await portable.add(of, batch);
    written += batch.length;
    batch = [];
    onWritten(written);
  };
  for await (const item of readExport(file.read())) {
    if (item.kind === 'problem') throw new WrongFile(listed(item.problem));
    if (item.kind !== 'record') continue;
    if (item.collection !== of || batch.length === BATCH) await flush();
    of = item.collection;
    batch.push(item.record);
    digest.add(item.collection, item.record);
  }
  await flush();
  return digest.hex;
}

async function digestOf(portable: Portable): Promise<string> {
  const digest = new Digest();
  for await (const { collection, documents } of portable.pages()) {
    for (const { id, value } of documents) digest.add(collection, readKnownRecord(collection, id, value));
  }
  return digest.hex;
}

/** The file was verified, so it was changed since. */
function listed(problem: Problem): Listed<Problem> {
  const problems = new Listed<Problem>();
  problems.add(problem);
  return problems;
}
