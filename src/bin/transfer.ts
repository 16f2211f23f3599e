import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataDirectoryInUse } from '../adapters/data-directory.ts';
import { readOne } from '../app/configuration/environment.ts';
import { openStored, type Stored } from '../app/stored.ts';
import { exportLines } from '../app/transfer/export.ts';
import { totalOf } from '../app/transfer/format.ts';
import { fill, verify } from '../app/transfer/import.ts';
import { originOf, portableOf } from '../app/transfer/portable.ts';
import type { Problem } from '../app/transfer/read.ts';
import { InUse, type Listed, NotEmpty, NotTheSame, Unreadable, WrongFile } from '../app/transfer/refused.ts';
import { NotKept, spool } from '../app/transfer/spool.ts';
import type { Counts } from '../ports/portable.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { isUnusableFile, printConfigurationErrors, printUnusableDirectory } from './print-errors.ts';
import { printStoredError } from './stored-errors.ts';
import { version } from './version.ts';

/** Writes everything that is stored, but logs and artifacts, to standard output. */
export async function exportStore(): Promise<ExitCode> {
  try {
    const stored = await openStored(process.env, 'read');
    try {
      const lines = exportLines(portableOf(stored), originOf(stored, version(), Date.now()));
      let counts: Counts | null = null;
      const piece = async function* () {
        counts = yield* lines;
      };
      await pipeline(Readable.from(piece()), process.stdout, { end: false });
      if (counts !== null) say(`Exported ${documents(counts)}.`);
    } finally {
      await stored.close();
    }
    return EXIT.ok;
  } catch (error) {
    return printError(error, 'The export failed, and the file is not whole:');
  }
}

/** Fills an empty store with what is read from standard input. */
export async function importStore(): Promise<ExitCode> {
  if (process.stdin.isTTY) {
    console.error('There is no file to import. Give one: slipway import < FILE');
    return EXIT.wrong;
  }
  try {
    const file = await spool(process.stdin);
    let opened: Stored | null = null;
    try {
      say('Reading the file.');
      const { counts } = await verify(file);
      say('The file is whole. Opening the store.');
      opened = await openStored(process.env, 'fill');
      say('Writing, and comparing what was written.');
      await fill(portableOf(opened), file, progress());
      say(`Imported ${documents(counts)}. Logs and artifacts are not in an export.`);
    } finally {
      await opened?.close();
      await file.close();
    }
    return EXIT.ok;
  } catch (error) {
    return printError(error, 'The import failed:');
  }
}

/** On standard error, as standard output may be the file. */
function say(text: string): void {
  console.error(text);
}

/** How often an import says how far it is, in documents. */
const PROGRESS_EVERY = 5_000;

function progress(): (written: number) => void {
  let said = 0;
  return (written) => {
    if (written - said < PROGRESS_EVERY) return;
    said = written;
    say(`${written} documents are written.`);
  };
}

function documents(counts: Counts): string {
  const each = Object.entries(counts).filter(([, count]) => count > 0);
  return `${totalOf(counts)} documents (${each.map(([name, count]) => `${name}: ${count}`).join(', ')})`;
}

function printError(error: unknown, failed: string): ExitCode {
  if (error instanceof WrongFile) {
    console.error(`The file cannot be imported; nothing was changed. ${places(error.problems)}:\n`);
    for (const { line, says } of error.problems.first)
      console.error(line === null ? `the file: ${says}` : `line ${line}: ${says}`);
    console.error('\nTake another copy of the file, export again, or import with the version that wrote it.');
    return EXIT.wrong;
  }
  if (error instanceof Unreadable) {
    console.error(`${failed} it has documents that nobody could import. ${places(error.faults)}:\n`);
    for (const fault of error.faults.first) console.error(fault);
    console.error('\nExport with the Slipway that wrote them, or repair them in the database.');
    return EXIT.failed;
  }
  if (error instanceof NotEmpty) {
    const what = `names a store that cannot be imported into: ${error.message}. Nothing was changed`;
    const todo = 'set it to another directory or database, which is empty';
    return printConfigurationErrors([
      { path: readOne('MONGODB_URL', process.env) === null ? 'DATA_DIR' : 'MONGODB_URL', what, todo },
    ]);
  }
  if (error instanceof InUse) {
    console.error(
      `${failed} the database is in use by ${error.users.join(', ')}. Stop every bot and worker and try again; ` +
        'one that was killed counts as alive for 30 seconds. Nothing was changed.',
    );
    return EXIT.dataDirectoryInUse;
  }
  if (error instanceof NotTheSame) {
    console.error(`${failed} ${error.message}. The store is empty again; import again.`);
    return EXIT.failed;
  }
  if (error instanceof NotKept) {
    console.error(`${failed} ${error.message}. TMPDIR may name another directory. Nothing was changed.`);
    return EXIT.failed;
  }
  if (isUnusableFile(error))
    return printUnusableDirectory(error, readOne('DATA_DIR', process.env) ?? '.slipway');
  if (error instanceof DataDirectoryInUse) {
    console.error(error.message);
    return EXIT.dataDirectoryInUse;
  }
  return printStoredError(error, failed);
}

function places({ first, total }: Listed<string | Problem>): string {
  const count = total === 1 ? '1 error' : `${total} errors`;
  return first.length < total ? `${count}, the first ${first.length}` : count;
}
