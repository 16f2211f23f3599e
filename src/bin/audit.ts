import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataDirectoryInUse } from '../adapters/data-directory.ts';
import { NewerSchema, OlderSchema } from '../adapters/store/failure.ts';
import { MongoUrlError } from '../adapters/store/mongo/open.ts';
import { type AuditFormat, auditLines } from '../app/audit/audit-lines.ts';
import { NoData, openAuditStore } from '../app/audit/audit-store.ts';
import { UnreadableVariable } from '../app/configuration/environment.ts';
import { auditTrail } from '../flow/views/audit.ts';
import { StoreError } from '../ports/store.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printConfigurationErrors } from './print-errors.ts';

/** Options of `slipway audit`. */
export interface AuditCommand {
  product?: string;
  /** Milliseconds since the epoch. */
  since?: number;
  format: AuditFormat;
}

/** Writes every recorded command to standard output, oldest first, while reading. */
export async function audit({ product, since, format }: AuditCommand): Promise<ExitCode> {
  try {
    const { store, close } = await openAuditStore(process.env);
    try {
      const of = { product: product ?? null, since: since ?? 0 };
      await pipeline(Readable.from(auditLines(auditTrail(store, of), format)), process.stdout, {
        end: false,
      });
    } finally {
      await close();
    }
    return EXIT.ok;
  } catch (error) {
    return printError(error);
  }
}

/** Reports an expected error. Throws unexpected ones, which are faults of Slipway. */
function printError(error: unknown): ExitCode {
  if (error instanceof DataDirectoryInUse) {
    const who = error.pid === null ? 'another process' : `process ${error.pid}`;
    console.error(
      `The bot (${who}) uses ${error.path}, and only one process can open its database. ` +
        'Stop the bot, export, and start it again. With MongoDB and Redis, the audit can be read while the bot runs.',
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
  if (error instanceof NewerSchema || error instanceof OlderSchema || error instanceof StoreError) {
    console.error(`The audit could not be read: ${error.message}`);
    return EXIT.failed;
  }
  throw error;
}
