import type { Records } from '../../../ports/portable.ts';
import { AGGREGATES } from './aggregates.ts';
import { CorruptDocument, parseDocument, parseKnown } from './parse.ts';
import { requestRecord } from './request.ts';
import { auditRecord } from './settled.ts';
import { acceptance, deliveryRecord, releaseRecord } from './values/release.ts';

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

/**
 * Parses a document of any version that comes from elsewhere or goes there. As `readRecord`, but refuses fields that the
 * schema does not know, as nobody could say what they mean for another program. `id` null: it is not known from elsewhere.
 */
export function readKnownRecord<C extends keyof Records>(
  collection: C,
  id: string | null,
  value: unknown,
): Records[C] {
  renameCheck(value);
  const named = id ?? nameOf(value);
  const record = parseKnown<Records[keyof Records]>(
    SCHEMAS[collection],
    collection,
    named,
    value,
  ) as Records[C];
  const own = idOf(record);
  if (id !== null && own !== id) throw misplaced(collection, id, own);
  return record;
}

function misplaced(collection: string, id: string, own: string): CorruptDocument {
  return new CorruptDocument(collection, id, [
    { code: 'custom', path: ['id'], message: `is ${own}`, input: own },
  ]);
}

/** What a document that may be anything calls itself. */
function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { id, environment, sha } = value as Record<string, unknown>;
  return id === undefined ? acceptanceId(String(environment), String(sha)) : String(id);
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
