import { AGGREGATE_KINDS, type AggregateKind } from '../../../domain/documents/document.ts';
import { COLLECTIONS, type Collection, type Records } from '../../../ports/portable.ts';
import { parseRecord } from '../documents/collections.ts';
import { aggregateRow } from './columns.ts';
import { textOf } from './statements.ts';

type ColumnType = 'text' | 'integer' | 'bigint' | 'boolean' | 'json';

/** How the documents of a collection are kept in a table. */
interface Layout<C extends Collection> {
  table: string;
  /** Absent: all rows of the table. */
  where?: string;
  /** SQL of the id, and of the document as text. */
  id: string;
  text: string;
  columns: readonly (readonly [name: string, type: ColumnType])[];
  /** The values of these columns. Throws `CorruptDocument`. */
  row(record: Records[C]): unknown[];
}

function aggregates<K extends AggregateKind>(kind: K): Layout<K> {
  return {
    table: 'slipway.aggregates',
    where: `kind = '${kind}'`,
    id: 'id',
    text: 'document::text',
    columns: [
      ['kind', 'text'],
      ['id', 'text'],
      ['product', 'text'],
      ['revision', 'integer'],
      ['wake_at', 'bigint'],
      ['undeliverable_at', 'bigint'],
      ['document', 'json'],
      ['post', 'text'],
    ],
    row: (record) => aggregateRow(kind, record),
  };
}

const OF_RECORDS: { [C in Exclude<Collection, AggregateKind>]: Layout<C> } = {
  releases: {
    table: 'slipway.releases',
    id: 'id',
    text: 'record::text',
    columns: [
      ['id', 'text'],
      ['environment', 'text'],
      ['number', 'integer'],
      ['sha', 'text'],
      ['kind', 'text'],
      ['revision', 'integer'],
      ['record', 'json'],
    ],
    row(record) {
      const { id, environment, release, revision } = record;
      const { number, sha, kind } = release;
      return [id, environment, number, sha, kind, revision, textOf('releases', record)];
    },
  },
  acceptances: {
    table: 'slipway.acceptances',
    id: "(environment || '@' || sha)",
    text: 'record::text',
    columns: [
      ['environment', 'text'],
      ['sha', 'text'],
      ['at', 'bigint'],
      ['revoked', 'boolean'],
      ['revision', 'integer'],
      ['record', 'json'],
    ],
    row(record) {
      const { environment, sha, at, revoked, revision } = record;
      return [environment, sha, at, revoked !== null, revision, textOf('acceptances', record)];
    },
  },
  audit: {
    table: 'slipway.audit',
    id: 'id',
    text: 'record::text',
    columns: [
      ['id', 'text'],
      ['product', 'text'],
      ['at', 'bigint'],
      ['record', 'json'],
    ],
    row: (record) => [record.id, record.product, record.at, textOf('audit', record)],
  },
  deliveries: {
    table: 'slipway.deliveries',
    id: 'id',
    text: 'row_to_json(deliveries)::text',
    columns: [
      ['id', 'text'],
      ['product', 'text'],
      ['at', 'bigint'],
      ['outcome', 'text'],
    ],
    row(record) {
      const { id, product, at, outcome } = parseRecord('deliveries', record.id, record);
      return [id, product, at, outcome];
    },
  },
  requests: {
    table: 'slipway.requests',
    id: 'id',
    text: 'row_to_json(requests)::text',
    columns: [
      ['id', 'text'],
      ['at', 'bigint'],
      ['until', 'bigint'],
      ['taken', 'integer'],
      ['body', 'text'],
    ],
    row(record) {
      const { id, at, until, taken, body } = parseRecord('requests', record.id, record);
      return [id, at, until, taken, body];
    },
  },
};

function isAggregate(collection: Collection): collection is AggregateKind {
  return AGGREGATE_KINDS.some((kind) => kind === collection);
}

function layoutOf<C extends Collection>(collection: C): Layout<C> {
  const layout: unknown = isAggregate(collection)
    ? aggregates(collection)
    : OF_RECORDS[collection as Exclude<Collection, AggregateKind>];
  return layout as Layout<C>;
}

/** All tables with documents. */
export const TABLES: readonly string[] = [
  ...new Set(COLLECTIONS.map((collection) => layoutOf(collection).table)),
];

/** SQL that selects `id` and `text` of every document of a collection, in order of id. */
export function selectFrom(collection: Collection): string {
  const { table, where = 'true', id, text } = layoutOf(collection);
  return `SELECT ${id} AS id, ${text} AS text FROM ${table} WHERE ${where} ORDER BY ${id} COLLATE "C"`;
}

/** SQL that returns one row with the number of documents of each collection. */
export const COUNT = `SELECT ${COLLECTIONS.map((collection) => {
  const { table, where = 'true' } = layoutOf(collection);
  return `(SELECT count(*) FROM ${table} WHERE ${where}) AS ${collection}`;
}).join(', ')}`;

/** One statement that inserts all these documents, with its parameters: an array for each column. */
export function insertInto<C extends Collection>(
  collection: C,
  records: readonly Records[C][],
): [string, unknown[]] {
  const { table, columns, row } = layoutOf(collection);
  const rows = records.map(row);
  const names = columns.map(([name]) => name).join(', ');
  const values = columns.map(([name, type]) => (type === 'json' ? `${name}::json` : name)).join(', ');
  // As text, because PGlite writes an item of an array of `json` as JSON once more.
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type === 'json' ? 'text' : type}[]`);
  return [
    `INSERT INTO ${table} (${names}) SELECT ${values} FROM unnest(${arrays.join(', ')}) AS given (${names})`,
    columns.map((_column, index) => rows.map((values) => values[index])),
  ];
}
