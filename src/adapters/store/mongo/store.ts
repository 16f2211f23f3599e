import type { Collection, Db, Filter, Sort } from 'mongodb';
import type { Card } from '../../../domain/documents/card.ts';
import { AGGREGATE_KINDS, type AggregateKind, type DocumentRef } from '../../../domain/documents/document.ts';
import type { Acceptance } from '../../../domain/documents/environment.ts';
import type { ReleaseKind } from '../../../domain/documents/values/release.ts';
import type { EnvironmentId, ReleaseId } from '../../../domain/ids.ts';
import type {
  Aggregates,
  AuditRecord,
  DeliveryRecord,
  ReleaseRecord,
  RequestRecord,
  Store,
} from '../../../ports/store.ts';
import { acceptanceId, type Records } from '../documents/collections.ts';
import { orStoreError } from '../failure.ts';
import { fromStored, isDuplicateKey, readText, type Stored, storedText, toStored } from './documents.ts';

/** The fields of a request that are changed in place. */
interface Counted {
  _id: string;
  until: number;
  taken: number;
}

/**
 * The store on MongoDB. Documents are inserted under their `_id`, or replaced as a whole by (`_id`, revision), so each
 * write is atomic by itself, on a single server and on a replica set alike. The database must be prepared (`openMongo`).
 * `close` leaves the connection to whoever opened it.
 */
export class MongoStore implements Store {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async ping(): Promise<void> {
    await orStoreError(() => this.#db.command({ ping: 1 }));
  }

  async clock(): Promise<number | null> {
    const { localTime } = await orStoreError(() => this.#db.command({ hello: 1 }));
    return localTime instanceof Date ? localTime.getTime() : null;
  }

  async load<K extends AggregateKind>(kind: K, id: string): Promise<Aggregates[K] | null> {
    return await this.#one<K>(kind, id);
  }

  async save<K extends AggregateKind>(kind: K, aggregate: Aggregates[K]): Promise<'saved' | 'conflict'> {
    const { id, revision } = aggregate;
    if (!Number.isSafeInteger(revision) || revision < 1) {
      throw new RangeError(`A document is stored under a revision from 1; ${kind} ${id} has ${revision}.`);
    }
    const document = toStored<AggregateKind>(kind, aggregate);
    const written =
      revision === 1
        ? await this.#insert(kind, document)
        : await this.#replace(kind, document, { revision: revision - 1 });
    return written ? 'saved' : 'conflict';
  }

  async due(now: number, limit: number, products?: readonly string[]): Promise<DocumentRef[]> {
    const found = await Promise.all(
      AGGREGATE_KINDS.map(async (kind) => {
        // Both bounds, since the index only holds documents with a wake time.
        const due = { wakeAt: { $gte: 0, $lte: now } };
        const filter = products ? { ...due, product: { $in: products.map(storedText) } } : due;
        const documents = await this.#find(kind, filter, { wakeAt: 1, _id: 1 }, limit, { wakeAt: 1 });
        return documents.map(({ _id, wakeAt }) => ({ kind, id: readText(_id), wakeAt: Number(wakeAt) }));
      }),
    );
    // The sort is stable, so documents of one kind stay in order of id; the kinds are in alphabetical order.
    const inOrder = found.flat().sort((a, b) => a.wakeAt - b.wakeAt);
    return inOrder.slice(0, Math.max(0, limit)).map(({ kind, id }) => ({ kind, id }));
  }

  async ids(kind: AggregateKind, after: string | null, limit: number): Promise<string[]> {
    const filter = after === null ? {} : { _id: { $gt: storedText(after) } };
    return (await this.#find(kind, filter, { _id: 1 }, limit, { _id: 1 })).map(({ _id }) => readText(_id));
  }

  async undeliverable(product: string, limit: number): Promise<Card[]> {
    // Any text, expressed as in the index.
    const filter = { product: storedText(product), undeliverable: { $gte: '' } };
    return await this.#many('cards', filter, { time: -1, _id: -1 }, limit);
  }

  async cardAt(channel: string, ts: string): Promise<Card | null> {
    const filter = { channel: storedText(channel), ts: storedText(ts) };
    return (await this.#many('cards', filter, { _id: 1 }, 1))[0] ?? null;
  }

  async addAudit(records: AuditRecord[]): Promise<void> {
    for (const record of records) await this.#insert('audit', toStored('audit', record));
  }

  async findAudit(commandId: string): Promise<AuditRecord | null> {
    return await this.#one('audit', commandId);
  }

  async audits(
    { product, since }: { product: string | null; since: number },
    after: Pick<AuditRecord, 'at' | 'id'> | null,
    limit: number,
  ): Promise<AuditRecord[]> {
    const ofProduct = product === null ? {} : { product: storedText(product) };
    const read = (filter: Filter<Stored>, most: number) =>
      this.#many('audit', { ...ofProduct, ...filter }, { at: 1, _id: 1 }, most);
    if (after === null || after.at < since) return await read({ at: { $gte: since } }, limit);
    // Two ranges of the index: for a single condition with `$or` the server may read everything.
    const sameTime = await read({ at: after.at, _id: { $gt: storedText(after.id) } }, limit);
    const later = await read({ at: { $gt: after.at } }, limit - sameTime.length);
    return [...sameTime, ...later];
  }

  async putReleases(records: ReleaseRecord[]): Promise<void> {
    for (const record of records) {
      await this.#insertOrReplaceOlder('releases', toStored('releases', record), record.revision);
    }
  }

  async findRelease(id: ReleaseId): Promise<ReleaseRecord | null> {
    return await this.#one('releases', id);
  }

  async releases(environment: EnvironmentId, before: number | null, limit: number): Promise<ReleaseRecord[]> {
    const filter = {
      environment: storedText(environment),
      ...(before === null ? {} : { 'release.number': { $lt: before } }),
    };
    return await this.#many('releases', filter, { 'release.number': -1 }, limit);
  }

  async releasesBy(
    environment: EnvironmentId,
    by: { sha: string } | { kind: ReleaseKind },
    limit: number,
  ): Promise<ReleaseRecord[]> {
    const filter = {
      environment: storedText(environment),
      ...('sha' in by ? { 'release.sha': by.sha } : { 'release.kind': by.kind }),
    };
    return await this.#many('releases', filter, { 'release.number': -1 }, limit);
  }

  async putAcceptances(records: Acceptance[]): Promise<void> {
    for (const record of records) {
      await this.#insertOrReplaceOlder('acceptances', toStored('acceptances', record), record.revision);
    }
  }

  async findAcceptance(environment: EnvironmentId, sha: string): Promise<Acceptance | null> {
    return await this.#one('acceptances', acceptanceId(environment, sha));
  }

  async acceptances(environment: EnvironmentId, limit: number): Promise<Acceptance[]> {
    const filter = { environment: storedText(environment), revoked: null };
    return await this.#many('acceptances', filter, { at: -1, revision: -1 }, limit);
  }

  async addDelivery(record: DeliveryRecord): Promise<'added' | 'seen'> {
    return (await this.#insert('deliveries', toStored('deliveries', record))) ? 'added' : 'seen';
  }

  async findDelivery(id: string): Promise<DeliveryRecord | null> {
    return await this.#one('deliveries', id);
  }

  async concludeDelivery(id: string, outcome: string): Promise<void> {
    await orStoreError(async () => {
      const change = { $set: { outcome: storedText(outcome) } };
      await this.#in('deliveries').updateOne({ _id: storedText(id) }, change);
    });
  }

  async pruneDeliveries(before: number): Promise<number> {
    return await orStoreError(async () => {
      const { deletedCount } = await this.#in('deliveries').deleteMany({ at: { $lt: before } });
      return deletedCount;
    });
  }

  async keepRequest(record: RequestRecord): Promise<void> {
    const document = toStored('requests', record);
    let isKept = false;
    // One that exists and is finished between the two is inserted by the next turn.
    while (!isKept) {
      isKept = (await this.#insert('requests', document)) || (await this.#replace('requests', document, {}));
    }
  }

  async takeRequests(now: number, until: number, limit: number): Promise<RequestRecord[]> {
    const taken: RequestRecord[] = [];
    while (taken.length < limit) {
      const stored = await orStoreError(() =>
        this.#db
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

  async holdRequests(ids: readonly string[], until: number): Promise<void> {
    await orStoreError(async () => {
      await this.#in('requests').updateMany({ _id: { $in: ids.map(storedText) } }, { $set: { until } });
    });
  }

  async finishRequest(id: string, at: number): Promise<void> {
    await orStoreError(async () => {
      await this.#in('requests').deleteOne({ _id: storedText(id), at });
    });
  }

  async close(): Promise<void> {}

  #in(collection: keyof Records): Collection<Stored> {
    return this.#db.collection<Stored>(collection);
  }

  /** False: the id exists, and nothing was written. */
  async #insert(collection: keyof Records, document: Stored): Promise<boolean> {
    return await orStoreError(async () => {
      try {
        await this.#in(collection).insertOne(document);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    });
  }

  /** False: no document with this id matches `as`, and nothing was written. */
  async #replace(collection: keyof Records, document: Stored, as: Filter<Stored>): Promise<boolean> {
    const { _id, ...fields } = document;
    return await orStoreError(async () => {
      const { matchedCount } = await this.#in(collection).replaceOne({ ...as, _id }, fields);
      return matchedCount === 1;
    });
  }

  /** Nothing is ever deleted from these collections: what cannot be inserted exists, and can be replaced. */
  async #insertOrReplaceOlder(collection: keyof Records, document: Stored, revision: number): Promise<void> {
    if (await this.#insert(collection, document)) return;
    await this.#replace(collection, document, { revision: { $lt: revision } });
  }

  async #one<C extends keyof Records>(collection: C, id: string): Promise<Records[C] | null> {
    const stored = await orStoreError(() => this.#in(collection).findOne({ _id: storedText(id) }));
    return stored && fromStored(collection, stored);
  }

  async #many<C extends keyof Records>(
    collection: C,
    filter: Filter<Stored>,
    sort: Sort,
    limit: number,
  ): Promise<Records[C][]> {
    const found = await this.#find(collection, filter, sort, limit);
    return found.map((stored) => fromStored(collection, stored));
  }

  async #find(
    collection: keyof Records,
    filter: Filter<Stored>,
    sort: Sort,
    limit: number,
    projection?: { [field: string]: 1 },
  ): Promise<Stored[]> {
    // MongoDB treats 0 as no limit.
    if (limit < 1) return [];
    return await orStoreError(() =>
      this.#in(collection)
        .find(filter, { sort, limit, ...(projection && { projection }) })
        .toArray(),
    );
  }
}
