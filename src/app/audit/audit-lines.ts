import type { Change } from '../../domain/documents/document.ts';
import type { AuditRecord } from '../../ports/store.ts';

export const AUDIT_FORMATS = ['csv', 'json'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

/** The columns of a CSV export, in this order. */
const COLUMNS: readonly [string, (record: AuditRecord) => string | number | null | undefined][] = [
  ['at', ({ at }) => iso(at)],
  ['product', ({ product }) => product],
  ['document', ({ place }) => place.id],
  ['command', ({ type }) => type],
  ['by', ({ actor }) => actor.name],
  ['by_id', ({ actor }) => (actor.kind === 'person' ? actor.id : null)],
  ['result', ({ answer }) => answer.kind],
  ['rule', ({ answer }) => (answer.kind === 'refused' ? answer.refusal.rule : null)],
  ['release', ({ answer }) => releaseOf(answer)],
  ['commit', ({ sha }) => sha],
  ['attempt', ({ answer }) => (answer.kind === 'accepted' ? answer.attempt : null)],
  ['reason', ({ reason }) => reason],
  ['revision', ({ revision }) => revision],
  ['changed', ({ changed }) => changed.map(changeText).join('; ')],
  ['id', ({ id }) => id],
];

function releaseOf(answer: AuditRecord['answer']): number | null {
  if (answer.kind === 'accepted') return answer.release ?? null;
  return 'release' in answer.refusal ? answer.refusal.release : null;
}

/** For example "release 42: prepared to approved". */
function changeText({ what, number, from, to }: Change): string {
  return `${what}${number === null ? '' : ` ${number}`}: ${from ?? 'none'} to ${to ?? 'none'}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The lines of an export, each with its line end, yielded as the records arrive. */
export async function* auditLines(
  records: AsyncIterable<AuditRecord>,
  format: AuditFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(COLUMNS.map(([name]) => name));
  for await (const record of records) {
    yield format === 'csv'
      ? csvLine(COLUMNS.map(([, read]) => read(record) ?? ''))
      : `${JSON.stringify({ ...record, at: iso(record.at) })}\n`;
  }
}

/**
 * A line of CSV (RFC 4180). Spreadsheets run a cell that begins with `= + - @`, a tab or a line end as a formula, and
 * anybody can type such a reason. An apostrophe in front keeps it text.
 */
function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
