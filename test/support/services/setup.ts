import { type PrivateServer, privateServer, type Sought, seekMongo, seekRedis } from './servers.ts';
import { SERVICES, type ServiceName } from './tiers.ts';

declare global {
  /** What Jest's own process closes at the end; undefined in its workers. */
  var slipwayTestServers: Pick<PrivateServer, 'close'>[] | undefined;
}

const SEEK: Record<ServiceName, () => Sought | Promise<Sought>> = { redis: seekRedis, mongo: seekMongo };

/**
 * Runs before all tests and provides Redis and MongoDB. Uses `REDIS_URL` and `MONGODB_URL` when set, otherwise starts
 * servers. Tests of a service that is not available are skipped with the reason; with CI=true the run fails.
 */
export default async function setup(): Promise<void> {
  globalThis.slipwayTestServers = [];
  const missing: string[] = [];
  for (const name of ['redis', 'mongo'] as const) {
    const { given, url, why } = SERVICES[name];
    const own = process.env[given];
    if (own) {
      process.env[url] = own;
      continue;
    }
    const sought = await SEEK[name]();
    if ('missing' in sought) {
      process.env[why] = sought.missing;
      missing.push(sought.missing);
      continue;
    }
    const server = await privateServer(sought.program);
    globalThis.slipwayTestServers.push(server);
    process.env[url] = server.url;
  }
  if (missing.length > 0 && process.env.CI === 'true') {
    throw new Error(`With CI=true every service must be there:\n${missing.join('\n')}`);
  }
  for (const reason of missing) process.stderr.write(`\nSkipping the tests that need it: ${reason}\n`);
}
