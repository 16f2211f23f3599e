import type { Remote } from '../../domain/documents/values/remote.ts';
import { ringRemotes } from '../../flow/remote/ring.ts';
import type { Services } from '../../flow/services/services.ts';
import type { ForgeKind } from '../../flow/settings/forges.ts';
import type { EnvironmentSettings, ProductSettings } from '../../flow/settings/settings.ts';
import { isRemote } from '../../flow/settings/steps.ts';
import { holds } from '../executors/words.ts';
import { isSameProject } from './followed.ts';
import type { NamedRepository, RungRun } from './hook-kind.ts';

/**
 * A run changed at a forge: the attempt that it carries out is looked at, if a product has one. The run may be in another project
 * than the product's repository. Returns whether that is so.
 */
export async function ringRun(
  services: Services,
  kind: ForgeKind,
  product: ProductSettings,
  { repository, run }: { repository: NamedRepository; run: RungRun },
): Promise<boolean> {
  const rung = await ringRemotes(
    services,
    product,
    (remote, environment) =>
      remote.system === kind && isRunOf(remote, run) && runsIn(environment, kind, repository.project),
  );
  return rung > 0;
}

/** True: a step of the product runs in this project, which may be another than that of its repository. */
export function hasRunsIn(
  { environments }: ProductSettings,
  kind: ForgeKind,
  { project }: NamedRepository,
): boolean {
  return environments.some((environment) => runsIn(environment, kind, project));
}

/** A run whose id is not known is known by the attempt's id in its title. */
function isRunOf({ run: known, key }: Remote, { id, title }: RungRun): boolean {
  return known === null ? holds(title ?? '', key) : known.id === id;
}

function runsIn({ deploy, verify }: EnvironmentSettings, kind: ForgeKind, project: string | null): boolean {
  return [deploy, verify].some((step) => {
    if (step === null || !isRemote(step)) return false;
    const { remote } = step;
    return remote.system === kind && 'project' in remote && isSameProject(remote.project, project);
  });
}
