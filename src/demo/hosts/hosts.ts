import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { Host } from './host.ts';

/** What an environment answers at `/version`: the commit that it runs. */
export const versionAnswer = z.object({ commit: z.string() });

export interface HostAddress {
  environment: string;
  /** Stays the same when other releases are deployed. */
  url: string;
}

export interface Hosts {
  addresses: HostAddress[];
  /** `POST <operator>/restart/<environment>` starts that environment's current release. */
  operator: string;
  /** Resolves when all apps have ended. */
  close(): Promise<void>;
}

/**
 * Starts the servers of the environments, which are independent of the bot. Each serves
 * `<root>/<environment>/current`. However this process ends, no app keeps running.
 */
export async function startHosts(root: string, environments: readonly string[]): Promise<Hosts> {
  const hosts = new Map(environments.map((name) => [name, new Host(root, name)]));
  const servers: Server[] = [];
  const addresses: HostAddress[] = [];
  for (const [environment, host] of hosts) {
    const { server, url } = await listenLocally(
      createServer((request, response) => host.answer(request, response)),
    );
    servers.push(server);
    addresses.push({ environment, url });
  }
  const operator = await listenLocally(createOperator(hosts));
  servers.push(operator.server);
  return {
    addresses,
    operator: operator.url,
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.stop()));
      await Promise.all(servers.map(closeServer));
    },
  };
}

function createOperator(hosts: ReadonlyMap<string, Host>): Server {
  return createServer(async (request, response) => {
    const [, verb, name = ''] = (request.url ?? '').split('/');
    const host = hosts.get(name);
    if (request.method !== 'POST' || verb !== 'restart' || !host) {
      response.writeHead(404).end('POST /restart/<environment>\n');
      return;
    }
    const restarted = await host.restart();
    response.writeHead(restarted.kind === 'running' ? 200 : 502).end(`${restarted.says}\n`);
  });
}

async function listenLocally(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
