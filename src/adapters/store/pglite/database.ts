import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Connection, createCluster, type Rows } from './connection.ts';
import { Pool } from './pool.ts';

/** A PostgreSQL database in a directory of ours, in a thread of its own. */
export interface Database {
  /**
   * Without `params` the text may hold several statements. `bigint` comes as a number, `json` and `jsonb` parsed.
   * Rejects with `DatabaseError`.
   */
  query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>>;
  /** Its face for those who expect `pg`. */
  readonly pool: Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** 'creating': the first start, which takes 5 to 15 seconds; 'opening': what every start does. */
  onProgress?(step: 'creating' | 'opening'): void;
  /** The database ended without being asked to. Every call fails from now on; only a new start helps. */
  onLost?(error: Error): void;
  /** After so long without a word a transaction is rolled back and lets the others in. Default: 30 s. */
  transactionIdleMs?: number;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** What first starts that were killed have left beside the database. */
async function removeUnfinished(directory: string): Promise<void> {
  const started = `${basename(directory)}.new`;
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(started)) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Opens the database in `directory`, and makes it when there is none. It is made beside its place and then moved
 * there: whoever dies during the first start leaves nothing half made.
 * The caller sees to it that no other process has it open: two would corrupt it.
 */
export async function openDatabase(directory: string, options: DatabaseOptions = {}): Promise<Database> {
  if (!(await exists(directory))) {
    options.onProgress?.('creating');
    await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
    await removeUnfinished(directory);
    // Named after this process: what an earlier one left may still be written to for a moment.
    const scratch = `${directory}.new-${process.pid}`;
    await createCluster(scratch);
    await rename(scratch, directory);
  }
  options.onProgress?.('opening');
  const listener = {
    notification: (channel: string, payload: string) => pool.notify(channel, payload),
    lost: (error: Error) => {
      pool.fail(error);
      options.onLost?.(error);
    },
  };
  const connection = await Connection.open(directory, listener, options.transactionIdleMs);
  const pool = new Pool(connection);
  return {
    query: (sql, params) => pool.query(sql, params),
    pool,
    close: async () => {
      await pool.end();
      await connection.close();
    },
  };
}
