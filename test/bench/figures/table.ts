import { type Figure, isReached, type Report, type Target } from './report.ts';
import type { Summary } from './statistics.ts';

const COLUMNS = ['', 'tier', 'Slipway', 'baseline', 'ratio (lowest to highest round)', 'target', ''] as const;

/** The report for people, on a terminal. */
export function textTable(report: Report): string {
  return [...header(report), '', figureLines(report.figures), ''].join('\n');
}

/** The figures alone, in columns. */
export function figureLines(figures: readonly Figure[]): string {
  const rows = [COLUMNS, ...figures.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const lines = rows.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** The same as a table of Markdown, for docs/performance.md. */
export function markdownTable(report: Report): string {
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = line(COLUMNS.map(() => '---'));
  return [
    header(report).join('\n\n'),
    '',
    line(COLUMNS),
    rule,
    ...report.figures.map((row) => line(cells(row))),
    '',
  ].join('\n');
}

function header({ machine, node, servers, rounds, quick }: Report): string[] {
  const short = quick ? ' A short run: its figures mean nothing.' : '';
  return [
    `${machine}; Node ${node}; ${servers.join(', ') || 'no servers'}.`,
    `Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.${short}`,
  ];
}

function cells(row: Figure): string[] {
  const reached = isReached(row);
  return [
    row.what,
    row.tier,
    `${amount(row.slipway.median)} ${row.unit}`,
    row.baseline ? `${amount(row.baseline.value.median)} ${row.unit} (${row.baseline.what})` : '',
    row.ratio ? spread(row.ratio) : '',
    row.target ? targetWords(row.target, row.unit) : '',
    reached === null ? '' : reached ? 'reached' : 'not reached',
  ];
}

function spread({ median, low, high }: Summary): string {
  return `${amount(median)} × (${amount(low)} to ${amount(high)})`;
}

function targetWords({ of, bound, limit }: Target, unit: string): string {
  return `${bound} ${limit} ${of === 'ratio' ? '×' : unit}`;
}

/** Three digits that count, never in the form 1e3. */
export function amount(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - [...cell].length));
}
