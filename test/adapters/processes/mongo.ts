// Opens the store at an address, saves, closes it twice, and has nothing left to do.
import { tmpdir } from 'node:os';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { newProduct } from '../../../src/domain/documents/product.ts';

try {
  const mongo = await openMongo(String(process.argv[2]), { dataDirectory: tmpdir() });
  process.stdout.write(`${await mongo.store.save('products', { ...newProduct('shop'), revision: 1 })}\n`);
  await mongo.close();
  await mongo.close();
  process.stdout.write('closed\n');
} catch (error) {
  process.stdout.write(`${(error as Error).name}\n`);
}
