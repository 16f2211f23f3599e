import { startEmbedded } from '../../src/adapters/store/pglite/embedded.ts';
import { storeContract } from '../contract/store.contract.ts';
import { dataDirectory } from '../support/services.ts';

storeContract('PGlite', async () => {
  const { directory, remove } = await dataDirectory();
  let services = await startEmbedded(directory);
  return {
    store: services.store,
    async reopen() {
      await services.close();
      services = await startEmbedded(directory);
      return services.store;
    },
    async close() {
      await services.close();
      await remove();
    },
  };
});
