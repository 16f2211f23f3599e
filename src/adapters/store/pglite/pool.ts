import { EventEmitter } from 'node:events';
import type { PgPool, PgPoolClient } from 'bullmq';
import type { Connection, Rows } from './connection.ts';

const BEGIN = /^\s*(begin|start\s+transaction)\b/i;
const END = /^\s*(commit|end|rollback(?!\s+to)|abort)\b/i;

/**
 * A `pg.Pool` on a single connection: all clients share one session. A client that begins a transaction has the database
 * to itself until it ends the transaction or is released; all others wait.
 */
export class Pool extends EventEmitter implements PgPool {
  /** Read by BullMQ. There is no network in between that could drop the connection silently. */
  readonly options = { keepAlive: true };
  readonly #connection: Connection;
  readonly #clients = new Set<Client>();
  #sections = 0;

  constructor(connection: Connection) {
    super();
    this.#connection = connection;
    // One listener per queue and worker.
    this.setMaxListeners(0);
  }

  query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>> {
    return this.#connection.ask({ type: 'query', owner: null, sql, params: params ?? null });
  }

  async connect(): Promise<PgPoolClient> {
    const client = new Client(
      this.#connection,
      () => {
        this.#sections += 1;
        return this.#sections;
      },
      () => this.#clients.delete(client),
    );
    this.#clients.add(client);
    this.emit('connect', client);
    return client;
  }

  /** Releases the clients. The owner of the database closes the database itself. */
  async end(): Promise<void> {
    for (const client of [...this.#clients]) client.release();
    this.removeAllListeners();
  }

  /** Every client receives every channel's notifications; a client that does not need them has no listener. */
  notify(channel: string, payload: string): void {
    for (const client of this.#clients) client.emit('notification', { channel, payload });
  }

  fail(error: Error): void {
    for (const emitter of [this, ...this.#clients]) {
      if (emitter.listenerCount('error') > 0) emitter.emit('error', error);
    }
  }
}

class Client extends EventEmitter implements PgPoolClient {
  readonly #connection: Connection;
  readonly #newSection: () => number;
  readonly #released: () => void;
  #section: number | null = null;

  constructor(connection: Connection, newSection: () => number, released: () => void) {
    super();
    this.#connection = connection;
    this.#newSection = newSection;
    this.#released = released;
  }

  async query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>> {
    if (this.#section === null && BEGIN.test(sql)) {
      this.#section = this.#newSection();
      await this.#connection.ask({ type: 'acquire', owner: this.#section });
    }
    try {
      return await this.#connection.ask({ type: 'query', owner: this.#section, sql, params: params ?? null });
    } finally {
      if (END.test(sql)) await this.#endSection();
    }
  }

  release(): void {
    // A transaction that is still open is rolled back by the thread.
    void this.#endSection().catch(() => undefined);
    this.removeAllListeners();
    this.#released();
  }

  async #endSection(): Promise<void> {
    if (this.#section === null) return;
    const owner = this.#section;
    this.#section = null;
    await this.#connection.ask({ type: 'release', owner });
  }
}
