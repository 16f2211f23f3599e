import type { Acceptance } from '../../../domain/documents/environment.ts';
import type {
  Aggregates,
  AuditRecord,
  DeliveryRecord,
  ReleaseRecord,
  RequestRecord,
} from '../../../ports/store.ts';
import { AGGREGATES } from './aggregates.ts';
import { parseDocument } from './parse.ts';
import { requestRecord } from './request.ts';
import { auditRecord } from './settled.ts';
import { acceptance, deliveryRecord, releaseRecord } from './values/release.ts';

/** The type stored in each collection. */
export interface Records extends Aggregates {
  releases: ReleaseRecord;
  acceptances: Acceptance;
  audit: AuditRecord;
  deliveries: DeliveryRecord;
  requests: RequestRecord;
}

const SCHEMAS = {
  ...AGGREGATES,
  releases: releaseRecord,
  acceptances: acceptance,
  audit: auditRecord,
  deliveries: deliveryRecord,
  requests: requestRecord,
} as const;

/** The id of an acceptance, which has no id field of its own. */
export function acceptanceId(environment: string, sha: string): string {
  return `${environment}@${sha}`;
}

export function idOf(value: Records[keyof Records]): string {
  return 'id' in value ? value.id : acceptanceId(value.environment, value.sha);
}

/**
 * Parses a document that was read. Programs of schema version 1 call the step `verify` of a release `check`: where they
 * stored it, it is renamed in `value`. Throws `CorruptDocument`.
 */
export function readRecord<C extends keyof Records>(collection: C, id: string, value: unknown): Records[C] {
  renameCheck(value);
  return parseRecord(collection, id, value);
}

function renameCheck(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inside] of Object.entries(value)) {
    const isStep = key === 'step' || key === 'erroredIn';
    if (isStep && inside === 'check') Object.assign(value, { [key]: 'verify' });
    else renameCheck(inside);
  }
}

/** Parses a document before it is stored. Throws `CorruptDocument`. */
export function parseRecord<C extends keyof Records>(collection: C, id: string, value: unknown): Records[C] {
  return parseDocument<Records[keyof Records]>(SCHEMAS[collection], collection, id, value) as Records[C];
}
