import { openDatabase } from '../../src/adapters/store/pglite/database.ts';
import { PgliteStore } from '../../src/adapters/store/pglite/store.ts';
import type { AuditRecord, Store } from '../../src/ports/store.ts';
import { dataDirectory } from '../support/services.ts';

/** What is kept, opened for reading. Nothing else has it open. */
export interface Books {
  store: Store;
  /** Every audit record there is. */
  audit(): Promise<AuditRecord[]>;
  close(): Promise<void>;
}

/** What a bot of this tier needs, and how to look into what it keeps. */
export interface Tier {
  name: 'embedded' | 'services';
  dataDirectory: string;
  /** Variables for every process. */
  env: Record<string, string>;
  /** The processes of the tier. */
  members: readonly { name: string; role: 'all' | 'bot' | 'worker' }[];
  /** Servers that may be killed and started again. */
  servers: readonly TierServer[];
  /** A server is down or was a moment ago: a process may give up then. */
  mayEndByItself(): boolean;
  openBooks(): Promise<Books>;
  close(): Promise<void>;
}

export interface TierServer {
  name: 'redis' | 'mongo';
  stop(): Promise<void>;
  start(how: { emptied: boolean }): Promise<void>;
}

/** One process on PGlite. */
export async function embeddedTier(): Promise<Tier> {
  const { directory, remove } = await dataDirectory();
  return {
    name: 'embedded',
    dataDirectory: directory,
    env: {},
    members: [{ name: 'all', role: 'all' }],
    servers: [],
    mayEndByItself: () => false,
    async openBooks() {
      const database = await openDatabase(`${directory}/pglite`);
      return {
        store: new PgliteStore(database),
        async audit() {
          const { rows } = await database.query<{ text: string }>(
            'SELECT record::text AS text FROM slipway.audit ORDER BY at, id',
          );
          return rows.map(({ text }) => JSON.parse(text) as AuditRecord);
        },
        close: () => database.close(),
      };
    },
    close: remove,
  };
}
