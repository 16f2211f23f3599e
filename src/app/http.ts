import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import type { Logger } from 'pino';
import type { Trouble } from '../flow/services/troubles.ts';

/** Whether the process can work. `why`: what is missing. `degraded`: what does not work fully meanwhile. */
export type Readiness = ({ ready: true; degraded?: string } | { ready: false; why: string }) & {
  /** Current problems, whether ready or not. Absent: none. */
  troubles?: Pick<Trouble, 'where' | 'says' | 'todo'>[];
};

/** The HTTP app with its health routes. Callers add their own routes before `finishHttp`. */
export function createHttp(readiness: () => Promise<Readiness>): Express {
  const http = express();
  http.disable('x-powered-by');
  http.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  http.get('/readyz', async (request, response) => {
    const state = await readiness();
    response.status(state.ready ? 200 : 503).json(isFromHere(request) ? state : terse(state));
  });
  return http;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** Headers that proxies add. A request through a proxy may come from anybody, even when the proxy is on this machine. */
const BY_PROXY = /^(forwarded|via|x-real-ip|x-forwarded-.*)$/;

/** Whether the request comes from this machine, and not from a proxy for somebody else. */
export function isFromHere({ socket, headers }: Request): boolean {
  return (
    LOOPBACK.test(socket.remoteAddress ?? '') && !Object.keys(headers).some((name) => BY_PROXY.test(name))
  );
}

/** The public form: names neither products nor hosts. */
function terse({ ready, troubles = [] }: Readiness): object {
  return troubles.length === 0 ? { ready } : { ready, troubles: troubles.length };
}

/** Added to the app last: handles unknown routes, and bodies that are too large or invalid. */
export function finishHttp(http: Express, log: Logger): void {
  http.use((request, response) => {
    response.status(404).json({ refused: `there is nothing at ${request.method} ${request.path}` });
  });
  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error }, 'a request failed');
    if (response.headersSent) return;
    const body =
      status === 413
        ? { refused: 'the body is too large' }
        : status < 500
          ? { refused: 'the request cannot be read' }
          : { errored: 'Slipway failed; its log has the details' };
    response.status(status).json(body);
  };
  http.use(onError);
}

/** body-parser and Express store the HTTP status of a bad request on the error. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('status' in error)) return 500;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

export type PortVariable = 'PORT' | 'METRICS_PORT';

/** The server cannot listen on the port. */
export class PortUnavailable extends Error {
  /** `variable`: the one that names the port. */
  constructor(port: number, code: string, variable: PortVariable) {
    super(
      code === 'EADDRINUSE'
        ? `Port ${port} is in use. Stop what listens there, or set ${variable} to another one.`
        : `Port ${port} is not available (${code}). Set ${variable} to another one.`,
    );
    this.name = 'PortUnavailable';
  }
}

/** Limits for slow or numerous HTTP connections. `checkMs`: how often the timeouts are checked. */
export interface ConnectionLimits {
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  checkMs: number;
  connections: number;
}

/**
 * Node.js would wait a minute for headers and five for a body. Slack and forges send both at once, and give up after
 * 3 and 10 seconds; 26 MB in half a minute is a slow line. 900 connections are more than a workspace and its forges
 * open at once, and fewer than the 1,024 files that systems allow a process at least.
 */
export const CONNECTION_LIMITS: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkMs: 1_000,
  connections: 900,
};

/** For scrapers, which are few: those who hold connections up keep nobody but each other from `/metrics`. */
export const SCRAPER_LIMITS: ConnectionLimits = { ...CONNECTION_LIMITS, connections: 20 };

/** Listens on `host`, or on all addresses. `port` 0: any free port. Throws `PortUnavailable`. */
export async function listen(
  http: Express,
  port: number,
  host?: string,
  limits: ConnectionLimits = CONNECTION_LIMITS,
  variable: PortVariable = 'PORT',
): Promise<{ server: Server; port: number }> {
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    http,
  );
  server.maxConnections = limits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new PortUnavailable(port, error.code ?? '', variable)),
    );
    server.listen(port, host, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Stops accepting requests. Running requests have `withinMs` milliseconds to finish. */
export async function closeServer(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearTimeout(timer);
}
