import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { makeRelease, openStage, requestBuild, type Stage } from '../support.ts';

describe('the commands of a product', () => {
  let stage: Stage;
  let sha: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: '(sleep 300) & sleep 0', verify: '(sleep 301) & exit 3' });
    sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
  }, 60_000);
  afterEach(() => stage.close());

  it('have a limit each, so that build and test together may take longer', async () => {
    stage.services.settings.products[0]!.build = { run: 'sleep 2', test: 'sleep 2', timeoutMs: 3_000 };
    await build(stage.services, await requestBuild(stage.services, sha));
    expect((await stage.services.store.load('builds', `shop@${sha}`))?.status).toBe('succeeded');
  });

  it('report what they left running, however they ended', async () => {
    await build(stage.services, await requestBuild(stage.services, sha));
    await makeRelease(stage.services, sha);
    await deploy(stage.services, 'shop/integration');
    const environment = await stage.services.store.load('environments', 'shop/integration');
    const attempts = environment?.open[0]?.attempts;
    const left = { ended: [expect.stringMatching(/^sleep \(process \d+\)$/)], left: [] };
    expect(attempts).toMatchObject([
      { step: 'deploy', outcome: { kind: 'succeeded' }, leftovers: left },
      { step: 'verify', outcome: { kind: 'failed', how: { kind: 'exit', code: 3 } }, leftovers: left },
    ]);
  });
});
