import { plain } from '../../../src/chat/text/render.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { KEEP } from '../../../src/flow/settings/settings.ts';
import { buildLogs, releaseLogs } from '../../../src/flow/views/lookup.ts';
import { makeRelease, openStage, requestBuild, type Stage } from '../support.ts';

const ENVIRONMENT = environmentId('shop', 'integration');

describe('the logs of two steps', () => {
  let stage: Stage;
  let sha: string;
  beforeEach(async () => {
    stage = await openStage({
      build: 'echo compiled',
      deploy: 'echo copied',
      verify: 'echo looked; exit 1',
    });
    sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
  });
  afterEach(async () => await stage.close());

  const shown = (logs: { title: string; lines: string[] }[]) =>
    logs.map(({ title, lines }) => [title.split(' ')[0], ...lines]);
  const built = async () => {
    const id = await requestBuild(stage.services, sha);
    await build(stage.services, id);
    return await buildLogs(stage.services, 'shop', sha);
  };

  test('of a deploy and its verification are each shown under their name', async () => {
    const { services } = stage;
    await built();
    await makeRelease(services, sha);
    const release = async () =>
      (await services.store.load('environments', ENVIRONMENT))!.open.find((each) => each.sha === sha)!;
    expect(shown(await releaseLogs(services, ENVIRONMENT, await release()))).toEqual([['Build', 'compiled']]);
    await deploy(services, ENVIRONMENT);
    expect(shown(await releaseLogs(services, ENVIRONMENT, await release()))).toEqual([
      ['Deploy', 'copied'],
      ['Verification', 'looked'],
    ]);
    // The verification of an earlier deploy is not that of a later one.
    const again = await release();
    const [first] = again.attempts;
    const later = { ...again, attempts: [...again.attempts, { ...first!, number: 9 }] };
    expect(shown(await releaseLogs(services, ENVIRONMENT, later)).map(([what]) => what)).toEqual(['Deploy']);
  }, 60_000);

  test('that are older than logs are kept are told as that', async () => {
    const { services } = stage;
    const said = async () =>
      (await buildLogs(services, 'shop', sha)).map(({ nothing }) => nothing && plain(nothing));
    const [{ name } = { name: '' }] = await built();
    expect(await said()).toEqual([undefined]);
    stage.clock.aheadMs += KEEP.logsMs + 3_600_000;
    await services.logs.remove(name);
    expect(await said()).toEqual(['This log is older than logs are kept.']);
  }, 60_000);

  test.each([
    [
      'a build and its test',
      'echo compiled',
      'echo tested',
      [
        ['Build', 'compiled'],
        ['Test', 'tested'],
      ],
    ],
    [
      'a test that fails',
      'echo compiled',
      'echo red; exit 1',
      [
        ['Build', 'compiled'],
        ['Test', 'red'],
      ],
    ],
    ['a build that fails', 'echo broken; exit 1', 'echo tested', [['Build', 'broken']]],
    ['only a test', null, 'echo tested', [['Test', 'tested']]],
    ['no test', 'echo compiled', null, [['Build', 'compiled']]],
  ])(
    '%s',
    async (_what, run, test, expected) => {
      const [shop] = stage.services.settings.products;
      Object.assign(shop!.build, { run, test });
      expect(shown(await built())).toEqual(expected);
    },
    60_000,
  );
});
