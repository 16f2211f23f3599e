import { tmpdir } from 'node:os';
import { openMongo } from '../../../../src/adapters/store/mongo/open.ts';
import { olderContract } from '../../../contract/older.contract.ts';
import { type OpenBehind, rubbishContract } from '../../../contract/rubbish.contract.ts';
import { storeContract } from '../../../contract/store.contract.ts';
import { describeWith, mongoUrl } from '../../../support/services/tiers.ts';

describeWith(['mongo'], 'with MongoDB', () => {
  storeContract('MongoDB', async () => {
    const url = mongoUrl();
    const open = () => openMongo(url, { dataDirectory: tmpdir() });
    let opened = await open();
    return {
      store: opened.store,
      async reopen() {
        await opened.close();
        opened = await open();
        return opened.store;
      },
      async close() {
        await opened.db.dropDatabase();
        await opened.close();
      },
    };
  });

  const openBehind = async (): Promise<OpenBehind> => {
    const { store, db, close } = await openMongo(mongoUrl(), { dataDirectory: tmpdir() });
    return {
      store,
      async change(collection, id, how) {
        const documents = db.collection<{ _id: string; [field: string]: unknown }>(collection);
        const document = await documents.findOne({ _id: id });
        how(document!);
        await documents.replaceOne({ _id: id }, document!);
      },
      async close() {
        await db.dropDatabase();
        await close();
      },
    };
  };

  rubbishContract('MongoDB', openBehind);
  olderContract('MongoDB', openBehind);
});
