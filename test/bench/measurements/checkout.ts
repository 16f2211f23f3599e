import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import { inRounds, type Measurement } from '../bench.ts';
import { nowMs } from '../figures/clock.ts';
import { figure } from '../figures/report.ts';
import { median } from '../figures/statistics.ts';
import { largeRepository, repositoryPath, someCommits } from '../world/repositories.ts';

const run = promisify(execFile);

const SIZE = { commits: 20_000, files: 5_000 };
const QUICK_SIZE = { commits: 200, files: 100 };

/** Commits that are checked out are as far apart as those that a team has under way. */
const AMONG = 200;

/** A commit's tree from the mirror that is there, against a clone made for it. */
export const checkout: Measurement = async ({ tier, rounds, quick, note }) => {
  const size = quick ? QUICK_SIZE : SIZE;
  const each = quick ? 1 : 5;
  const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const url = repositoryPath(directory, 'large');
    note(`a repository of ${size.commits} commits and ${size.files} files is made`);
    await largeRepository(url, size);
    const mirror = openMirror({ directory: join(directory, 'mirror.git'), repository: url });
    await mirror.fetch();
    const commits = await someCommits(url, (rounds + 1) * each, AMONG);
    const pool = openPool({
      directory: join(directory, 'trees'),
      mirror,
      guardIsGone: () => true,
      now: Date.now,
      onProblem: (error) => note(`a worktree was not switched: ${error}`),
    });
    let taken = 0;
    const next = () => {
      taken += 1;
      return commits[taken % commits.length] ?? '';
    };
    const checkOut = async () => {
      const sha = next();
      const begin = nowMs();
      const lease = await pool.take({ sha, built: null, lockFile: join(directory, 'lock') });
      const took = nowMs() - begin;
      await lease.release();
      return took;
    };
    // The first tree of all is made from nothing.
    await checkOut();
    note(`${rounds} rounds of a clone and ${each} checkouts`);
    const measured = await inRounds(rounds, {
      async slipway() {
        const times: number[] = [];
        for (let index = 0; index < each; index += 1) times.push(await checkOut());
        return median(times);
      },
      async baseline(round) {
        const clone = join(directory, `clone-${round}`);
        const begin = nowMs();
        // As from a forge: packed and sent, not hard links.
        await run('git', ['clone', '--quiet', '--no-checkout', `file://${url}`, clone]);
        await run('git', ['-C', clone, 'checkout', '--quiet', '--detach', next()]);
        const took = nowMs() - begin;
        await rm(clone, { recursive: true, force: true, maxRetries: 3 });
        return took;
      },
    });
    return [
      figure(
        {
          measurement: 'checkout',
          tier: tier.name,
          what: `checkout of a commit, ${size.commits} commits and ${size.files} files`,
          unit: 'ms',
        },
        measured.slipway,
        { what: 'a fresh clone', rounds: measured.baseline },
        { of: 'ratio', bound: 'at most', limit: 0.05 },
      ),
    ];
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
};
