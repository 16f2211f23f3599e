import type { Acceptance } from '../../../domain/documents/environment.ts';
import type { Aggregates, AuditRecord, DeliveryRecord, ReleaseRecord } from '../../../ports/store.ts';
import { AGGREGATES, auditRecord } from './aggregates.ts';
import { parseDocument } from './parse.ts';
import { acceptance, deliveryRecord, releaseRecord } from './release.ts';

/** The type stored in each collection. */
export interface Kept extends Aggregates {
  releases: ReleaseRecord;
  acceptances: Acceptance;
  audit: AuditRecord;
  deliveries: DeliveryRecord;
}

const SCHEMAS = {
  ...AGGREGATES,
  releases: releaseRecord,
  acceptances: acceptance,
  audit: auditRecord,
  deliveries: deliveryRecord,
} as const;

/** The id of an acceptance, which has no id field of its own. */
export function acceptanceId(environment: string, sha: string): string {
  return `${environment}@${sha}`;
}

export function idOf(value: Kept[keyof Kept]): string {
  return 'id' in value ? value.id : acceptanceId(value.environment, value.sha);
}

/** Parses a document, before it is stored and after it was read. Throws `CorruptDocument`. */
export function parseKept<C extends keyof Kept>(collection: C, id: string, value: unknown): Kept[C] {
  return parseDocument<Kept[keyof Kept]>(SCHEMAS[collection], collection, id, value) as Kept[C];
}
