// Says how many numbered documents it finds, then writes one more after the other and says each that was
// acknowledged, until it is killed.
import { claimDataDirectory } from '../../../src/adapters/data-directory.ts';
import { startEmbedded } from '../../../src/adapters/store/pglite/embedded.ts';
import { newProduct } from '../../../src/domain/documents/product.ts';

const { path } = claimDataDirectory(String(process.argv[2]));
const { store, queue } = await startEmbedded(path);
const found = await store.ids('products', null, 1_000_000);
const whole = found.every((id, index) => id === name(index + 1));
process.stdout.write(`found ${whole ? found.length : 'a gap'}\n`);
for (let number = found.length + 1; ; number++) {
  const answer = await store.save('products', { ...newProduct(name(number)), revision: 1, wakeAt: number });
  if (answer !== 'saved') throw new Error(answer);
  process.stdout.write(`${number}\n`);
  // So that the queue's tables are being written, too, when the end comes.
  await queue.enqueue('tell', { kind: 'products', id: name(number) });
}

function name(number: number): string {
  return String(number).padStart(8, '0');
}
