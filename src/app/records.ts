import { recordsPath } from '../flow/services/paths.ts';
import type { Services } from '../flow/services/services.ts';
import { mustKnow, type Settings } from '../flow/settings/settings.ts';
import { openChanges } from '../git/changes/changes.ts';
import type { Changes } from '../git/changes/types.ts';
import type { Forges } from '../ports/forge.ts';
import { askForge } from './forge-login.ts';

/** Opens the repositories of records, on first use. Throws `TypeError` for a product that keeps none. */
export function openRecords(
  settings: Settings,
  dataDirectory: string,
  { now, forge }: { now: () => number; forge: Forges },
): Services['records'] {
  const opened = new Map<string, Changes>();
  return (product) => {
    const known = opened.get(product) ?? open(product);
    opened.set(product, known);
    return known;
  };

  function open(product: string): Changes {
    const { records } = mustKnow(settings, product);
    if (records === undefined) throw new TypeError(`${product} keeps no records`);
    const { repository, access, forge: at } = records;
    const source = {
      repository,
      git: { access, submodules: false, lfs: false },
      ...(at === undefined ? {} : { forge: at }),
    };
    return openChanges({
      directory: recordsPath(dataDirectory, product),
      repository,
      access,
      askLogin: askForge(source, settings.forges ?? [], forge),
      now,
    });
  }
}
