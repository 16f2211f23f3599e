import type { ForgeKind, ForgeSettings } from '../../flow/settings/forges.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { type GitRun, isRemote } from '../../flow/settings/steps.ts';
import type { ForgeUse } from '../../ports/forge.ts';
import { loginForge } from '../forge-login.ts';

/** What an account may do, as the rest of "the account may …". */
export const MAY: Record<ForgeUse, string> = {
  checks: 'read checks',
  rerun: 'run failed checks again',
  statuses: 'report commit statuses',
  deployments: 'report deployments',
  pullRequests: 'read pull requests',
  clone: 'be used by git to fetch the repository',
  runs: 'run workflows and pipelines',
};

/** What Slipway does at its forge for a product. */
export function usesOf(product: ProductSettings, forge: ForgeSettings): ForgeUse[] {
  const checks: ForgeUse[] = product.build.checks === undefined ? [] : ['checks', 'rerun'];
  const clone: ForgeUse[] = loginForge(product, [forge]) === null ? [] : ['clone'];
  const runs: ForgeUse[] = placesOfRuns(product).some((place) => isOwn(product, place)) ? ['runs'] : [];
  const uses: ForgeUse[] = [...checks, ...forge.report, 'pullRequests', ...clone, ...runs];
  return uses
    .filter((use) => forge.access.kind !== 'none' || READS.includes(use))
    .filter((use) => isAt(forge.kind, use));
}

/** Whether there is such a thing at this kind of forge. */
export function isAt(kind: ForgeKind, use: ForgeUse): boolean {
  return ONLY_AT[use]?.includes(kind) ?? true;
}

/** A project of a forge. */
export interface Place {
  name: string;
  project: string;
}

/** The projects whose workflows or pipelines carry out steps of a product, each once. */
export function placesOfRuns({ environments }: ProductSettings): Place[] {
  const places = new Map<string, Place>();
  for (const step of environments.flatMap(({ deploy, verify }) => [deploy, verify])) {
    if (step === null || !isRemote(step)) continue;
    const { remote } = step;
    if (remote.system !== 'github' && remote.system !== 'gitlab') continue;
    const { forge: name, project } = remote;
    places.set(`${name} ${project}`, { name, project });
  }
  return [...places.values()];
}

/** The changes of repositories that carry out deploys of a product, one for each branch. */
export function changedBy({ environments }: ProductSettings): GitRun[] {
  const branches = new Map<string, GitRun>();
  for (const { deploy } of environments) {
    if (!isRemote(deploy) || deploy.remote.system !== 'git') continue;
    const { repository, branch } = deploy.remote;
    branches.set(`${repository} ${branch}`, deploy.remote);
  }
  return [...branches.values()];
}

/** True: it is the product's own project. */
export function isOwn({ forge }: ProductSettings, { name, project }: Place): boolean {
  return forge?.name === name && forge.project === project;
}

/** What other kinds of forge do not have. */
const ONLY_AT: Partial<Record<ForgeUse, readonly ForgeKind[]>> = {
  rerun: ['github', 'gitlab'],
  deployments: ['github', 'gitlab'],
  runs: ['github', 'gitlab'],
};

/** What needs no login where everybody may see the project. */
const READS: readonly ForgeUse[] = ['checks', 'pullRequests'];
