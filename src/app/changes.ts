import { createHash } from 'node:crypto';
import { secretsOf } from '../flow/services/forge-projects.ts';
import { changesPath } from '../flow/services/paths.ts';
import type { ForgeSettings } from '../flow/settings/forges.ts';
import type { GitRun } from '../flow/settings/steps.ts';
import { openChanges } from '../git/changes/changes.ts';
import type { Changes } from '../git/changes/types.ts';
import { NO_ACCESS } from '../git/commands/access.ts';
import type { Forges } from '../ports/forge.ts';
import { addressSecrets } from './configuration/values/address-secrets.ts';
import { askForge, type Source } from './forge-login.ts';
import { sourceOf } from './repositories.ts';

/** What repositories are changed with. */
export interface ChangedRepositories {
  dataDirectory: string;
  forges: readonly ForgeSettings[];
  /** Asked for the login at the hosts of forges. */
  forge: Forges;
  now: () => number;
}

/** Opens the repositories that files are changed in, each once for all who reach it in the same way. */
export function openChangedRepositories({
  dataDirectory,
  forges,
  forge,
  now,
}: ChangedRepositories): (source: Source) => Changes {
  const opened = new Map<string, Changes>();
  return (source) => {
    // Holds secrets, so only its digest is a name.
    const key = createHash('sha256').update(sourceOf(source, forges)).digest('hex').slice(0, 20);
    const changes =
      opened.get(key) ??
      openChanges({
        directory: changesPath(dataDirectory, key),
        repository: source.repository,
        access: source.git?.access ?? NO_ACCESS,
        askLogin: askForge(source, forges, forge),
        now,
      });
    opened.set(key, changes);
    return changes;
  };
}

/** A repository that deploys change, as one that is reached like a product's. */
export function sourceOfRun({ repository, forge, access }: GitRun): Source {
  return {
    repository,
    ...(forge && { forge }),
    ...(access && { git: { access, submodules: false, lfs: false } }),
  };
}

/** What is secret about it. */
export function secretsOfRun(
  { repository, forge, access }: GitRun,
  forges: readonly ForgeSettings[],
): string[] {
  const used = forges.find(({ name }) => name === forge?.name);
  return [
    ...addressSecrets(repository),
    ...(access?.token ? [access.token] : []),
    ...(used === undefined ? [] : secretsOf(used.access)),
  ];
}
