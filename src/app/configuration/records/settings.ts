import { secretsOf } from '../../../flow/services/forge-projects.ts';
import type { ForgeSettings } from '../../../flow/settings/forges.ts';
import type { RecordsSettings } from '../../../flow/settings/records.ts';
import { type AccessSettings, NO_ACCESS } from '../../../git/commands/access.ts';
import { splitLogin, webOrigin } from '../../../git/names/repository-url.ts';
import type { Written } from '../schema.ts';
import { addressSecrets } from '../values/address-secrets.ts';
import { findForge } from '../values/product-forge.ts';

type WrittenRecords = NonNullable<Written['products'][string]['records']>;

interface Beside {
  /** The product's own repository, and how it is reached beside a login in its address. */
  repository: string;
  access: AccessSettings | undefined;
  forges: readonly ForgeSettings[];
}

export function toRecords(records: WrittenRecords, beside: Beside): RecordsSettings {
  const { repository, branch, path, tags, formats = null } = records;
  const kinds = new Map(beside.forges.map(({ name, kind }) => [name, kind]));
  const found = findForge(repository, undefined, kinds);
  return {
    repository,
    access: accessOf(records, beside),
    ...(found.kind === 'found' ? { forge: found.forge } : {}),
    branch,
    path,
    tags,
    formats,
  };
}

/** A repository at the host of the product's own one is reached with the same login, unless it has another. */
function accessOf(
  { repository, user, token, sshKey, knownHosts }: WrittenRecords,
  beside: Beside,
): AccessSettings {
  const isOwn = [user, token, sshKey, knownHosts].some((value) => value !== undefined);
  if (isOwn || splitLogin(repository).login !== null) {
    // A token that is not set where this process runs is empty.
    return {
      user: user ?? null,
      token: token || null,
      sshKey: sshKey ?? null,
      knownHosts: knownHosts ?? null,
    };
  }
  const origin = webOrigin(repository);
  if (origin === null || origin !== webOrigin(beside.repository)) return NO_ACCESS;
  const { login } = splitLogin(beside.repository);
  return beside.access ?? { ...NO_ACCESS, user: login?.user ?? null, token: login?.password ?? null };
}

/** What is secret about it. */
export function recordsSecrets(
  { repository, token, sshKey }: WrittenRecords,
  forges: readonly ForgeSettings[],
): string[] {
  const found = findForge(repository, undefined, new Map(forges.map(({ name, kind }) => [name, kind])));
  const forge = found.kind === 'found' ? forges.find(({ name }) => name === found.forge.name) : undefined;
  return [
    ...addressSecrets(repository),
    ...[token, sshKey].filter((secret) => secret !== undefined).filter((secret) => secret !== ''),
    ...(forge === undefined ? [] : secretsOf(forge.access)),
  ];
}
