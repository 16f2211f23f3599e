import { AGGREGATE_KINDS } from '../domain/documents/document.ts';
import type { Acceptance } from '../domain/documents/environment.ts';
import type { Aggregates, AuditRecord, DeliveryRecord, ReleaseRecord, RequestRecord } from './store.ts';

/** Everything that a store keeps besides logs and artifacts, in the order in which it is exported. */
export const COLLECTIONS = [
  ...AGGREGATE_KINDS,
  'releases',
  'acceptances',
  'audit',
  'deliveries',
  'requests',
] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** The type stored in each collection. */
export interface Records extends Aggregates {
  releases: ReleaseRecord;
  acceptances: Acceptance;
  audit: AuditRecord;
  deliveries: DeliveryRecord;
  requests: RequestRecord;
}

/** How many documents each collection has. */
export type Counts = Record<Collection, number>;

/** Some documents of one collection, as they are stored: nothing of them was checked. */
export interface Page {
  collection: Collection;
  documents: { id: string; value: unknown }[];
}

/** A store as a whole, for moving it to another one. Methods throw `StoreError`, after which it is unknown what was done. */
export interface Portable {
  /**
   * All documents: collections in the order of `COLLECTIONS`, each in order of id, compared byte by byte. A few at a time,
   * so that memory does not grow with the store. They are as of one moment if nobody writes meanwhile.
   */
  pages(): AsyncIterable<Page>;
  /** Adds documents whose ids are not there. If it fails, any of them may be there. */
  add<C extends Collection>(collection: C, records: readonly Records[C][]): Promise<void>;
  counts(): Promise<Counts>;
  /** Deletes all documents. */
  clear(): Promise<void>;
  /** Marks the store as half filled: no process starts on it until `finish`. Harmless if it is marked already. */
  begin(): Promise<void>;
  /** Takes the mark away. */
  finish(): Promise<void>;
  /** Whether it is marked: an import has begun and did not come to its end. */
  isUnfinished(): Promise<boolean>;
  /** Processes that may have worked with the store in the last so many milliseconds, in words; 0: that may do so now. */
  users(withinMs: number): Promise<string[]>;
}
