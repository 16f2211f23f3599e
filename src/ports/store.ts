import type { Build } from '../domain/documents/build.ts';
import type { Card } from '../domain/documents/card.ts';
import type { Aggregate, AggregateKind, DocumentRef, Settled } from '../domain/documents/document.ts';
import type { Acceptance, Environment } from '../domain/documents/environment.ts';
import type { Product } from '../domain/documents/product.ts';
import type { Profile } from '../domain/documents/profile.ts';
import type { CommitRecord } from '../domain/documents/records.ts';
import type { Reports } from '../domain/documents/reports.ts';
import type { Release, ReleaseKind } from '../domain/documents/values/release.ts';
import type { EnvironmentId, ReleaseId } from '../domain/ids.ts';

/** The type of the document for each kind. */
export interface Aggregates {
  environments: Environment;
  builds: Build;
  products: Product;
  cards: Card;
  people: Profile;
  records: CommitRecord;
  reports: Reports;
}

/** One processed command, kept forever. */
export interface AuditRecord extends Omit<Settled, 'recorded'> {
  product: string;
  /** The document that processed it. */
  place: DocumentRef;
}

/** An ended release as the history keeps it. A later state of the same release replaces an earlier one. */
export interface ReleaseRecord {
  id: ReleaseId;
  environment: EnvironmentId;
  product: string;
  release: Release;
  /** Revision of the environment that decided this state: an older one never replaces a newer one. */
  revision: number;
}

/** A webhook that was received. */
export interface DeliveryRecord {
  /** Provider, its delivery id, and product: `github:<uuid>:storefront`. */
  id: string;
  product: string;
  at: number;
  /** Its result: a build, or a stated reason; null: not known yet. */
  outcome: string | null;
}

/** A request of a person that Slack was told is taken, and whose work is not finished. */
export interface RequestRecord {
  /** Slack's own id of the request. */
  id: string;
  /** When it came. */
  at: number;
  /** Until then, some process works on it. */
  until: number;
  /** How often a process took it from another one. */
  taken: number;
  /** The request as Slack sent it, as JSON. */
  body: string;
}

/**
 * Where all documents and records are kept. Promises: `save` is atomic and has exactly one winner for each revision; what
 * it has answered is as durable as the backend; reads after a save see it. Transactions over two documents are not
 * promised, and nothing needs them.
 * Every method throws `StoreError` when the outcome is unknown: look it up before repeating the call.
 */
export interface Store {
  /** null: never stored. */
  load<K extends AggregateKind>(kind: K, id: string): Promise<Aggregates[K] | null>;
  /**
   * Stores `aggregate` as revision `aggregate.revision`: inserts revision 1, otherwise replaces the document that has the
   * previous revision. 'conflict': another writer was first, and nothing was changed.
   */
  save<K extends AggregateKind>(kind: K, aggregate: Aggregates[K]): Promise<'saved' | 'conflict'>;
  /** Documents of these products (absent: of all) whose `wakeAt` is at or before `now`, longest due first. */
  due(now: number, limit: number, products?: readonly string[]): Promise<DocumentRef[]>;
  /** Ids of a kind's documents, in order of id, starting after `after`; null: from the first. */
  ids(kind: AggregateKind, after: string | null, limit: number): Promise<string[]>;
  /** Cards that cannot be delivered until somebody acts, newest first. */
  undeliverable(product: string, limit: number): Promise<Card[]>;
  /** The card posted there: below it is its thread. `channel`, `ts`: as Slack names the post. null: none of ours. */
  cardAt(channel: string, ts: string): Promise<Card | null>;

  /** Adds audit records; existing ids are left unchanged. */
  addAudit(records: AuditRecord[]): Promise<void>;
  /** null: no such command was processed and recorded. */
  findAudit(commandId: string): Promise<AuditRecord | null>;
  /**
   * Audit records of one product (null: of all), from time `since` on, ordered by time and then id, starting after the
   * position of `after` (null: from the first).
   */
  audits(
    of: { product: string | null; since: number },
    after: Pick<AuditRecord, 'at' | 'id'> | null,
    limit: number,
  ): Promise<AuditRecord[]>;

  /** Adds the records, or replaces those with the same id and an older `revision`. */
  putReleases(records: ReleaseRecord[]): Promise<void>;
  findRelease(id: ReleaseId): Promise<ReleaseRecord | null>;
  /** Newest number first. `before`: only lower numbers; null: from the newest. */
  releases(environment: EnvironmentId, before: number | null, limit: number): Promise<ReleaseRecord[]>;
  /** Newest number first: the releases of one commit, or of one kind. */
  releasesBy(
    environment: EnvironmentId,
    by: { sha: string } | { kind: ReleaseKind },
    limit: number,
  ): Promise<ReleaseRecord[]>;

  /** Adds the acceptances, or replaces those with the same environment, SHA and an older `revision` (RULES 21). */
  putAcceptances(records: Acceptance[]): Promise<void>;
  /** The newest acceptance of a commit, revoked or not; null: never accepted there. */
  findAcceptance(environment: EnvironmentId, sha: string): Promise<Acceptance | null>;
  /** Acceptances that are not revoked, newest first. */
  acceptances(environment: EnvironmentId, limit: number): Promise<Acceptance[]>;

  /** 'seen': a delivery with this id exists already; nothing was changed. */
  addDelivery(record: DeliveryRecord): Promise<'added' | 'seen'>;
  findDelivery(id: string): Promise<DeliveryRecord | null>;
  /** Stores the result of a delivery. */
  concludeDelivery(id: string, outcome: string): Promise<void>;
  /** Deletes deliveries that were received before `before`; returns how many. */
  pruneDeliveries(before: number): Promise<number>;

  /** Adds a request, or replaces the one with this id. */
  keepRequest(record: RequestRecord): Promise<void>;
  /** Takes requests that nobody works on at `now`, longest due first; each goes to one caller, who has them until `until`. */
  takeRequests(now: number, until: number, limit: number): Promise<RequestRecord[]>;
  /** Whoever works on these requests has them until `until`; those that are finished are left out. */
  holdRequests(ids: readonly string[], until: number): Promise<void>;
  /** Deletes the request that came at `at`, as its work is finished; a later one with the same id stays. */
  finishRequest(id: string, at: number): Promise<void>;

  /**
   * The time of the server's clock, in milliseconds since the epoch; null: there is no server, or it does not give the time.
   * Rejects with `StoreError` when it does not answer.
   */
  clock(): Promise<number | null>;
  /** Resolves when the backend answers; rejects with `StoreError` when it does not, within seconds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store failed or could not be reached. After a write, it is unknown whether it happened. */
export class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
  }
}

/** A document exists but cannot be parsed; nothing of it was used. */
export class DamagedDocument extends StoreError {
  readonly collection: string;
  readonly id: string;

  constructor(collection: string, id: string, message: string) {
    super(message);
    this.name = 'DamagedDocument';
    this.collection = collection;
    this.id = id;
  }
}

export type { Aggregate };
