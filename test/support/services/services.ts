import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmbeddedOptions, startEmbedded } from '../../../src/adapters/store/pglite/embedded.ts';
import type { Queue } from '../../../src/ports/queue.ts';
import type { Store } from '../../../src/ports/store.ts';

const { waitForLock }: { waitForLock(fd: number): Promise<void> } = createRequire(import.meta.url)(
  'fs-native-extensions',
);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Files that determine the format of a data directory. A change in any of them needs a new template. */
const INGREDIENTS = [
  'node_modules/@electric-sql/pglite/package.json',
  'node_modules/bullmq/package.json',
  'src/adapters/store/pglite/migrations.ts',
];

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * A data directory after its first start, which takes seconds. Created once for all test processes and runs, in a
 * place that `npm ci` removes.
 */
async function template(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of INGREDIENTS) hash.update(await readFile(join(ROOT, file)));
  const cache = join(ROOT, 'node_modules', '.cache', 'slipway');
  const finished = join(cache, `embedded-${hash.digest('hex').slice(0, 16)}`);
  if (await exists(finished)) return finished;
  await mkdir(cache, { recursive: true });
  const lock = await open(join(cache, 'lock'), 'a+');
  try {
    await waitForLock(lock.fd);
    if (await exists(finished)) return finished;
    const scratch = await mkdtemp(join(cache, 'new-'));
    const services = await startEmbedded(scratch);
    await services.close();
    await rename(scratch, finished);
    return finished;
  } finally {
    await lock.close();
  }
}

/** A fresh copy of the template, not opened by any process. `remove` deletes it. */
export async function dataDirectory(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'));
  await cp(await template(), directory, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return { directory, remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Store and queue of the embedded tier in a directory of their own. `close` stops them and deletes the directory. */
export async function embedded(
  options: EmbeddedOptions = {},
): Promise<{ directory: string; store: Store; queue: Queue; close(): Promise<void> }> {
  const { directory, remove } = await dataDirectory();
  const { store, queue, close } = await startEmbedded(directory, options);
  return {
    directory,
    store,
    queue,
    async close() {
      await close(5_000);
      await remove();
    },
  };
}
