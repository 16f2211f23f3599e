import { NewerSchema, OlderSchema } from '../failure.ts';
import type { Database } from './database.ts';

/**
 * The store's tables. Forward only: a released step never changes, and new steps are added at the end. If an older program
 * could not read a change of the documents' types, that change needs a step too, even an empty one. Documents are
 * `json`, not `jsonb`: it returns exactly what was stored, whereas `jsonb` refuses NUL characters and lone surrogates,
 * which the last line of a build may contain. Everything that is searched or sorted by has a column of its own. Ids are
 * compared byte by byte.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE slipway.aggregates (
    kind text NOT NULL,
    id text COLLATE "C" NOT NULL,
    product text NOT NULL,
    revision integer NOT NULL,
    wake_at bigint,
    -- When a card was last written, if Slack finally refused it; NULL otherwise.
    undeliverable_at bigint,
    document json NOT NULL,
    PRIMARY KEY (kind, id)
  );
  CREATE INDEX aggregates_wake ON slipway.aggregates (wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX aggregates_undeliverable ON slipway.aggregates (product, undeliverable_at DESC)
    WHERE undeliverable_at IS NOT NULL;

  CREATE TABLE slipway.audit (
    id text COLLATE "C" PRIMARY KEY,
    product text NOT NULL,
    at bigint NOT NULL,
    record json NOT NULL
  );
  CREATE INDEX audit_age ON slipway.audit (at, id);
  CREATE INDEX audit_product ON slipway.audit (product, at, id);

  CREATE TABLE slipway.releases (
    id text COLLATE "C" PRIMARY KEY,
    environment text NOT NULL,
    number integer NOT NULL,
    sha text NOT NULL,
    kind text NOT NULL,
    revision integer NOT NULL,
    record json NOT NULL
  );
  CREATE INDEX releases_newest ON slipway.releases (environment, number DESC);
  CREATE INDEX releases_sha ON slipway.releases (environment, sha, number DESC);
  CREATE INDEX releases_kind ON slipway.releases (environment, kind, number DESC);

  CREATE TABLE slipway.acceptances (
    environment text NOT NULL,
    sha text NOT NULL,
    at bigint NOT NULL,
    revoked boolean NOT NULL,
    revision integer NOT NULL,
    record json NOT NULL,
    PRIMARY KEY (environment, sha)
  );
  CREATE INDEX acceptances_newest ON slipway.acceptances (environment, at DESC, revision DESC) WHERE NOT revoked;

  CREATE TABLE slipway.deliveries (
    id text COLLATE "C" PRIMARY KEY,
    product text NOT NULL,
    at bigint NOT NULL,
    outcome text
  );
  CREATE INDEX deliveries_age ON slipway.deliveries (at);
  `,
  // 2: the step of a release after its deploy is `verify`, not `check`. `readRecord` reads both; nothing is changed here.
  'SELECT 1',
  // 3: requests of people that are not finished.
  `
  CREATE TABLE IF NOT EXISTS slipway.requests (
    id text COLLATE "C" PRIMARY KEY,
    at bigint NOT NULL,
    until bigint NOT NULL,
    taken integer NOT NULL,
    -- JSON as text: nothing in it is searched by.
    body text NOT NULL
  );
  CREATE INDEX IF NOT EXISTS requests_due ON slipway.requests (until, id);
  `,
  // 4: where a card was posted, for mentions in its thread. A card that holds a NUL character cannot be read by SQL; its
  // column is written when the card is next saved.
  `
  ALTER TABLE slipway.aggregates ADD COLUMN IF NOT EXISTS post text;
  CREATE INDEX IF NOT EXISTS aggregates_post ON slipway.aggregates (post, id) WHERE post IS NOT NULL;
  DO $$
  DECLARE card record;
  BEGIN
    FOR card IN SELECT id, document FROM slipway.aggregates WHERE kind = 'cards' LOOP
      BEGIN
        UPDATE slipway.aggregates
        SET post = (card.document ->> 'channel') || ' ' || (card.document ->> 'ts')
        WHERE kind = 'cards' AND id = card.id;
      EXCEPTION WHEN data_exception THEN
        NULL;
      END;
    END LOOP;
  END $$;
  `,
  // 5: people have a document each, and cards may be addressed to a person about a release. Nothing is changed here.
  'SELECT 1',
  // 6: what is told to forges is kept in documents of its own. Nothing is changed here.
  'SELECT 1',
  // 7: other systems carry out attempts, and say how they ended. Nothing is changed here.
  'SELECT 1',
  // 8: what really runs, bakes, automatic rollbacks and records in git. Nothing is changed here.
  'SELECT 1',
];

/** The schema version of this program. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Migrates the store's tables to this program's version: all steps or none. Throws `NewerSchema`. */
export async function migrateStore(database: Database): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`
      CREATE SCHEMA IF NOT EXISTS slipway;
      CREATE TABLE IF NOT EXISTS slipway.schema_version (
        version integer PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now()
      )`);
    const found = await versionOf(client);
    if (found > SCHEMA_VERSION) throw new NewerSchema(found, SCHEMA_VERSION, 'data directory');
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < found) continue;
      await client.query(sql);
      await client.query('INSERT INTO slipway.schema_version (version) VALUES ($1)', [index + 1]);
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

/** Throws `NewerSchema` or `OlderSchema` unless the tables have this program's version. Changes nothing. */
export async function requireSchema(database: Database): Promise<void> {
  const tables = await database.query<{ known: string | null }>(
    "SELECT to_regclass('slipway.schema_version')::text AS known",
  );
  const found = tables.rows[0]?.known ? await versionOf(database) : 0;
  if (found > SCHEMA_VERSION) throw new NewerSchema(found, SCHEMA_VERSION, 'data directory');
  if (found < SCHEMA_VERSION) throw new OlderSchema(found, SCHEMA_VERSION, 'data directory');
}

/** 0: no step has run yet. */
async function versionOf(on: { query<R>(sql: string): Promise<{ rows: R[] }> }): Promise<number> {
  const { rows } = await on.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM slipway.schema_version',
  );
  return rows[0]?.version ?? 0;
}
