import { join } from 'node:path';
import { UnfinishedImport } from '../../../../src/adapters/store/failure.ts';
import { openDatabase } from '../../../../src/adapters/store/pglite/database.ts';
import { startEmbedded } from '../../../../src/adapters/store/pglite/embedded.ts';
import { PglitePortable } from '../../../../src/adapters/store/pglite/portable.ts';
import { PgliteStore } from '../../../../src/adapters/store/pglite/store.ts';
import { portableContract } from '../../../contract/portable.contract.ts';
import { dataDirectory } from '../../../support/services/services.ts';

portableContract('PGlite', async () => {
  const { directory, remove } = await dataDirectory();
  const database = await openDatabase(join(directory, 'pglite'));
  return {
    store: new PgliteStore(database),
    portable: new PglitePortable(database),
    async close() {
      await database.close();
      await remove();
    },
  };
});

test('an embedded store that is half filled does not start, and does once the import has ended', async () => {
  const { directory, remove } = await dataDirectory();
  const marked = async (step: 'begin' | 'finish') => {
    const database = await openDatabase(join(directory, 'pglite'));
    await new PglitePortable(database)[step]();
    await database.close();
  };
  await marked('begin');
  await expect(startEmbedded(directory)).rejects.toBeInstanceOf(UnfinishedImport);
  await marked('finish');
  await (await startEmbedded(directory)).close();
  await remove();
}, 60_000);
