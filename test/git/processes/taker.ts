import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { openPool } from '../../../src/git/trees/pool.ts';

/** Takes a worktree once, and says which and what went wrong on the way: directory, repository, commit. */
const [root = '', repository = '', sha = ''] = process.argv.slice(2);
const problems: string[] = [];
const pool = openPool({
  directory: `${root}/trees`,
  mirror: openMirror({ directory: `${root}/mirror`, repository }),
  guardIsGone: () => true,
  now: Date.now,
  onProblem: (error) => void problems.push(String(error)),
});
const { directory } = await pool.take({ sha, built: null, lockFile: '/none' });
await pool.idle();
process.stdout.write(JSON.stringify({ directory, problems }));
