import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MongoArtifacts } from '../../../../src/adapters/store/mongo/artifacts.ts';
import { type OpenMongo, openMongo } from '../../../../src/adapters/store/mongo/open.ts';
import { buildRunId } from '../../../../src/domain/ids.ts';
import { openMirror } from '../../../../src/git/mirror/mirror.ts';
import { openPool } from '../../../../src/git/trees/pool.ts';
import type { Pool } from '../../../../src/git/trees/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../../support/repositories/git.ts';
import { type CuttingProxy, openProxy } from '../../../support/services/proxy.ts';
import { describeWith, mongoUrl } from '../../../support/services/tiers.ts';

const MEGABYTE = 1024 * 1024;

describeWith(['mongo'], 'artifacts on MongoDB, when the way to it is bad', () => {
  let proxy: CuttingProxy;
  let repository: TemporaryRepository;
  let root: string;
  let sha: string;
  let pool: Pool;
  let mongo: OpenMongo;
  let artifacts: MongoArtifacts;

  beforeAll(async () => {
    repository = temporaryRepository();
    sha = repository.commit({ 'a.txt': 'a' }, 'First');
    repository.push();
    root = mkdtempSync(join(tmpdir(), 'slipway-artifacts-'));
    pool = openPool({
      directory: join(root, 'trees'),
      mirror: openMirror({ directory: join(root, 'mirror'), repository: repository.url }),
      guardIsGone: () => true,
      now: Date.now,
      onProblem: () => {},
    });
    const url = new URL(mongoUrl());
    proxy = await openProxy(Number(url.port));
    url.port = String(proxy.port);
    const patience = { directConnection: 'true', serverSelectionTimeoutMS: '1000', retryWrites: 'false' };
    for (const [name, value] of Object.entries({ ...patience, retryReads: 'false' })) {
      url.searchParams.set(name, value);
    }
    mongo = await openMongo(url.href, { dataDirectory: root });
    artifacts = new MongoArtifacts(mongo.db);
  });
  afterAll(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
    await proxy.close();
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const tree = async () => (await pool.take({ sha, built: null, lockFile: '/none' })).directory;

  test.each([
    ['while old pieces are removed', 'delete\0'],
    ['while pieces are stored', 'artifacts.chunks'],
    ['while the file is stored', 'artifacts.files'],
    ['while it is marked as whole', 'update\0'],
  ])(
    'an artifact is not stored when the connection is lost %s, which is an error, and is stored at the next try',
    async (_when, word) => {
      const built = await tree();
      writeFileSync(join(built, 'out.bin'), randomBytes(3 * MEGABYTE));
      const run = { product: 'shop', sha, attempt: 1 };
      proxy.cutAnswersTo([word], 1);
      const before = proxy.cuts();
      await expect(artifacts.save(run, built)).rejects.toMatchObject({ name: 'StoreError' });
      expect(proxy.cuts()).toBe(before + 1);
      // Nothing of it is left in the tree.
      expect(readdirSync(built).sort()).toEqual(['.git', 'a.txt', 'out.bin']);
      await artifacts.save(run, built);
      expect(await artifacts.restore(run, await tree())).toBe('restored');
      const files = mongo.db.collection('artifacts.files');
      const chunks = mongo.db.collection('artifacts.chunks');
      expect(await files.countDocuments({})).toBe(1);
      expect(await chunks.countDocuments({})).toBe(Math.ceil((await files.findOne({}))!.length / MEGABYTE));
    },
  );

  test('restoring fails when the connection is lost, and works at the next try', async () => {
    const built = await tree();
    writeFileSync(join(built, 'out.bin'), randomBytes(3 * MEGABYTE));
    const run = { product: 'shop', sha, attempt: 2 };
    await artifacts.save(run, built);
    proxy.cutAnswersTo(['artifacts.chunks'], 1);
    await expect(artifacts.restore(run, await tree())).rejects.toMatchObject({ name: 'StoreError' });
    expect(await artifacts.restore(run, await tree())).toBe('restored');
  });

  test('a whole archive that is not the stored one is never accepted', async () => {
    const [one, other] = [4, 5].map((attempt) => ({ product: 'shop', sha, attempt }));
    const built = await tree();
    for (const run of [one!, other!]) {
      writeFileSync(join(built, 'out.txt'), `made by ${run.attempt}`);
      await artifacts.save(run, built);
    }
    const chunks = mongo.db.collection<{ files_id: string; data: unknown }>('artifacts.chunks');
    const theirs = await chunks.findOne({ files_id: buildRunId(other!) });
    await chunks.updateOne({ files_id: buildRunId(one!) }, { $set: { data: theirs!.data } });
    await expect(artifacts.restore(one!, await tree())).rejects.toMatchObject({ name: 'StoreError' });
  });

  test('an archive is stored piece by piece while it is made, and is never whole in memory', async () => {
    const built = await tree();
    execFileSync('sh', ['-c', 'head -c 24M /dev/urandom > out.bin'], { cwd: built });
    const run = { product: 'shop', sha, attempt: 3 };
    // What is held, not what waits to be collected.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = () => {
      // The first collection frees buffers on another thread; the second begins only when that has ended.
      collect();
      collect();
      return process.memoryUsage().external;
    };
    const before = held();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, held() - before);
    }, 2_000);
    await artifacts.save(run, built);
    expect(await artifacts.restore(run, await tree())).toBe('restored');
    clearInterval(watch);
    expect(most).toBeLessThan(16 * MEGABYTE);
  }, 240_000);
});
