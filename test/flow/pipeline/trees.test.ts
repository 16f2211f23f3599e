import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { fetchBranch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { temporaryRepository } from '../../support/repositories/git.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import { makeRelease, openStage, requestBuild } from '../support.ts';

test('HEAD stays X while a deploy of X runs and Y is pushed, fetched and built, and each command begins with fresh git', async () => {
  const stage = await openStage({
    // As release tools do it, which need a branch.
    build:
      'git checkout -q main && git config user.name theirs && git config core.autocrlf true && git tag built && echo made > made.txt',
    deploy:
      'git rev-parse HEAD > "$OUT/before" && touch "$OUT/running" && while [ ! -e "$OUT/go" ]; do sleep 0.05; done && git rev-parse HEAD > "$OUT/after" && { git symbolic-ref -q HEAD > "$OUT/branch" || true; } && cat made.txt >> "$OUT/after"',
  });
  const { services, repository } = stage;
  try {
    const [shop] = services.settings.products;
    shop!.env = { OUT: services.dataDirectory };
    shop!.build.test =
      'test "$(git rev-parse HEAD)" = "$SLIPWAY_COMMIT" && test -z "$(git config --local user.name)$(git tag)" && test -f made.txt';
    const out = (name: string) => join(services.dataDirectory, name);
    const built = async (sha: string) => {
      await build(services, await requestBuild(services, sha));
      return (await services.store.load('builds', `shop@${sha}`))?.status;
    };
    const x = repository.commit({ 'app.txt': 'x' }, 'X');
    repository.push();
    expect(await built(x)).toBe('succeeded');
    await makeRelease(services, x);
    const deploying = deploy(services, 'shop/integration');
    await until('the deploy runs', () => existsSync(out('running')));

    const y = repository.commit({ 'app.txt': 'y' }, 'Y');
    repository.push();
    await services.mirror('shop').fetch();
    await fetchBranch(services, 'shop');
    expect(await built(y)).toBe('succeeded');
    expect(await services.mirror('shop').head('main')).toBe(y);
    writeFileSync(out('go'), '');
    await deploying;
    expect(await readFile(out('before'), 'utf8')).toBe(`${x}\n`);
    expect(await readFile(out('after'), 'utf8')).toBe(`${x}\nmade\n`);
    expect(await readFile(out('branch'), 'utf8')).toBe('');
    expect((await services.store.load('environments', 'shop/integration'))?.deployed?.sha).toBe(x);
  } finally {
    writeFileSync(join(services.dataDirectory, 'go'), '');
    await stage.close();
  }
}, 60_000);

thoroughTest(
  'submodules fetched by a build are deployed, even on another host, without their repositories',
  async () => {
    const stage = await openStage({
      deploy: 'cat lib/lib.txt lib/made.txt > "$OUT/ran"',
      build: 'echo made > lib/made.txt',
    });
    const library = temporaryRepository();
    const { services, repository } = stage;
    try {
      services.settings.products[0]!.env = { OUT: services.dataDirectory };
      library.commit({ 'lib.txt': 'lib\n' }, 'Library');
      library.push();
      repository.commit(
        { '.gitmodules': `[submodule "lib"]\n\tpath = lib\n\turl = ${library.url}\n` },
        'One',
      );
      repository.git('update-index', '--add', '--cacheinfo', `160000,${library.head()},lib`);
      repository.git('commit', '--quiet', '-m', 'With a submodule');
      repository.push();
      const sha = repository.head();
      await build(services, await requestBuild(services, sha));
      expect((await services.store.load('builds', `shop@${sha}`))?.status).toBe('succeeded');
      library.cleanup();
      // Another build takes its place.
      const lease = await services.trees('shop').take({ sha, built: 'shop@x', lockFile: '/none' });
      await lease.release();
      await makeRelease(services, sha);
      await deploy(services, 'shop/integration');
      expect(await readFile(join(services.dataDirectory, 'ran'), 'utf8')).toBe('lib\nmade\n');
    } finally {
      library.cleanup();
      await stage.close();
    }
  },
  60_000,
);
