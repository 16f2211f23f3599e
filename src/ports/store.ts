import type { Build } from '../domain/documents/build.ts';
import type { Card } from '../domain/documents/card.ts';
import type { Aggregate, AggregateKind, DocumentRef, Settled } from '../domain/documents/document.ts';
import type { Acceptance, Environment } from '../domain/documents/environment.ts';
import type { Product } from '../domain/documents/product.ts';
import type { Release, ReleaseKind } from '../domain/documents/release.ts';

export interface Aggregates {
  environments: Environment;
  builds: Build;
  products: Product;
  cards: Card;
}

/** One settled command, for ever. */
export interface AuditRecord extends Omit<Settled, 'recorded'> {
  product: string;
  /** Which document settled it. */
  place: DocumentRef;
}

/** An ended release as the history keeps it. A later state of the same release replaces an earlier one. */
export interface ReleaseRecord {
  /** `storefront/prod#42` */
  id: string;
  environment: string;
  product: string;
  release: Release;
  /** Revision of the environment at which this state was decided: an older one never replaces a newer. */
  revision: number;
}

/** A webhook that was seen. */
export interface DeliveryRecord {
  /** Provider, its delivery id, and product: `github:<uuid>:storefront`. */
  id: string;
  product: string;
  at: number;
  /** What it led to: a build, or a stated reason; null: not known yet. */
  outcome: string | null;
}

/**
 * Where everything is kept. Promises: `save` is atomic and has exactly one winner for a revision; what it
 * answered is durable as far as the backend is; reads after a save see it. It does not promise transactions over
 * two documents, and nobody asks for one.
 * Every method throws `StoreError` when the outcome is not known: look it up before repeating it.
 */
export interface Store {
  /** null: never stored. */
  load<K extends AggregateKind>(kind: K, id: string): Promise<Aggregates[K] | null>;
  /**
   * Stores `aggregate` as revision `aggregate.revision`: an insert for 1, else a replace of the document that
   * has the revision before it. 'conflict': somebody else wrote first, nothing was changed.
   */
  save<K extends AggregateKind>(kind: K, aggregate: Aggregates[K]): Promise<'saved' | 'conflict'>;
  /** Documents whose `wakeAt` is at or before `now`, the longest waiting first. */
  due(now: number, limit: number): Promise<DocumentRef[]>;
  /** Ids of all documents of a kind, in order of id, after `after`. */
  ids(kind: AggregateKind, after: string | null, limit: number): Promise<string[]>;
  /** Cards that are not delivered, as somebody has to act first, newest first. */
  undeliverable(product: string, limit: number): Promise<Card[]>;

  /** Adds audit records; those whose id is there already are left as they are. */
  addAudit(records: AuditRecord[]): Promise<void>;
  /** null: no such command was ever settled and recorded. */
  findAudit(commandId: string): Promise<AuditRecord | null>;
  /**
   * Audit records of one product (null: of all), from time `since` on, in order of time and then of id, after the place
   * of `after` (null: from the first).
   */
  audits(
    of: { product: string | null; since: number },
    after: Pick<AuditRecord, 'at' | 'id'> | null,
    limit: number,
  ): Promise<AuditRecord[]>;

  /** Adds or replaces by id where `revision` is newer than what is there. */
  putReleases(records: ReleaseRecord[]): Promise<void>;
  findRelease(id: string): Promise<ReleaseRecord | null>;
  /** Newest number first; `before`: only numbers lower than this, null from the newest. */
  releases(environment: string, before: number | null, limit: number): Promise<ReleaseRecord[]>;
  /** Newest number first: those of one commit, or those of one kind. */
  releasesBy(
    environment: string,
    by: { sha: string } | { kind: ReleaseKind },
    limit: number,
  ): Promise<ReleaseRecord[]>;

  /** Adds or replaces by (environment, sha) where `revision` is newer than what is there (RULES 21). */
  putAcceptances(records: Acceptance[]): Promise<void>;
  findAcceptance(environment: string, sha: string): Promise<Acceptance | null>;
  /** Not revoked, newest first. */
  acceptances(environment: string, limit: number): Promise<Acceptance[]>;

  /** 'seen': a delivery with this id was added before, nothing was changed. */
  addDelivery(record: DeliveryRecord): Promise<'added' | 'seen'>;
  findDelivery(id: string): Promise<DeliveryRecord | null>;
  concludeDelivery(id: string, outcome: string): Promise<void>;
  /** Deletes deliveries seen before `before`; the number deleted. */
  pruneDeliveries(before: number): Promise<number>;

  /**
   * What the clock of the server says, in milliseconds since the epoch; null: there is no server, or it does not tell. Rejects with
   * `StoreError` when it does not answer.
   */
  clock(): Promise<number | null>;
  /** Resolves when the backend answers; rejects with `StoreError` when it does not, within seconds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store, or the way to it, failed; whether the write happened is not known. */
export class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
  }
}

/** A document is there and cannot be understood; nothing of it was used. */
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
