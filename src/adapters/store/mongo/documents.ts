import type { Acceptance } from '../../../domain/environment.ts';
import type { Aggregates, AuditRecord, DeliveryRecord, ReleaseRecord } from '../../../ports/store.ts';
import { AGGREGATES, auditRecord } from '../documents/aggregates.ts';
import { parseDocument } from '../documents/parse.ts';
import { acceptance, deliveryRecord, releaseRecord } from '../documents/release.ts';
import { escaped, unescaped } from './escape.ts';

/** A document as MongoDB has it: the id is `_id`, all else as the domain knows it. */
export interface Stored {
  _id: string;
  [field: string]: unknown;
}

/** What is kept in each collection. */
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

/** As an id or another text is stored. */
export const storedText = (text: string): string => escaped(text);

/** As it was before. */
export const readText = (stored: string): string => unescaped(stored);

/** An acceptance has no id of its own. */
export function acceptanceId(environment: string, sha: string): string {
  return `${environment}@${sha}`;
}

/** What is stored for `value`. Throws `CorruptDocument` when it could not be read again: it is not to be stored then. */
export function toStored<C extends keyof Kept>(collection: C, value: Kept[C]): Stored {
  const id = 'id' in value ? value.id : acceptanceId(value.environment, value.sha);
  const fields: Record<string, unknown> = { ...(parse(collection, id, value) as object) };
  delete fields.id;
  return escaped({ _id: id, ...fields });
}

/** What `toStored` was given. Throws `CorruptDocument`. */
export function fromStored<C extends keyof Kept>(collection: C, stored: Stored): Kept[C] {
  const { _id: id, ...fields } = unescaped(stored);
  return parse(collection, id, collection === 'acceptances' ? fields : { id, ...fields });
}

function parse<C extends keyof Kept>(collection: C, id: string, value: unknown): Kept[C] {
  return parseDocument<Kept[keyof Kept]>(SCHEMAS[collection], collection, id, value) as Kept[C];
}
