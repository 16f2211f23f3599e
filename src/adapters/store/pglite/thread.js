// Runs PGlite in a thread of its own, since its first start blocks for seconds, and every query for a moment. Plain
// JavaScript, so that the same file runs from `src` under a test runner and from `dist`.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { startParams } from './parameters.js';

/**
 * Requests to the thread. `owner`: number of an exclusive section; null: none. `params` null: the text may hold several
 * statements, and the result of the last one is returned.
 * @typedef {{ id: number, type: 'query', owner: number | null, sql: string, params: readonly unknown[] | null }} QueryRequest
 * @typedef {{ id: number, type: 'acquire' | 'release', owner: number }} SectionRequest
 * @typedef {{ id: number, type: 'close' }} CloseRequest
 * @typedef {QueryRequest | SectionRequest | CloseRequest} Request
 */

/**
 * Messages from the thread.
 * @typedef {{ type: 'open' }} Open
 * @typedef {{ type: 'result', id: number, rows: unknown[], rowCount: number }} Result
 * @typedef {{ type: 'error', id: number, message: string, code: string | undefined, detail: string | undefined }} Failure
 * @typedef {{ type: 'notification', channel: string, payload: string }} Notification
 * @typedef {Open | Result | Failure | Notification} Message
 */

/**
 * PGlite is a single PostgreSQL backend: nothing else vacuums or writes checkpoints. Without maintenance each write of a
 * 26 KB document leaves 10 KB behind forever; with it, about 10 ms are spent once every few hundred writes.
 */
const MAINTENANCE_EVERY_QUERIES = 1_000;

const INT8 = 20;

if (parentPort === null) throw new Error('thread.js runs in a worker thread only');
const port = parentPort;

/**
 * `sectionIdleMs`: an exclusive section without a request for so long is rolled back and ended, since all others wait for
 * its end.
 * @type {{ directory: string, sectionIdleMs: number }}
 */
const { directory, sectionIdleMs } = workerData;

/** Node has `WebAssembly`, but only the types for browsers declare it. */
const { RuntimeError: EngineFault } = /** @type {{ WebAssembly: { RuntimeError: ErrorConstructor } }} */ (
  /** @type {unknown} */ (globalThis)
).WebAssembly;

const db = await PGlite.create({
  dataDir: directory,
  startParams,
  parsers: { [INT8]: Number },
});

/** @type {Request[]} */
const waiting = [];
/** @type {number | null} */
let holder = null;
/** Sections that were ended for lack of requests.
 * @type {Set<number>} */
const expired = new Set();
/** @type {NodeJS.Timeout | undefined} */
let idleTimer;
let working = false;
let queries = 0;

/** @param {Message} message */
function say(message) {
  port.postMessage(message);
}

/** Removes and returns the next request that may run now; undefined: none.
 * @returns {Request | undefined} */
function next() {
  const index =
    holder === null
      ? 0
      : waiting.findIndex((request) => request.type !== 'close' && request.owner === holder);
  return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

/**
 * @param {string} sql
 * @param {readonly unknown[] | null} params
 */
async function execute(sql, params) {
  const result = params === null ? (await db.exec(sql)).at(-1) : await db.query(sql, [...params]);
  return { rows: result?.rows ?? [], rowCount: result?.rowCount ?? result?.affectedRows ?? 0 };
}

async function endSection() {
  clearTimeout(idleTimer);
  holder = null;
  // Without a transaction this only gives a warning.
  await db.exec('ROLLBACK');
}

/** @param {number} owner */
async function expire(owner) {
  if (holder !== owner || working) return;
  working = true;
  expired.add(owner);
  await endSection();
  working = false;
  await work();
}

/** @param {Request} request */
async function answer(request) {
  const nothing = { rows: [], rowCount: 0 };
  switch (request.type) {
    case 'acquire':
      holder = request.owner;
      return nothing;
    case 'release':
      if (holder === request.owner) await endSection();
      expired.delete(request.owner);
      return nothing;
    case 'query':
      if (request.owner !== null && expired.has(request.owner)) {
        throw new Error('This transaction was rolled back, because nothing was heard of it for too long.');
      }
      queries += 1;
      return await execute(request.sql, request.params);
    case 'close':
      await db.close();
      return nothing;
  }
}

async function maintain() {
  if (holder !== null || queries < MAINTENANCE_EVERY_QUERIES) return;
  queries = 0;
  const { rows } = await execute(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('slipway', 'bullmq')`,
    [],
  );
  const names = rows.map((row) => /** @type {{ name: string }} */ (row).name);
  // If this fails, the next turn frees the space; what was written is safe without it.
  if (names.length > 0) await db.exec(`VACUUM ${names.join(', ')}`).catch(() => undefined);
  await db.exec('CHECKPOINT').catch(() => undefined);
}

async function work() {
  if (working) return;
  working = true;
  for (let request = next(); request !== undefined; request = next()) {
    clearTimeout(idleTimer);
    try {
      const { rows, rowCount } = await answer(request);
      say({ type: 'result', id: request.id, rows, rowCount });
    } catch (error) {
      // The engine itself failed, not a statement: its results cannot be trusted any more.
      if (error instanceof EngineFault) throw error;
      const { message, code, detail } = /** @type {Error & { code?: string, detail?: string }} */ (error);
      say({ type: 'error', id: request.id, message, code, detail });
    }
    if (request.type === 'close') {
      port.close();
      return;
    }
    await maintain();
  }
  working = false;
  if (holder !== null) idleTimer = setTimeout(expire, sectionIdleMs, holder);
}

db.onNotification((channel, payload) => say({ type: 'notification', channel, payload }));
port.on('message', (/** @type {Request} */ request) => {
  waiting.push(request);
  void work();
});
say({ type: 'open' });
