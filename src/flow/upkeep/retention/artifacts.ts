import type { Build } from '../../../domain/documents/build.ts';
import { buildId, environmentPrefix } from '../../../domain/ids.ts';
import { ROBOT } from '../../../domain/people/people.ts';
import {
  ACCEPTED_KEPT,
  type KeepingEnvironment,
  keptArtifacts,
  type StoredRun,
  type Verdict,
} from '../../../domain/retention/artifacts.ts';
import type { StoredArtifact } from '../../../ports/artifacts.ts';
import { DamagedDocument } from '../../../ports/store.ts';
import { apply } from '../../commands/apply.ts';
import type { Services } from '../../services/services.ts';
import { KEEP, mustKnow } from '../../settings/settings.ts';

type Looked = StoredArtifact & StoredRun;

/** How many environments are read at a time. */
const PAGE = 200;

/** What was removed. */
export interface Removed {
  count: number;
  bytes: number;
}

/**
 * Removes what builds of a product made and nobody needs. Any number of processes may do so at once, and each may be killed at
 * any moment: first the build is marked as discarded, then everything is looked at once more, and only what is still unneeded is
 * removed. Whoever chooses such a commit later finds the mark and has it built again; a release that chose it before is found by
 * the second look (RULES 49). Rejects with `StoreError`, and as `apply`.
 */
export async function cleanArtifacts(services: Services, product: string): Promise<Removed> {
  const removed: Removed = { count: 0, bytes: 0 };
  const first = await look(services, product);
  let marked = false;
  for (const verdict of first) {
    if (services.stopping.aborted) return removed;
    if ('goes' in verdict && verdict.goes.why === 'old')
      marked = (await discard(services, verdict.run)) || marked;
  }
  for (const verdict of marked ? await look(services, product) : first) {
    if (services.stopping.aborted) return removed;
    if ('stays' in verdict || verdict.goes.why === 'old') continue;
    const { run, goes } = verdict;
    await services.artifacts.remove(run);
    removed.count += 1;
    removed.bytes += run.bytes;
    services.log.debug(
      { product, sha: run.sha, attempt: run.attempt, bytes: run.bytes, why: goes.why },
      'artifacts were removed',
    );
  }
  return removed;
}

/** True: the build is marked now. False: something has happened to it since it was read. */
async function discard(services: Services, { product, sha, attempt }: StoredArtifact): Promise<boolean> {
  const { answer } = await apply(services, 'builds', buildId(product, sha), {
    id: services.newId(),
    actor: ROBOT,
    type: 'discardBuild',
    attempt,
  });
  return answer.kind === 'accepted';
}

/** Everything that is stored for a product, each with whether it stays. What is stored is read first, what needs it last. */
async function look(services: Services, product: string): Promise<Verdict<Looked>[]> {
  const stored = await services.artifacts.list(product);
  const runs: Looked[] = [];
  for (const artifact of stored)
    runs.push({ ...artifact, build: await readable(services, buildId(product, artifact.sha)) });
  const { artifacts: newest } = services.settings.keep ?? KEEP;
  return keptArtifacts(runs, await environmentsOf(services, product), newest);
}

/** null: there is no such build, or it is damaged, so nobody knows what is needed of it. A damaged environment keeps everything. */
async function readable({ store }: Pick<Services, 'store'>, id: string): Promise<Build | null> {
  try {
    return await store.load('builds', id);
  } catch (error) {
    if (error instanceof DamagedDocument) return null;
    throw error;
  }
}

/** All environments of a product that the store knows, also those that the configuration does not have any more. */
async function environmentsOf(
  { store, settings }: Pick<Services, 'store' | 'settings'>,
  product: string,
): Promise<KeepingEnvironment[]> {
  const configured = mustKnow(settings, product).environments.map(({ policy }) => policy);
  const prefix = environmentPrefix(product);
  const all: KeepingEnvironment[] = [];
  for (let after = prefix; ; ) {
    const ids = (await store.ids('environments', after, PAGE)).filter((id) => id.startsWith(prefix));
    for (const id of ids) {
      const environment = await store.load('environments', id);
      if (!environment) continue;
      const mode = configured.find(({ name }) => name === environment.name)?.mode ?? 'retired';
      const limit = ACCEPTED_KEPT[mode] + environment.acceptances.length;
      all.push({ environment, mode, acceptances: await store.acceptances(environment.id, limit) });
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return all;
    after = last;
  }
}
