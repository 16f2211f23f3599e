import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type AuditFormat, auditLines } from '../app/audit/audit-lines.ts';
import { openAuditStore } from '../app/audit/audit-store.ts';
import { auditTrail } from '../flow/views/audit.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printStoredError } from './stored-errors.ts';

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
    const code = printStoredError(error, 'The audit could not be read:');
    if (code === EXIT.dataDirectoryInUse)
      console.error('With MongoDB and Redis, the audit can be read while the bot runs.');
    return code;
  }
}
