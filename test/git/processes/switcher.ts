import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { openPool } from '../../../src/git/trees/pool.ts';

/** Switches one worktree between two commits until it is killed: directory, repository, and the commits. */
const [root = '', repository = '', ...shas] = process.argv.slice(2);
const pool = openPool({
  directory: `${root}/trees`,
  mirror: openMirror({ directory: `${root}/mirror`, repository }),
  guardIsGone: () => true,
  now: Date.now,
  onProblem: (error) => process.stderr.write(`${error}\n`),
});
for (let round = 0; ; round += 1) {
  const lease = await pool.take({ sha: shas[round % shas.length] ?? '', built: null, lockFile: '/none' });
  await lease.release();
  process.stdout.write('.');
}
