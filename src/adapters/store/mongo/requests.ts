import type { Db } from 'mongodb';
import type { RequestRecord } from '../../../ports/store.ts';
import { orStoreError } from '../failure.ts';
import type { Collections } from './collections.ts';
import { fromStored, storedText, toStored } from './documents.ts';

/** The fields of a request that are changed in place. */
interface Counted {
  _id: string;
  until: number;
  taken: number;
}

/** As `Store.keepRequest`. */
export async function keepRequest(collections: Collections, record: RequestRecord): Promise<void> {
  const document = toStored('requests', record);
  let isKept = false;
  // One that exists and is finished between the two is inserted by the next turn.
  while (!isKept) {
    isKept =
      (await collections.insert('requests', document)) ||
      (await collections.replace('requests', document, {}));
  }
}

/** As `Store.takeRequests`. */
export async function takeRequests(
  db: Db,
  now: number,
  until: number,
  limit: number,
): Promise<RequestRecord[]> {
  const taken: RequestRecord[] = [];
  while (taken.length < limit) {
    const stored = await orStoreError(() =>
      db
        .collection<Counted>('requests')
        .findOneAndUpdate(
          { until: { $lte: now } },
          { $set: { until }, $inc: { taken: 1 } },
          { sort: { until: 1, _id: 1 }, returnDocument: 'after' },
        ),
    );
    if (stored === null) break;
    taken.push(fromStored('requests', { ...stored }));
  }
  return taken;
}

/** As `Store.holdRequests`. */
export async function holdRequests(
  collections: Collections,
  ids: readonly string[],
  until: number,
): Promise<void> {
  await orStoreError(async () => {
    await collections.in('requests').updateMany({ _id: { $in: ids.map(storedText) } }, { $set: { until } });
  });
}

/** As `Store.finishRequest`. */
export async function finishRequest(collections: Collections, id: string, at: number): Promise<void> {
  await orStoreError(async () => {
    await collections.in('requests').deleteOne({ _id: storedText(id), at });
  });
}
