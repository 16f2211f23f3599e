import { tmpdir } from 'node:os';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { rubbishContract } from '../../contract/rubbish.contract.ts';
import { storeContract } from '../../contract/store.contract.ts';
import { describeWith, mongoUrl } from '../../support/services/tiers.ts';

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

  rubbishContract('MongoDB', async () => {
    const { store, db, close } = await openMongo(mongoUrl(), { dataDirectory: tmpdir() });
    return {
      store,
      async damage(collection, id, change) {
        const documents = db.collection<{ _id: string; [field: string]: unknown }>(collection);
        const document = await documents.findOne({ _id: id });
        change(document!);
        await documents.replaceOne({ _id: id }, document!);
      },
      async close() {
        await db.dropDatabase();
        await close();
      },
    };
  });
});
