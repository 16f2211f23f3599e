import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type ArtifactState,
  type Artifacts,
  type BuildRun,
  DamagedArtifact,
  type StoredArtifact,
} from '../../ports/artifacts.ts';
import { hasCode } from '../../runner/files/errno.ts';
import { artifactsError, damaged } from './failure.ts';
import { hashed, sha256Of } from './hashed.ts';
import { withArchive } from './pack.ts';
import { type ArtifactRecord, readRecord, recordFiles, writeRecord } from './record.ts';
import { restoreArchive } from './restore-archive.ts';

/** Suffix of an archive while it is written. A killed process leaves such a file behind. */
const HALF = '.half';

/** Every file of a run, finished or not. */
const OF_RUN = /^([0-9a-f]{40})-([1-9]\d{0,8})\.tar\.gz(?:\.json)?(?:\.half)?$/;

/**
 * Artifacts in files on this machine: one archive per build run below `directory`, which must belong to this process
 * alone. A record beside it (`record.ts`) has its checksum, and whether the run produced anything; if not, the archive is
 * empty. An archive without a record was stored by an earlier version, and is accepted unless it is empty.
 */
export class FileArtifacts implements Artifacts {
  readonly #directory: string;
  /** Directories from which the unfinished files of earlier processes were removed. */
  readonly #swept = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async save(run: BuildRun, tree: string): Promise<void> {
    const file = this.#fileOf(run);
    try {
      // Also while this process runs, somebody may have deleted it.
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await this.#sweep(dirname(file));
      const hash = createHash('sha256');
      const made = await withArchive(tree, run.sha, async (archive) => {
        const into = createWriteStream(`${file}${HALF}`, { mode: 0o600 });
        await pipeline(archive ?? Readable.from([]), (from) => hashed(from, hash), into);
        return archive === null ? 'nothing' : 'something';
      });
      await rename(`${file}${HALF}`, file);
      await writeRecord(file, { made, sha256: hash.digest('hex') });
    } catch (error) {
      await rm(`${file}${HALF}`, { force: true }).catch(() => {});
      throw artifactsError('kept', error);
    }
  }

  async restore(run: BuildRun, tree: string): Promise<'restored' | 'gone'> {
    const file = this.#fileOf(run);
    try {
      const known = await this.#look(file);
      if (known === 'gone') return 'gone';
      if (known?.made === 'nothing') {
        await this.#verify(file, known);
        return 'restored';
      }
      const hash = createHash('sha256');
      const stored = Readable.from(hashed(createReadStream(file), hash), { objectMode: false });
      try {
        await restoreArchive(stored, tree);
      } catch (error) {
        await this.#verify(file, known);
        throw error;
      }
      if (known !== null && hash.digest('hex') !== known.sha256) throw damaged('its checksum differs');
      return 'restored';
    } catch (error) {
      throw artifactsError('restored', error);
    }
  }

  async state(run: BuildRun): Promise<ArtifactState> {
    const file = this.#fileOf(run);
    try {
      const known = await this.#look(file);
      if (known === 'gone') return 'gone';
      await this.#verify(file, known);
      return 'whole';
    } catch (error) {
      if (error instanceof DamagedArtifact) return 'damaged';
      throw artifactsError('restored', error);
    }
  }

  async has(run: BuildRun): Promise<boolean> {
    try {
      return (await sizeOf(this.#fileOf(run))) !== null;
    } catch (error) {
      throw artifactsError('restored', error);
    }
  }

  async list(product: string): Promise<StoredArtifact[]> {
    const directory = join(this.#directory, product);
    try {
      const found = new Map<string, StoredArtifact>();
      for (const name of await namesIn(directory)) {
        const [, sha, attempt] = OF_RUN.exec(name) ?? [];
        if (sha === undefined || attempt === undefined) continue;
        const key = `${sha}-${attempt}`;
        const known = found.get(key) ?? { product, sha, attempt: Number(attempt), bytes: 0 };
        const bytes = (await sizeOf(join(directory, name))) ?? 0;
        found.set(key, { ...known, bytes: known.bytes + bytes });
      }
      return [...found.values()];
    } catch (error) {
      throw artifactsError('listed', error);
    }
  }

  async remove(run: BuildRun): Promise<void> {
    const file = this.#fileOf(run);
    try {
      // The archive goes first: a record alone is damaged, but an archive alone would count as one of an earlier version.
      for (const name of [`${file}${HALF}`, file, ...recordFiles(file)]) await rm(name, { force: true });
    } catch (error) {
      throw artifactsError('removed', error);
    }
  }

  /** null: the archive exists and is not empty, and has no record. Throws `DamagedArtifact`. */
  async #look(file: string): Promise<ArtifactRecord | null | 'gone'> {
    const record = await readRecord(file);
    const size = await sizeOf(file);
    if (size === null) {
      if (record === null) return 'gone';
      throw damaged('its archive is missing');
    }
    if (size === 0 && record?.made !== 'nothing') throw damaged('its archive is empty');
    return record;
  }

  async #verify(file: string, known: ArtifactRecord | null): Promise<void> {
    if (known === null) return;
    if ((await sha256Of(createReadStream(file))) !== known.sha256) throw damaged('its checksum differs');
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
  for (const name of await readdir(directory)) {
    if (name.endsWith(HALF)) await rm(join(directory, name), { force: true });
  }
}

/** Size in bytes; null: the file does not exist. */
async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Empty: there is no such directory. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
