import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { FileArtifacts } from '../../src/adapters/artifacts/files.ts';
import { MongoArtifacts } from '../../src/adapters/store/mongo/artifacts.ts';
import { buildRunId } from '../../src/domain/ids.ts';
import type { BuildRun } from '../../src/ports/artifacts.ts';
import { artifactsContract } from '../contract/artifacts.contract.ts';
import { describeWith, mongoUrl } from '../support/services/tiers.ts';

artifactsContract('files', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-files-'));
  const fileOf = ({ product, sha, attempt }: BuildRun) =>
    join(directory, product, `${sha}-${attempt}.tar.gz`);
  return {
    artifacts: new FileArtifacts(directory),
    elsewhere: () => new FileArtifacts(directory),
    async stored(run) {
      return statSync(fileOf(run), { throwIfNoEntry: false })?.size ?? null;
    },
    async leaveHalf(run) {
      mkdirSync(dirname(fileOf(run)), { recursive: true });
      writeFileSync(`${fileOf(run)}.half`, 'half');
    },
    async halfRemoved(run) {
      unlinkSync(fileOf(run));
    },
    async damage(run, how) {
      const bytes = readFileSync(fileOf(run));
      const middle = Math.floor(bytes.length / 2);
      if (how === 'cut off') return truncateSync(fileOf(run), middle);
      if (how === 'emptied') return truncateSync(fileOf(run), 0);
      if (how === 'removed') return unlinkSync(fileOf(run));
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
      writeFileSync(fileOf(run), bytes);
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
});

describe('archives stored before there were checksums', () => {
  const run: BuildRun = { product: 'shop', sha: 'a'.repeat(40), attempt: 1 };
  const archive = (directory: string) => join(directory, 'shop', `${run.sha}-1.tar.gz`);

  test.each([
    ['accepted unchanged', 'not empty', 'whole'],
    ['damaged, as nobody knows whether it was always empty', '', 'damaged'],
  ])('one is %s', async (_what, content, state) => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-files-'));
    mkdirSync(dirname(archive(directory)), { recursive: true });
    writeFileSync(archive(directory), content);
    expect(await new FileArtifacts(directory).state(run)).toBe(state);
    await rm(directory, { recursive: true });
  });
});

describeWith(['mongo'], 'on MongoDB', () => {
  artifactsContract(
    'GridFS',
    async () => {
      const client = await MongoClient.connect(mongoUrl());
      const db = client.db();
      const files = db.collection<{ _id: string; length: number }>('artifacts.files');
      const chunks = db.collection<{ files_id: string; n: number; data: unknown }>('artifacts.chunks');
      return {
        artifacts: new MongoArtifacts(db),
        elsewhere: () => new MongoArtifacts(db),
        async stored(run) {
          return (await files.findOne({ _id: buildRunId(run) }))?.length ?? null;
        },
        async leaveHalf(run, when) {
          const id = buildRunId(run);
          // The pieces are written first, the file last, and the mark that it is whole after that.
          await chunks.insertOne({ files_id: id, n: 0, data: Buffer.from('half') });
          await chunks.insertOne({ files_id: id, n: 1, data: Buffer.from('half') });
          if (when === 'late') await files.insertOne({ _id: id, length: 8 });
        },
        async halfRemoved(run) {
          await files.deleteOne({ _id: buildRunId(run) });
        },
        async damage(run, how) {
          const id = buildRunId(run);
          if (how === 'removed') {
            await chunks.deleteMany({ files_id: id });
            return;
          }
          if (how === 'emptied') {
            await chunks.deleteMany({ files_id: id });
            await files.updateOne({ _id: id }, { $set: { length: 0 } });
            return;
          }
          const chunk = await chunks.findOne({ files_id: id, n: 0 }, { promoteBuffers: true });
          const bytes = Buffer.from(chunk?.data as Uint8Array);
          const middle = Math.floor(bytes.length / 2);
          bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
          const data = how === 'cut off' ? bytes.subarray(0, middle) : bytes;
          await chunks.updateOne({ files_id: id, n: 0 }, { $set: { data } });
        },
        async close() {
          await db.dropDatabase();
          await client.close();
        },
      };
    },
    'some',
  );
});
