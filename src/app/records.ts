import type { Services } from '../flow/services/services.ts';
import type { RecordsSettings } from '../flow/settings/records.ts';
import { mustKnow, type Settings } from '../flow/settings/settings.ts';
import type { ChangedRepositories } from './changes.ts';
import { openChangedRepositories } from './changes.ts';
import type { Source } from './forge-login.ts';

/** Opens the repositories of records, on first use. Throws `TypeError` for a product that keeps none. */
export function openRecords(
  settings: Settings,
  { dataDirectory, forge, now }: Omit<ChangedRepositories, 'forges'>,
): Services['records'] {
  const changesOf = openChangedRepositories({ dataDirectory, forges: settings.forges ?? [], forge, now });
  return (product) => {
    const { records } = mustKnow(settings, product);
    if (records === undefined) throw new TypeError(`${product} keeps no records`);
    return changesOf(sourceOfRecords(records));
  };
}

/** The repository of records, as one that is reached like a product's. */
export function sourceOfRecords({ repository, access, forge }: RecordsSettings): Source {
  return { repository, git: { access, submodules: false, lfs: false }, ...(forge && { forge }) };
}
