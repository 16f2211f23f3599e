import { createHash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Binary, type Collection, type Db, GridFSBucket } from 'mongodb';
import { buildRunId, parseBuildRunId } from '../../../domain/ids.ts';
import {
  type ArtifactState,
  type Artifacts,
  type BuildRun,
  DamagedArtifact,
  type StoredArtifact,
} from '../../../ports/artifacts.ts';
import { StoreError } from '../../../ports/store.ts';
import { artifactsError, damaged } from '../../artifacts/failure.ts';
import { hashed, sha256Of } from '../../artifacts/hashed.ts';
import { withArchive } from '../../artifacts/pack.ts';
import { restoreArchive } from '../../artifacts/restore-archive.ts';

const BUCKET = 'artifacts';

/**
 * Archives are large: chunks larger than the driver's default of 255 KB, and well below the 16 MB limit of a document.
 */
const CHUNK_BYTES = 1024 * 1024;

/** A file as GridFS stores it, with Slipway's metadata. */
interface StoredFile {
  /** Id of the build run. */
  _id: string;
  length: number;
  metadata?: {
    /** SHA-256 of the content, in hexadecimal. Written last: a file without it is incomplete. */
    sha256?: string;
    /** The run produced nothing, and the file is empty. Absent: stored by an earlier version. */
    nothing?: boolean;
  };
}

interface StoredChunk {
  files_id: string;
  /** From 0, without gaps. */
  n: number;
  data: Binary;
}

/** The checksum of an empty file. */
const OF_NOTHING = createHash('sha256').digest('hex');

/** Chunks fetched at a time: the driver's own reader fetches sixteen megabytes at once, several times over. */
const BATCH = 2;

/** Artifacts in GridFS, for workers on any machine: one archive per build run, empty if the run produced nothing. */
export class MongoArtifacts implements Artifacts {
  readonly #bucket: GridFSBucket;
  readonly #files: Collection<StoredFile>;
  readonly #chunks: Collection<StoredChunk>;

  /** Uses the read and write concerns of `db`. */
  constructor(db: Db) {
    this.#bucket = new GridFSBucket(db, { bucketName: BUCKET, chunkSizeBytes: CHUNK_BYTES });
    this.#files = db.collection<StoredFile>(`${BUCKET}.files`);
    this.#chunks = db.collection<StoredChunk>(`${BUCKET}.chunks`);
  }

  async save(run: BuildRun, tree: string): Promise<void> {
    const id = buildRunId(run);
    try {
      // Removes an archive that was stored before, or that a killed worker left incomplete.
      await this.#files.deleteOne({ _id: id });
      await this.#chunks.deleteMany({ files_id: id });
      await withArchive(tree, run.sha, async (archive) => {
        const hash = createHash('sha256');
        await pipeline(archive ?? Readable.from([]), (from) => hashed(from, hash), this.#upload(id));
        const sha256 = hash.digest('hex');
        const metadata = { sha256, nothing: archive === null };
        const { matchedCount } = await this.#files.updateOne({ _id: id }, { $set: { metadata } });
        if (matchedCount !== 1) throw new StoreError('somebody removed it while it was stored');
      });
    } catch (error) {
      throw artifactsError('kept', error);
    }
  }

  async restore(run: BuildRun, tree: string): Promise<'restored' | 'gone'> {
    const id = buildRunId(run);
    try {
      const known = await this.#look(id);
      if (known === 'gone') return 'gone';
      if (known.nothing) {
        await this.#verify(id, known);
        return 'restored';
      }
      const hash = createHash('sha256');
      const stored = Readable.from(hashed(this.#piecesOf(id), hash), { objectMode: false });
      try {
        await restoreArchive(stored, tree);
      } catch (error) {
        await this.#verify(id, known);
        throw error;
      }
      if (hash.digest('hex') !== known.sha256) throw damaged('its checksum differs');
      return 'restored';
    } catch (error) {
      throw artifactsError('restored', error);
    }
  }

  async state(run: BuildRun): Promise<ArtifactState> {
    const id = buildRunId(run);
    try {
      const known = await this.#look(id);
      if (known === 'gone') return 'gone';
      await this.#verify(id, known);
      return 'whole';
    } catch (error) {
      if (error instanceof DamagedArtifact) return 'damaged';
      throw artifactsError('restored', error);
    }
  }

  async has(run: BuildRun): Promise<boolean> {
    try {
      const file = await this.#files.findOne({ _id: buildRunId(run) }, { projection: { metadata: 1 } });
      return file?.metadata?.sha256 !== undefined;
    } catch (error) {
      throw artifactsError('restored', error);
    }
  }

  async list(product: string): Promise<StoredArtifact[]> {
    // `A` is the character after `@`.
    const ofProduct = { $gte: `${product}@`, $lt: `${product}A` };
    try {
      const files = await this.#files.find({ _id: ofProduct }, { projection: { length: 1 } }).toArray();
      const bytes = new Map(files.map(({ _id, length }) => [_id, length]));
      // Chunks without a file: of a worker that still uploads, or was killed, or of a removal that was.
      const all = new Set([
        ...bytes.keys(),
        ...(await this.#chunks.distinct('files_id', { files_id: ofProduct })),
      ]);
      return [...all].flatMap((id) => {
        const run = parseBuildRunId(id);
        return run === null ? [] : [{ ...run, bytes: bytes.get(id) ?? 0 }];
      });
    } catch (error) {
      throw artifactsError('listed', error);
    }
  }

  async remove(run: BuildRun): Promise<void> {
    const id = buildRunId(run);
    try {
      // The file goes first: without it the chunks are nothing.
      await this.#files.deleteOne({ _id: id });
      await this.#chunks.deleteMany({ files_id: id });
    } catch (error) {
      throw artifactsError('removed', error);
    }
  }

  /** 'gone': there is no complete file. Throws `DamagedArtifact`. */
  async #look(id: string): Promise<{ sha256: string; nothing: boolean } | 'gone'> {
    const file = await this.#files.findOne({ _id: id });
    const { sha256, nothing = sha256 === OF_NOTHING } = file?.metadata ?? {};
    if (!file || sha256 === undefined) return 'gone';
    if (file.length === 0 && !nothing) throw damaged('its archive is empty');
    return { sha256, nothing };
  }

  async #verify(id: string, known: { sha256: string }): Promise<void> {
    if ((await sha256Of(this.#piecesOf(id))) !== known.sha256) throw damaged('its checksum differs');
  }

  #upload(id: string): Writable {
    // The driver's types only allow ids that it generates; GridFS allows any.
    return this.#bucket.openUploadStreamWithId(id as never, id);
  }

  async *#piecesOf(id: string): AsyncGenerator<Uint8Array> {
    for await (const { data } of this.#chunks.find({ files_id: id }).sort({ n: 1 }).batchSize(BATCH)) {
      yield data.value();
    }
  }
}
