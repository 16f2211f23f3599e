// The processes that Slipway starts for a commit, started through Slipway's own functions: so they are the same ones,
// whatever they are: git for the fetch, the head, the pin and the tree; node for each guard, and for each command the
// shell that watches it and the shell that runs it. What is left out is what makes it Slipway: documents, claims and
// leases, gates, audit, history, cards, and the questions to git that only cards and gates ask.
import { join } from 'node:path';
import { withArchive } from '../../../src/adapters/artifacts/pack.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import type { Pool } from '../../../src/git/trees/types.ts';
import { commandEnvironment } from '../../../src/runner/environment.ts';
import { runCommand } from '../../../src/runner/run.ts';

const TIMEOUT_MS = 60_000;
const BRANCH = 'main';

const mirrors = new Map<string, Mirror>();
const pools = new Map<string, Pool>();

function mirrorOf(place: string, repository: string): Mirror {
  const known = mirrors.get(place);
  if (known) return known;
  const mirror = openMirror({ directory: join(place, 'mirror.git'), repository });
  mirrors.set(place, mirror);
  return mirror;
}

function poolOf(place: string, mirror: Mirror): Pool {
  const known = pools.get(place);
  if (known) return known;
  const directory = join(place, 'trees');
  const pool = openPool({ directory, mirror, guardIsGone: () => true, now: Date.now, onProblem: () => {} });
  pools.set(place, pool);
  return pool;
}

/** Fetches; the head, pinned. */
export async function fetched(place: string, repository: string): Promise<string> {
  const mirror = mirrorOf(place, repository);
  await mirror.fetch();
  const sha = await mirror.head(BRANCH);
  if (sha === null) throw new Error(`${repository} has no ${BRANCH}`);
  await mirror.pin(sha);
  return sha;
}

/** A tree of this commit; where it is. Also what is asked of git when what a build made there is kept. */
export async function checkedOut(place: string, repository: string, sha: string): Promise<string> {
  const mirror = mirrorOf(place, repository);
  await mirror.pin(sha);
  const lease = await poolOf(place, mirror).take({ sha, built: null, lockFile: join(place, 'lock') });
  await withArchive(lease.directory, sha, async () => {});
  // The chain has one commit at a time in each place.
  await lease.release();
  return lease.directory;
}

/** Runs a command under a guard, as builds and deploys are run. */
export async function ran(place: string, tree: string, command: string): Promise<void> {
  const variables = {
    product: 'bare',
    environment: null,
    commit: '',
    ref: null,
    previousCommit: null,
    release: null,
    kind: null,
  };
  const outcome = await runCommand({
    command,
    cwd: tree,
    env: commandEnvironment({
      variables,
      productEnv: {},
      stepEnv: {},
      machine: { home: place, node: process.execPath },
      lang: null,
    }),
    logFile: join(place, 'log'),
    secrets: [],
    timeoutMs: TIMEOUT_MS,
    lockFile: join(place, 'lock'),
    deadline: Date.now() + TIMEOUT_MS,
  }).done;
  if (outcome.kind !== 'exited' || outcome.exitCode !== 0) throw new Error(JSON.stringify(outcome));
}
