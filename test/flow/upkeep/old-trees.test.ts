import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { keepOldTrees } from '../../../src/flow/upkeep/old-trees.ts';
import { inTrees, makeRelease, openStage, requestBuild } from '../support.ts';

test('trees that were kept below their SHA are kept as artifacts, and go; a rollback finds what they held', async () => {
  const stage = await openStage({ deploy: 'cat made.txt > "$OUT/ran"' });
  const { parts, repository } = stage;
  try {
    parts.settings.products[0]!.env = { OUT: parts.dataDirectory };
    const sha = repository.commit({ 'app.txt': 'one' }, 'One');
    const never = repository.commit({ 'app.txt': 'two' }, 'Two');
    repository.push();
    // As an earlier version did it: the document says that it was built, and only its own tree has what was made.
    await build(parts, await requestBuild(parts, sha));
    await parts.artifacts.keep({ product: 'shop', sha, attempt: 1 }, inTrees(parts, '1'));
    for (const commit of [sha, never]) {
      const tree = inTrees(parts, commit);
      const { directory } = parts.mirror('shop');
      execFileSync('git', ['worktree', 'add', '--quiet', '--detach', tree, commit], { cwd: directory });
      const lease = await parts.trees('shop').take({ sha: commit, built: null, lockFile: '/none' });
      await lease.release();
    }
    writeFileSync(join(inTrees(parts, sha), 'made.txt'), 'made long ago');

    await keepOldTrees(parts);
    expect(await readdir(inTrees(parts))).toEqual(['1', '1.json']);
    expect(existsSync(join(parts.mirror('shop').directory, 'worktrees', sha))).toBe(false);
    await makeRelease(parts, sha);
    await deploy(parts, 'shop/integration');
    expect(await readFile(join(parts.dataDirectory, 'ran'), 'utf8')).toBe('made long ago');
    // Nothing is left to do at the next start.
    await keepOldTrees(parts);
  } finally {
    await stage.close();
  }
}, 60_000);
