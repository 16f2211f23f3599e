import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Connection, createCluster, type Rows } from './connection.ts';
import { Pool } from './pool.ts';

/** A PostgreSQL database in a directory, running in a thread of its own. */
export interface Database {
  /**
   * Without `params` the text may hold several statements. A `bigint` is returned as a number, `json` and `jsonb` are
   * parsed. Rejects with `DatabaseError`.
   */
  query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>>;
  /** The same database, for code that expects a `pg.Pool`. */
  readonly pool: Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** 'creating': only the first start, which takes 5 to 15 seconds; 'opening': every start. */
  onProgress?(step: 'creating' | 'opening'): void;
  /** The database ended unexpectedly. Every call fails from now on; only a restart helps. */
  onLost?(error: Error): void;
  /**
   * A transaction without a request for this many milliseconds is rolled back, so that others can proceed. Default: 30 s.
   */
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

/** Removes what killed first starts have left beside the database. */
async function removeUnfinished(directory: string): Promise<void> {
  const started = `${basename(directory)}.new`;
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(started)) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Opens the database in `directory`, and creates it if there is none. It is created beside that path and then moved
 * there, so that a killed first start leaves nothing incomplete. The caller must ensure that no other process has it
 * open: two would corrupt it.
 */
export async function openDatabase(directory: string, options: DatabaseOptions = {}): Promise<Database> {
  if (!(await exists(directory))) {
    options.onProgress?.('creating');
    await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
    await removeUnfinished(directory);
    // Contains the process id: a directory left by an earlier process may still be written to for a moment.
    const scratch = `${directory}.new-${process.pid}`;
    await createCluster(scratch);
    await rename(scratch, directory);
  }
  options.onProgress?.('opening');
  /** null: it is opening; what fails then is thrown. */
  let opened: Pool | null = null;
  const listener = {
    notification: (channel: string, payload: string) => opened?.notify(channel, payload),
    lost(error: Error) {
      opened?.fail(error);
      if (opened !== null) options.onLost?.(error);
    },
  };
  const connection = await Connection.open(directory, listener, options.transactionIdleMs);
  const pool = new Pool(connection);
  opened = pool;
  return {
    query: (sql, params) => pool.query(sql, params),
    pool,
    close: async () => {
      await pool.end();
      await connection.close();
    },
  };
}
