import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Artifacts, BuildRun } from '../../ports/artifacts.ts';
import { artifactsError } from './failure.ts';
import { layArchive } from './lay.ts';
import { withArchive } from './pack.ts';

/** While it is written; a process that is killed leaves it. */
const HALF = '.half';

/**
 * Artifacts in files of this machine, one archive for each run below `directory`, which belongs to this process. A run
 * that made nothing has an empty file.
 */
export class FileArtifacts implements Artifacts {
  readonly #directory: string;
  /** Directories in which nothing is left of processes before this one. */
  readonly #swept = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async keep(run: BuildRun, tree: string): Promise<void> {
    const file = this.#fileOf(run);
    try {
      await this.#sweep(dirname(file));
      await withArchive(tree, run.sha, (archive) =>
        pipeline(archive ?? Readable.from([]), createWriteStream(`${file}${HALF}`)),
      );
      await rename(`${file}${HALF}`, file);
    } catch (error) {
      await rm(`${file}${HALF}`, { force: true }).catch(() => {});
      throw artifactsError('kept', error);
    }
  }

  async lay(run: BuildRun, tree: string): Promise<'laid' | 'gone'> {
    const file = this.#fileOf(run);
    const stats = await stat(file).catch(() => null);
    if (stats === null) return 'gone';
    if (stats.size === 0) return 'laid';
    try {
      await layArchive(createReadStream(file), tree);
    } catch (error) {
      throw artifactsError('laid', error);
    }
    return 'laid';
  }

  #fileOf({ product, sha, attempt }: BuildRun): string {
    return join(this.#directory, product, `${sha}-${attempt}.tar.gz`);
  }

  #sweep(directory: string): Promise<void> {
    const known = this.#swept.get(directory);
    if (known) return known;
    const swept = sweep(directory);
    this.#swept.set(directory, swept);
    swept.catch(() => this.#swept.delete(directory));
    return swept;
  }
}

async function sweep(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    if (name.endsWith(HALF)) await rm(join(directory, name), { force: true });
  }
}
