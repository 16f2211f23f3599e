import { toldToForge } from '../../chat/text/told-to-forge.ts';
import { OWN_STATUS } from '../../domain/checks/seen.ts';
import { newBuild } from '../../domain/documents/build.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import { isSettled, type Release } from '../../domain/documents/values/release.ts';
import { buildId, releaseId } from '../../domain/ids.ts';
import { globFilter } from '../../domain/paths.ts';
import { isFinal, type Says, saysOf, speaker } from '../../domain/reports/says.ts';
import type { CommitStatus, ForgeCommit, NewDeployment } from '../../ports/forge.ts';
import { commitOf } from '../pipeline/look-at-checks.ts';
import type { ChatServices } from '../services/services.ts';
import type { EnvironmentSettings, ProductSettings, Settings } from '../settings/settings.ts';
import { cardUrl, releaseOf } from '../views/render-context.ts';

/** How many releases of one commit are looked through for the one that speaks for it. */
const SAME_COMMIT = 20;

/** A release as the forge is to be told of it. */
export interface Drawn {
  commit: ForgeCommit;
  status: CommitStatus;
  says: Says;
  deployment: NewDeployment;
  /** It says nothing more by itself. */
  over: boolean;
}

/** Where a release belongs. */
export interface Place {
  environment: Environment;
  product: ProductSettings;
  settings: EnvironmentSettings;
}

/** The release as it is now; null: it is no longer known. */
export async function drawReport(
  services: Pick<ChatServices, 'chat' | 'store' | 'settings'>,
  { environment, product, settings }: Place,
  number: number,
): Promise<Drawn | null> {
  const release = await releaseOf(services, environment, number);
  if (release === null) return null;
  const speaks = await speakerOf(services, environment, release);
  const says = saysOf(environment, release);
  const build = await services.store.load('builds', buildId(product.name, release.sha));
  return {
    commit: placed(commitOf(build ?? newBuild(product.name, release.sha)), release, product),
    status: {
      name: `${OWN_STATUS}${environment.name}`,
      state: saysOf(environment, speaks).commit,
      description: toldToForge(environment.id, speaks),
      url: await urlOf(services, speaks),
    },
    says,
    deployment: {
      environment: isShared(services.settings, product) ? environment.id : environment.name,
      release: releaseId(environment.id, number),
      description: toldToForge(environment.id, release),
      url: await urlOf(services, release),
      environmentUrl: settings.policy.url,
    },
    over: isFinal(says) && isSettled(release),
  };
}

/** Of a commit that nobody pushed: by the branch that is followed, or the tag by which somebody prepared it. */
function placed(commit: ForgeCommit, { ref }: Release, { branch }: ProductSettings): ForgeCommit {
  if (commit.ref !== null) return commit;
  if (typeof branch === 'string') return { ...commit, ref: { name: branch, tag: false } };
  return ref !== null && globFilter(branch.tags)(ref) ? { ...commit, ref: { name: ref, tag: true } } : commit;
}

async function speakerOf(
  { store }: Pick<ChatServices, 'store'>,
  environment: Environment,
  release: Release,
): Promise<Release> {
  const { sha } = release;
  const known = [...environment.open, ...environment.ended.map((entry) => entry.release)];
  const past = await store.releasesBy(environment.id, { sha }, SAME_COMMIT);
  const numbers = new Set(known.map(({ number }) => number));
  const all = [
    ...known.filter((each) => each.sha === sha),
    ...past.flatMap((record) => (numbers.has(record.release.number) ? [] : [record.release])),
  ];
  return speaker(all) ?? release;
}

/** Address of its card; null: it is not posted, or Slack gives none. */
async function urlOf(
  services: Pick<ChatServices, 'chat' | 'store'>,
  { card }: Release,
): Promise<string | null> {
  return cardUrl(services, await services.store.load('cards', card));
}

/** True: another product has the same project of the same forge. */
function isShared({ products }: Settings, { name, forge }: ProductSettings): boolean {
  return products.some(
    (other) =>
      other.name !== name && other.forge?.name === forge?.name && other.forge?.project === forge?.project,
  );
}
