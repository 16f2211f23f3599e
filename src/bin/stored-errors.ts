import { DataDirectoryInUse } from '../adapters/data-directory.ts';
import { NewerSchema, OlderSchema, UnfinishedImport } from '../adapters/store/failure.ts';
import { MongoUrlError } from '../adapters/store/mongo/open.ts';
import { UnreadableVariable } from '../app/configuration/environment.ts';
import { NoData } from '../app/stored.ts';
import { StoreError } from '../ports/store.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printConfigurationErrors } from './print-errors.ts';

/**
 * Reports what keeps a command from reading or filling the bot's store. Throws unexpected errors, which are faults of Slipway.
 * `failed`: what did not work, as the beginning of a sentence with its colon.
 */
export function printStoredError(error: unknown, failed: string): ExitCode {
  if (error instanceof DataDirectoryInUse) {
    const who = error.pid === null ? 'another process' : `process ${error.pid}`;
    console.error(
      `The bot (${who}) uses ${error.path}, and only one process can open its database. ` +
        'Stop the bot, export, and start it again.',
    );
    return EXIT.dataDirectoryInUse;
  }
  if (error instanceof UnreadableVariable) return printConfigurationErrors([error.error]);
  if (error instanceof NoData) {
    const todo = "set DATA_DIR to the bot's directory, or MONGODB_URL to the same value as the bot";
    return printConfigurationErrors([{ path: 'DATA_DIR', what: error.message, todo }]);
  }
  if (error instanceof MongoUrlError) {
    return printConfigurationErrors([
      { path: 'MONGODB_URL', what: error.message, todo: 'set it to the same value as the bot' },
    ]);
  }
  const isKnown = [NewerSchema, OlderSchema, UnfinishedImport, StoreError].some(
    (kind) => error instanceof kind,
  );
  if (!isKnown) throw error;
  console.error(`${failed} ${(error as Error).message}`);
  return EXIT.failed;
}
