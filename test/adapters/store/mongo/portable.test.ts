import { tmpdir } from 'node:os';
import { openMongo } from '../../../../src/adapters/store/mongo/open.ts';
import { MongoPortable } from '../../../../src/adapters/store/mongo/portable.ts';
import { portableContract } from '../../../contract/portable.contract.ts';
import { describeWith, mongoUrl } from '../../../support/services/tiers.ts';

describeWith(['mongo'], 'with MongoDB', () => {
  portableContract('MongoDB', async () => {
    const { store, db, close } = await openMongo(mongoUrl(), { dataDirectory: tmpdir() });
    return {
      store,
      portable: new MongoPortable(db),
      async close() {
        await db.dropDatabase();
        await close();
      },
    };
  });
});
