import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type PrivateServer,
  type Program,
  privateServer,
  seekMongo,
  seekRedis,
} from '../../support/services/servers.ts';
import type { TierName } from '../figures/report.ts';

/** Where everything is kept, and what tells a bot of it. */
export interface Tier {
  name: TierName;
  /** The servers measured on, by name and version. */
  servers: string[];
  /** Variables for the bots of one world: a database of its own. */
  variables(): Record<string, string>;
  /** Of the last world; null: the tier has no Redis. */
  redisUrl(): string | null;
  close(): Promise<void>;
}

/** Number of databases in a Redis as it comes. */
const REDIS_DATABASES = 16;

/**
 * SecantusDB's faster sibling, for the benchmark only:
 * `cargo install secantus-mdb --version 0.5.3-beta.193 --locked --ignore-rust-version --root ~/.cache/slipway/secantusd-rs`
 */
const SIBLING = '0.5.3-beta.193';

export function embeddedTier(): Tier {
  return {
    name: 'embedded',
    servers: [],
    variables: () => ({}),
    redisUrl: () => null,
    close: async () => undefined,
  };
}

/** On what `REDIS_URL` and `MONGODB_URL` name, else on servers of our own. A string says what is missing. */
export async function servicesTier(): Promise<Tier | string> {
  const own: PrivateServer[] = [];
  const redis = process.env.REDIS_URL ? { url: process.env.REDIS_URL, what: 'REDIS_URL' } : null;
  const mongo = process.env.MONGODB_URL ? { url: process.env.MONGODB_URL, what: 'MONGODB_URL' } : null;
  const soughtRedis = redis ? null : seekRedis();
  if (soughtRedis && 'missing' in soughtRedis) return soughtRedis.missing;
  const soughtMongo = mongo ? null : await seekFastMongo();
  if (soughtMongo && 'missing' in soughtMongo) return soughtMongo.missing;
  const start = async (program: Program) => {
    const server = await privateServer(program);
    own.push(server);
    return server;
  };
  const atRedis = redis ?? (soughtRedis && (await start(soughtRedis.program)));
  const atMongo = mongo ?? (soughtMongo && (await start(soughtMongo.program)));
  if (!atRedis || !atMongo) throw new TypeError('each is given, or was found');
  let worlds = 0;
  const redisUrl = () => `${atRedis.url.replace(/\/\d*$/, '')}/${worlds % REDIS_DATABASES}`;
  return {
    name: 'services',
    servers: [atRedis.what, atMongo.what],
    variables() {
      worlds += 1;
      const database = new URL(atMongo.url);
      database.pathname = `/slipway-bench-${randomBytes(6).toString('hex')}`;
      return { MONGODB_URL: database.href, REDIS_URL: redisUrl() };
    },
    redisUrl,
    async close() {
      for (const server of own) await server.close();
    },
  };
}

async function seekFastMongo() {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');
  const sibling = join(cache, 'secantusd-rs', 'bin', 'secantusd-rs');
  const sought = await seekMongo();
  // What the tests would take is a mongod wherever there is one, and that is what people run.
  const isMongod = 'program' in sought && sought.program.what === 'mongod';
  return isMongod || !existsSync(sibling) ? sought : { program: siblingProgram(sibling) };
}

function siblingProgram(program: string): Program {
  return {
    what: `secantusd-rs ${SIBLING} (--sync-on-commit)`,
    command: (port, directory) => [
      program,
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', directory],
      ...['--cache-size', '512M', '--sync-on-commit', '--log-level', 'WARNING'],
    ],
    url: (port) => `mongodb://127.0.0.1:${port}/?directConnection=true`,
  };
}
