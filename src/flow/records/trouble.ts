import type { CommitRecord } from '../../domain/documents/records.ts';
import { environmentId } from '../../domain/ids.ts';
import { plainAddress } from '../../git/names/repository-url.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { Services } from '../services/services.ts';
import type { RecordsSettings } from '../settings/records.ts';
import type { ProductSettings } from '../settings/settings.ts';

/** After this many failures in a row people are told of what may pass by itself; short outages are not shown. */
const SHOWN_AFTER = 5;

type Watching = Pick<Services, 'troubles' | 'settings' | 'store'>;

/** Keeps the troubles about repositories of records up to date. The documents say what is wrong, so every process reports it. */
export async function watchRecords(services: Watching): Promise<void> {
  for (const product of services.settings.products) {
    const { records } = product;
    if (records !== undefined) await skipDamaged(services, () => watch(services, product, records));
  }
}

async function watch(
  { store, troubles }: Watching,
  { name, environments }: ProductSettings,
  { repository, branch }: RecordsSettings,
): Promise<void> {
  const key = `records:${name}`;
  const all = await Promise.all(
    environments.map(({ policy }) => store.load('records', environmentId(name, policy.name))),
  );
  const failed = all.find((record) => record !== null && isShown(record))?.failed;
  if (!failed) {
    troubles.clear(key);
    return;
  }
  troubles.set(key, {
    where: name,
    says: `what runs is not recorded in ${plainAddress(repository)}: ${failed.reason}`,
    todo: failed.lasting
      ? `settle that there, or correct records in the configuration: the login must have the right to push to ${branch} without a pull request. Slipway tries again by itself, and nothing waits for it`
      : 'nothing, if its host is down: it is written when it answers; else check records in the configuration',
  });
}

function isShown({ failed, failures }: CommitRecord): boolean {
  return failed !== null && (failed.lasting || failures >= SHOWN_AFTER);
}
