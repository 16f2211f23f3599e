import { PgliteStore } from '../../adapters/store/pglite/store.ts';
import type { Store } from '../../ports/store.ts';
import type { Variables } from '../configuration/values/given.ts';
import { openStored } from '../stored.ts';

/** A store opened for reading the audit. `close` also releases the data directory. */
export interface OpenAudit {
  store: Pick<Store, 'audits'>;
  close(): Promise<void>;
}

/** Opens the store that the bot's variables name, for reading, and migrates nothing. Throws what `openStored` throws. */
export async function openAuditStore(variables: Variables): Promise<OpenAudit> {
  const { close, ...stored } = await openStored(variables, 'read');
  return {
    store: stored.tier === 'embedded' ? new PgliteStore(stored.database) : stored.mongo.store,
    close,
  };
}
