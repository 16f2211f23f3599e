import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { keepOldTrees } from '../../../src/flow/upkeep/old-trees.ts';
import { inTrees, makeRelease, openStage, requestBuild } from '../support.ts';

test('trees kept below their SHA become artifacts, and a rollback finds their content', async () => {
  const stage = await openStage({ deploy: 'cat made.txt > "$OUT/ran"' });
  const { services, repository } = stage;
  try {
    services.settings.products[0]!.env = { OUT: services.dataDirectory };
    const sha = repository.commit({ 'app.txt': 'one' }, 'One');
    const never = repository.commit({ 'app.txt': 'two' }, 'Two');
    repository.push();
    // As an earlier version did it: the document says that it was built, and only its own tree has what was made.
    await build(services, await requestBuild(services, sha));
    await services.artifacts.save({ product: 'shop', sha, attempt: 1 }, inTrees(services, '1'));
    for (const commit of [sha, never]) {
      const tree = inTrees(services, commit);
      const { directory } = services.mirror('shop');
      execFileSync('git', ['worktree', 'add', '--quiet', '--detach', tree, commit], { cwd: directory });
      const lease = await services.trees('shop').take({ sha: commit, built: null, lockFile: '/none' });
      await lease.release();
    }
    writeFileSync(join(inTrees(services, sha), 'made.txt'), 'made long ago');

    await keepOldTrees(services);
    expect(await readdir(inTrees(services))).toEqual(['1', '1.json']);
    expect(existsSync(join(services.mirror('shop').directory, 'worktrees', sha))).toBe(false);
    await makeRelease(services, sha);
    await deploy(services, 'shop/integration');
    expect(await readFile(join(services.dataDirectory, 'ran'), 'utf8')).toBe('made long ago');
    // Nothing is left to do at the next start.
    await keepOldTrees(services);
  } finally {
    await stage.close();
  }
}, 60_000);
