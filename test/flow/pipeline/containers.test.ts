import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { openPodman } from '../../support/services/podman.ts';
import { inTrees, makeRelease, openStage, requestBuild, type Stage } from '../support.ts';

const podman = openPodman();
const whereThereIsPodman = podman === null ? test.skip : test;

describe('commands that name an image', () => {
  let stage: Stage;
  let sha: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'cat made seen > deployed' });
    const [shop] = stage.services.settings.products;
    const image = podman?.image ?? 'localhost/nowhere:1';
    shop!.env = { ALL: 'of the product' };
    const run =
      'echo "$SLIPWAY_COMMIT $ALL $STEP" > made; cat app.txt > seen; test ! -e .git/objects/info/alternates';
    shop!.build = { run, test: null, timeoutMs: 60_000, image, env: { STEP: 'of the build' } };
    Object.assign(shop!.environments[0].deploy, { image });
    sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
  }, 60_000);
  afterEach(() => stage.close());
  afterAll(() => podman?.remove());

  whereThereIsPodman(
    'run in one, with their variables and a repository that borrows nothing',
    async () => {
      const { services } = stage;
      services.engine = { kind: 'podman', program: join(podman!.bin, 'podman') };
      await build(services, await requestBuild(services, sha));
      await makeRelease(services, sha);
      await deploy(services, 'shop/integration');
      expect((await services.store.load('environments', 'shop/integration'))?.deployed?.sha).toBe(sha);
      expect(readFileSync(inTrees(services, '1', 'deployed'), 'utf8')).toBe(
        `${sha} of the product of the build\none`,
      );
      expect(podman!.containers()).toEqual([]);
      expect(await readdir(join(services.dataDirectory, 'environments'))).toEqual([]);
    },
    60_000,
  );

  test('are errored without a container engine, and nothing was changed', async () => {
    await build(stage.services, await requestBuild(stage.services, sha));
    const built = await stage.services.store.load('builds', `shop@${sha}`);
    expect(built?.attempt?.outcome).toMatchObject({
      kind: 'errored',
      reason: expect.stringContaining('image needs podman or docker, and neither is in PATH'),
    });
    expect(existsSync(inTrees(stage.services, '1', 'made'))).toBe(false);
  });
});
