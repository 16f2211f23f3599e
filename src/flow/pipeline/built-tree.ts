import type { Build } from '../../domain/documents/build.ts';
import { buildId, buildRunId, shortSha } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Lease } from '../../git/trees/types.ts';
import { type BuildRun, DamagedArtifact } from '../../ports/artifacts.ts';
import { StoreError } from '../../ports/store.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';

/** A tree that is ready for a deploy or verification, or why it is not. */
export type BuiltTree =
  | { kind: 'ready'; tree: Lease }
  /** `reason`: text for people that says what failed and what to do. */
  | { kind: 'errored'; reason: string };

function isBuilt({ status }: Build): boolean {
  return status === 'succeeded';
}

/** The attempt that built and tested a commit; null: none, or it was built elsewhere, which leaves nothing here. */
export function succeededRun(build: Build): BuildRun | null {
  if (!isBuilt(build) || build.checks || build.attempt === null) return null;
  return { product: build.product, sha: build.sha, attempt: build.attempt.number };
}

/**
 * Asked before a deploy begins: where nothing is stored of the build that the release relies on, the build is marked, so that the
 * begin has it built again instead of failing (RULES 49). What cannot be found out is left to the deploy.
 */
export async function noteIfGone(services: Services, product: string, sha: string): Promise<void> {
  const id = buildId(product, sha);
  const build = await services.store.load('builds', id);
  const run = build ? succeededRun(build) : null;
  if (run === null || build?.discarded) return;
  try {
    if (await services.artifacts.has(run)) return;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    services.log.warn({ err: error, product, sha }, 'nobody knows whether the artifacts of a build are kept');
    return;
  }
  services.log.warn({ product, sha }, 'the artifacts of a build are gone; it is built again');
  const { attempt } = run;
  await apply(services, 'builds', id, { id: services.newId(), actor: ROBOT, type: 'discardBuild', attempt });
}

/**
 * Takes the tree that the build of a commit left: a worktree that still has it or, on another machine or later, a clean
 * one into which the kept result is restored. Of a commit that was built elsewhere it takes a clean one. `ifStill` is asked before each long step; false ends the work, with the
 * tree as it is.
 */
export async function takeBuiltTree(
  services: Pick<Services, 'store' | 'trees' | 'artifacts' | 'log'>,
  wanted: { product: string; sha: string; lockFile: string },
  ifStill: () => boolean,
): Promise<BuiltTree> {
  const { product, sha, lockFile } = wanted;
  const again = `/release rebuild ${product} ${shortSha(sha)} builds it again`;
  let tree: Lease | null = null;
  try {
    const build = await services.store.load('builds', buildId(product, sha));
    const run = build ? succeededRun(build) : null;
    if (build?.checks && isBuilt(build))
      return { kind: 'ready', tree: await services.trees(product).take({ sha, built: null, lockFile }) };
    if (run === null) return { kind: 'errored', reason: notBuilt(sha, build) };
    const built = buildRunId(run);
    tree = await services.trees(product).take({ sha, built, lockFile });
    if (tree.holds || !ifStill()) return { kind: 'ready', tree };
    if ((await services.artifacts.restore(run, tree.directory)) === 'restored') {
      await tree.renew();
      await tree.mark(built);
      return { kind: 'ready', tree };
    }
    await tree.release();
    return {
      kind: 'errored',
      reason: `the artifacts of the build of ${shortSha(sha)} are no longer kept: ${again}`,
    };
  } catch (error) {
    await tree?.release();
    if (error instanceof DamagedArtifact) {
      services.log.error({ err: error, product, sha }, 'an artifact is damaged');
      return {
        kind: 'errored',
        reason: `the artifacts of the build of ${shortSha(sha)} are damaged: ${again}`,
      };
    }
    if (!(error instanceof GitError) && !(error instanceof StoreError)) throw error;
    services.log.warn({ err: error, product, sha }, 'a tree could not be prepared');
    return { kind: 'errored', reason: error.message };
  }
}

function notBuilt(sha: string, build: Build | null): string {
  switch (build?.status) {
    case 'awaiting':
      return `the checks of ${shortSha(sha)} have not passed yet`;
    case 'requested':
    case 'building':
      return `${shortSha(sha)} is being built again`;
    case 'failed':
    case 'errored':
      return `the build of ${shortSha(sha)} ${build.status}`;
    default:
      return `${shortSha(sha)} was never built`;
  }
}
