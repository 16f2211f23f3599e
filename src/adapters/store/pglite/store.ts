import type { Card } from '../../../domain/documents/card.ts';
import type { AggregateKind, DocumentRef } from '../../../domain/documents/document.ts';
import type { Acceptance } from '../../../domain/documents/environment.ts';
import type { ReleaseKind } from '../../../domain/documents/values/release.ts';
import type { EnvironmentId, ReleaseId } from '../../../domain/ids.ts';
import type {
  Aggregates,
  AuditRecord,
  DeliveryRecord,
  ReleaseRecord,
  RequestRecord,
  Store,
} from '../../../ports/store.ts';
import { parseRecord, readRecord } from '../documents/collections.ts';
import { aggregateRow, postKey } from './columns.ts';
import type { Database } from './database.ts';
import { finishRequest, holdRequests, keepRequest, takeRequests } from './requests.ts';
import { Statements } from './statements.ts';

/** The store on PGlite. The tables must exist (`migrateStore`). `close` leaves the database to whoever opened it. */
export class PgliteStore implements Store {
  readonly #statements: Statements;

  constructor(database: Database) {
    this.#statements = new Statements(database);
  }

  /** The database runs in this process, so it has no clock of its own. */
  async clock(): Promise<null> {
    return null;
  }

  async ping(): Promise<void> {
    await this.#statements.query('SELECT 1', []);
  }

  async load<K extends AggregateKind>(kind: K, id: string): Promise<Aggregates[K] | null> {
    return await this.#statements.one(
      kind,
      'SELECT id, document::text AS text FROM slipway.aggregates WHERE kind = $1 AND id = $2',
      [kind, id],
    );
  }

  async save<K extends AggregateKind>(kind: K, aggregate: Aggregates[K]): Promise<'saved' | 'conflict'> {
    const { id, revision } = aggregate;
    if (!Number.isSafeInteger(revision) || revision < 1) {
      throw new RangeError(`A document is stored under a revision from 1; ${kind} ${id} has ${revision}.`);
    }
    const { rowCount } = await this.#statements.query(
      revision === 1
        ? `INSERT INTO slipway.aggregates (kind, id, product, revision, wake_at, undeliverable_at, document, post)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
        : `UPDATE slipway.aggregates
           SET product = $3, revision = $4, wake_at = $5, undeliverable_at = $6, document = $7, post = $8
           WHERE kind = $1 AND id = $2 AND revision = $4 - 1`,
      aggregateRow(kind, aggregate),
    );
    return rowCount === 1 ? 'saved' : 'conflict';
  }

  async due(now: number, limit: number, products?: readonly string[]): Promise<DocumentRef[]> {
    const { rows } = await this.#statements.query<DocumentRef>(
      `SELECT kind, id FROM slipway.aggregates WHERE wake_at <= $1 AND ($3::text[] IS NULL OR product = ANY($3))
       ORDER BY wake_at, kind, id LIMIT $2`,
      [now, limit, products ?? null],
    );
    return rows;
  }

  async ids(kind: AggregateKind, after: string | null, limit: number): Promise<string[]> {
    const { rows } = await this.#statements.query<{ id: string }>(
      'SELECT id FROM slipway.aggregates WHERE kind = $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3',
      [kind, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  async undeliverable(product: string, limit: number): Promise<Card[]> {
    return await this.#statements.many(
      'cards',
      `SELECT id, document::text AS text FROM slipway.aggregates
       WHERE product = $1 AND undeliverable_at IS NOT NULL ORDER BY undeliverable_at DESC, id DESC LIMIT $2`,
      [product, limit],
    );
  }

  async cardAt(channel: string, ts: string): Promise<Card | null> {
    return await this.#statements.one(
      'cards',
      'SELECT id, document::text AS text FROM slipway.aggregates WHERE post = $1 ORDER BY id LIMIT 1',
      [postKey(channel, ts)],
    );
  }

  async addAudit(records: AuditRecord[]): Promise<void> {
    await this.#statements.each('audit', records, ({ id, product, at }, text) => [
      'INSERT INTO slipway.audit (id, product, at, record) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [id, product, at, text],
    ]);
  }

  async findAudit(commandId: string): Promise<AuditRecord | null> {
    return await this.#statements.one(
      'audit',
      'SELECT id, record::text AS text FROM slipway.audit WHERE id = $1',
      [commandId],
    );
  }

  async audits(
    { product, since }: { product: string | null; since: number },
    after: Pick<AuditRecord, 'at' | 'id'> | null,
    limit: number,
  ): Promise<AuditRecord[]> {
    const params: unknown[] = after === null || after.at < since ? [since, ''] : [after.at, after.id];
    const ofOne = product === null ? '' : 'product = $4 AND';
    return await this.#statements.many(
      'audit',
      `SELECT id, record::text AS text FROM slipway.audit WHERE ${ofOne} (at, id) > ($1, $2) ORDER BY at, id LIMIT $3`,
      [...params, limit, ...(product === null ? [] : [product])],
    );
  }

  async putReleases(records: ReleaseRecord[]): Promise<void> {
    await this.#statements.each(
      'releases',
      records,
      ({ id, environment, release: { number, sha, kind }, revision }, text) => [
        `INSERT INTO slipway.releases AS kept (id, environment, number, sha, kind, revision, record)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, record = excluded.record
       WHERE excluded.revision > kept.revision`,
        [id, environment, number, sha, kind, revision, text],
      ],
    );
  }

  async findRelease(id: ReleaseId): Promise<ReleaseRecord | null> {
    return await this.#statements.one(
      'releases',
      'SELECT id, record::text AS text FROM slipway.releases WHERE id = $1',
      [id],
    );
  }

  async releases(environment: EnvironmentId, before: number | null, limit: number): Promise<ReleaseRecord[]> {
    return await this.#statements.many(
      'releases',
      `SELECT id, record::text AS text FROM slipway.releases
       WHERE environment = $1 AND ($2::integer IS NULL OR number < $2) ORDER BY number DESC LIMIT $3`,
      [environment, before, limit],
    );
  }

  async releasesBy(
    environment: EnvironmentId,
    by: { sha: string } | { kind: ReleaseKind },
    limit: number,
  ): Promise<ReleaseRecord[]> {
    const [column, value] = 'sha' in by ? ['sha', by.sha] : ['kind', by.kind];
    return await this.#statements.many(
      'releases',
      `SELECT id, record::text AS text FROM slipway.releases
       WHERE environment = $1 AND ${column} = $2 ORDER BY number DESC LIMIT $3`,
      [environment, value, limit],
    );
  }

  async putAcceptances(records: Acceptance[]): Promise<void> {
    await this.#statements.each(
      'acceptances',
      records,
      ({ environment, sha, at, revoked, revision }, text) => [
        `INSERT INTO slipway.acceptances AS kept (environment, sha, at, revoked, revision, record)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (environment, sha) DO UPDATE
       SET at = excluded.at, revoked = excluded.revoked, revision = excluded.revision, record = excluded.record
       WHERE excluded.revision > kept.revision`,
        [environment, sha, at, revoked !== null, revision, text],
      ],
    );
  }

  async findAcceptance(environment: EnvironmentId, sha: string): Promise<Acceptance | null> {
    return await this.#statements.one(
      'acceptances',
      `SELECT environment || '@' || sha AS id, record::text AS text FROM slipway.acceptances
       WHERE environment = $1 AND sha = $2`,
      [environment, sha],
    );
  }

  async acceptances(environment: EnvironmentId, limit: number): Promise<Acceptance[]> {
    return await this.#statements.many(
      'acceptances',
      `SELECT environment || '@' || sha AS id, record::text AS text FROM slipway.acceptances
       WHERE environment = $1 AND NOT revoked ORDER BY at DESC, revision DESC LIMIT $2`,
      [environment, limit],
    );
  }

  async addDelivery(record: DeliveryRecord): Promise<'added' | 'seen'> {
    const { id, product, at, outcome } = parseRecord('deliveries', record.id, record);
    const { rowCount } = await this.#statements.query(
      'INSERT INTO slipway.deliveries (id, product, at, outcome) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [withoutNul(id), product, at, outcome === null ? null : withoutNul(outcome)],
    );
    return rowCount === 1 ? 'added' : 'seen';
  }

  async findDelivery(id: string): Promise<DeliveryRecord | null> {
    const { rows } = await this.#statements.query<DeliveryRecord>(
      'SELECT id, product, at, outcome FROM slipway.deliveries WHERE id = $1',
      [withoutNul(id)],
    );
    return rows[0] ? readRecord('deliveries', id, rows[0]) : null;
  }

  async concludeDelivery(id: string, outcome: string): Promise<void> {
    const values = [withoutNul(id), withoutNul(outcome)];
    await this.#statements.query('UPDATE slipway.deliveries SET outcome = $2 WHERE id = $1', values);
  }

  async pruneDeliveries(before: number): Promise<number> {
    return (await this.#statements.query('DELETE FROM slipway.deliveries WHERE at < $1', [before])).rowCount;
  }

  keepRequest(record: RequestRecord): Promise<void> {
    return keepRequest(this.#statements, record);
  }

  takeRequests(now: number, until: number, limit: number): Promise<RequestRecord[]> {
    return takeRequests(this.#statements, now, until, limit);
  }

  holdRequests(ids: readonly string[], until: number): Promise<void> {
    return holdRequests(this.#statements, ids, until);
  }

  finishRequest(id: string, at: number): Promise<void> {
    return finishRequest(this.#statements, id, at);
  }

  async close(): Promise<void> {}
}

/** Columns of text cannot hold NUL, and senders of webhooks name what they like. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
