import type { RequestRecord } from '../../../ports/store.ts';
import { parseRecord, readRecord } from '../documents/collections.ts';
import type { Statements } from './statements.ts';

/** As `Store.keepRequest`. */
export async function keepRequest(statements: Statements, record: RequestRecord): Promise<void> {
  const { id, at, until, taken, body } = parseRecord('requests', record.id, record);
  await statements.query(
    `INSERT INTO slipway.requests (id, at, until, taken, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET at = excluded.at, until = excluded.until, taken = excluded.taken, body = excluded.body`,
    [id, at, until, taken, body],
  );
}

/** As `Store.takeRequests`. */
export async function takeRequests(
  statements: Statements,
  now: number,
  until: number,
  limit: number,
): Promise<RequestRecord[]> {
  const { rows } = await statements.query<RequestRecord>(
    `WITH due AS (SELECT id, until AS since FROM slipway.requests WHERE until <= $1 ORDER BY until, id LIMIT $3),
     mine AS (
       UPDATE slipway.requests AS kept SET until = $2, taken = taken + 1 FROM due WHERE kept.id = due.id
       RETURNING kept.id, kept.at, kept.until, kept.taken, kept.body, due.since
     )
     SELECT id, at, until, taken, body FROM mine ORDER BY since, id`,
    [now, until, limit],
  );
  return rows.map((row) => readRecord('requests', row.id, row));
}

/** As `Store.holdRequests`. */
export async function holdRequests(
  statements: Statements,
  ids: readonly string[],
  until: number,
): Promise<void> {
  await statements.query('UPDATE slipway.requests SET until = $2 WHERE id = ANY($1)', [ids, until]);
}

/** As `Store.finishRequest`. */
export async function finishRequest(statements: Statements, id: string, at: number): Promise<void> {
  await statements.query('DELETE FROM slipway.requests WHERE id = $1 AND at = $2', [id, at]);
}
