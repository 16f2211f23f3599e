import type { Db, Filter } from 'mongodb';
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
import { acceptanceId } from '../documents/collections.ts';
import { orStoreError } from '../failure.ts';
import { Collections } from './collections.ts';
import { readText, type Stored, storedText, toStored } from './documents.ts';
import { finishRequest, holdRequests, keepRequest, takeRequests } from './requests.ts';
import { serverTime } from './signs.ts';

/**
 * The store on MongoDB. Documents are inserted under their `_id`, or replaced as a whole by (`_id`, revision), so each
 * write is atomic by itself, on a single server and on a replica set alike. The database must be prepared (`openMongo`).
 * `close` leaves the connection to whoever opened it.
 */
export class MongoStore implements Store {
  readonly #db: Db;
  readonly #collections: Collections;

  constructor(db: Db) {
    this.#db = db;
    this.#collections = new Collections(db);
  }

  async ping(): Promise<void> {
    await orStoreError(() => this.#db.command({ ping: 1 }));
  }

  async clock(): Promise<number | null> {
    return await serverTime(this.#db);
  }

  async load<K extends AggregateKind>(kind: K, id: string): Promise<Aggregates[K] | null> {
    return await this.#collections.one<K>(kind, id);
  }

  async save<K extends AggregateKind>(kind: K, aggregate: Aggregates[K]): Promise<'saved' | 'conflict'> {
    const { id, revision } = aggregate;
    if (!Number.isSafeInteger(revision) || revision < 1) {
      throw new RangeError(`A document is stored under a revision from 1; ${kind} ${id} has ${revision}.`);
    }
    const document = toStored<AggregateKind>(kind, aggregate);
    const written =
      revision === 1
        ? await this.#collections.insert(kind, document)
        : await this.#collections.replace(kind, document, { revision: revision - 1 });
    return written ? 'saved' : 'conflict';
  }

  async due(now: number, limit: number, products?: readonly string[]): Promise<DocumentRef[]> {
    const found = await Promise.all(
      AGGREGATE_KINDS.map(async (kind) => {
        // Both bounds, since the index only holds documents with a wake time.
        const due = { wakeAt: { $gte: 0, $lte: now } };
        const filter = products ? { ...due, product: { $in: products.map(storedText) } } : due;
        const documents = await this.#collections.find(kind, filter, { wakeAt: 1, _id: 1 }, limit, {
          wakeAt: 1,
        });
        return documents.map(({ _id, wakeAt }) => ({ kind, id: readText(_id), wakeAt: Number(wakeAt) }));
      }),
    );
    // The sort is stable, so documents of one kind stay in order of id; the kinds are in alphabetical order.
    const inOrder = found.flat().sort((a, b) => a.wakeAt - b.wakeAt);
    return inOrder.slice(0, Math.max(0, limit)).map(({ kind, id }) => ({ kind, id }));
  }

  async ids(kind: AggregateKind, after: string | null, limit: number): Promise<string[]> {
    const filter = after === null ? {} : { _id: { $gt: storedText(after) } };
    return (await this.#collections.find(kind, filter, { _id: 1 }, limit, { _id: 1 })).map(({ _id }) =>
      readText(_id),
    );
  }

  async undeliverable(product: string, limit: number): Promise<Card[]> {
    // Any text, expressed as in the index.
    const filter = { product: storedText(product), undeliverable: { $gte: '' } };
    return await this.#collections.many('cards', filter, { time: -1, _id: -1 }, limit);
  }

  async cardAt(channel: string, ts: string): Promise<Card | null> {
    const filter = { channel: storedText(channel), ts: storedText(ts) };
    return (await this.#collections.many('cards', filter, { _id: 1 }, 1))[0] ?? null;
  }

  async addAudit(records: AuditRecord[]): Promise<void> {
    for (const record of records) await this.#collections.insert('audit', toStored('audit', record));
  }

  async findAudit(commandId: string): Promise<AuditRecord | null> {
    return await this.#collections.one('audit', commandId);
  }

  async audits(
    { product, since }: { product: string | null; since: number },
    after: Pick<AuditRecord, 'at' | 'id'> | null,
    limit: number,
  ): Promise<AuditRecord[]> {
    const ofProduct = product === null ? {} : { product: storedText(product) };
    const read = (filter: Filter<Stored>, most: number) =>
      this.#collections.many('audit', { ...ofProduct, ...filter }, { at: 1, _id: 1 }, most);
    if (after === null || after.at < since) return await read({ at: { $gte: since } }, limit);
    // Two ranges of the index: for a single condition with `$or` the server may read everything.
    const sameTime = await read({ at: after.at, _id: { $gt: storedText(after.id) } }, limit);
    const later = await read({ at: { $gt: after.at } }, limit - sameTime.length);
    return [...sameTime, ...later];
  }

  async putReleases(records: ReleaseRecord[]): Promise<void> {
    for (const record of records) {
      await this.#collections.insertOrReplaceOlder('releases', toStored('releases', record), record.revision);
    }
  }

  async findRelease(id: ReleaseId): Promise<ReleaseRecord | null> {
    return await this.#collections.one('releases', id);
  }

  async releases(environment: EnvironmentId, before: number | null, limit: number): Promise<ReleaseRecord[]> {
    const filter = {
      environment: storedText(environment),
      ...(before === null ? {} : { 'release.number': { $lt: before } }),
    };
    return await this.#collections.many('releases', filter, { 'release.number': -1 }, limit);
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
    return await this.#collections.many('releases', filter, { 'release.number': -1 }, limit);
  }

  async putAcceptances(records: Acceptance[]): Promise<void> {
    for (const record of records) {
      await this.#collections.insertOrReplaceOlder(
        'acceptances',
        toStored('acceptances', record),
        record.revision,
      );
    }
  }

  async findAcceptance(environment: EnvironmentId, sha: string): Promise<Acceptance | null> {
    return await this.#collections.one('acceptances', acceptanceId(environment, sha));
  }

  async acceptances(environment: EnvironmentId, limit: number): Promise<Acceptance[]> {
    const filter = { environment: storedText(environment), revoked: null };
    return await this.#collections.many('acceptances', filter, { at: -1, revision: -1 }, limit);
  }

  async addDelivery(record: DeliveryRecord): Promise<'added' | 'seen'> {
    return (await this.#collections.insert('deliveries', toStored('deliveries', record))) ? 'added' : 'seen';
  }

  async findDelivery(id: string): Promise<DeliveryRecord | null> {
    return await this.#collections.one('deliveries', id);
  }

  async concludeDelivery(id: string, outcome: string): Promise<void> {
    await orStoreError(async () => {
      const change = { $set: { outcome: storedText(outcome) } };
      await this.#collections.in('deliveries').updateOne({ _id: storedText(id) }, change);
    });
  }

  async pruneDeliveries(before: number): Promise<number> {
    return await orStoreError(async () => {
      const { deletedCount } = await this.#collections.in('deliveries').deleteMany({ at: { $lt: before } });
      return deletedCount;
    });
  }

  keepRequest(record: RequestRecord): Promise<void> {
    return keepRequest(this.#collections, record);
  }

  takeRequests(now: number, until: number, limit: number): Promise<RequestRecord[]> {
    return takeRequests(this.#db, now, until, limit);
  }

  holdRequests(ids: readonly string[], until: number): Promise<void> {
    return holdRequests(this.#collections, ids, until);
  }

  finishRequest(id: string, at: number): Promise<void> {
    return finishRequest(this.#collections, id, at);
  }

  async close(): Promise<void> {}
}
