import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a stand-in for a forge sees it. */
export interface Call {
  method: string;
  /** Decoded only where it is split. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed JSON; empty: it is none. */
  body: Record<string, unknown>;
  /** The body as it came. */
  text: string;
  /** The port that it came from. */
  from: number;
  /** When it came, in milliseconds since the epoch. */
  at: number;
  /** The status of the answer; null: there was none. */
  answered: number | null;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** undefined: an empty body. */
  body?: unknown;
  /** Instead of `body`: text, as it is. */
  text?: string;
  /** What the text is. Absent: plain text. */
  type?: string;
}

/** What happens to requests instead of what should. `only`: to those of which this is true; absent: to all. */
export type Fault = FaultKind & { only?: (call: Call) => boolean };

type FaultKind =
  | { kind: 'answer'; status: number; headers?: Record<string, string>; text: string }
  /** It never answers. */
  | { kind: 'silence' }
  /** The connection is closed. */
  | { kind: 'reset' }
  /** It does what it was asked, and the answers to requests that change something there are lost. */
  | { kind: 'lost'; at: RegExp }
  /** It waits, and then does what it was asked, and answers. */
  | { kind: 'late'; wait: () => Promise<void> }
  /** It does what it was asked, waits, and then answers. */
  | { kind: 'slow'; wait: () => Promise<void> }
  /** It does what it was asked, and never answers requests that have this in their body. */
  | { kind: 'held'; at: RegExp; body: Record<string, unknown> };

export interface ForgeServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** Every request, oldest first. */
  calls: Call[];
  /** What happens to every request until it is null again. */
  fault: Fault | null;
  /** Headers of every answer, beside its own. */
  headers: Record<string, string>;
  close(): Promise<void>;
}

/** Notes a call, and carries out the faults that end it at once: then it is over. Else the fault that is left, if any. */
export function heard(
  forge: ForgeServer,
  call: Call,
  response: ServerResponse,
): ForgeServer['fault'] | 'over' {
  forge.calls.push(call);
  response.on('finish', () => {
    call.answered = response.statusCode;
  });
  const fault = forge.fault?.only?.(call) === false ? null : forge.fault;
  switch (fault?.kind) {
    case 'silence':
      return 'over';
    case 'answer':
      response.writeHead(fault.status, fault.headers).end(fault.text);
      return 'over';
    case 'reset':
      response.destroy();
      return 'over';
    default:
      return fault;
  }
}

/** Serves a stand-in over HTTP. `etags`: it gives them, and answers 304 to who has the same. */
export async function serve(
  handle: (call: Call) => Reply | Promise<Reply>,
  { etags }: { etags: boolean },
): Promise<ForgeServer> {
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const url = new URL(request.url ?? '/', forge.origin);
    const call: Call = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text.startsWith('{') ? JSON.parse(text) : {},
      text,
      from: request.socket.remotePort ?? 0,
      at: Date.now(),
      answered: null,
    };
    const fault = heard(forge, call, response);
    if (fault === 'over') return;
    if (fault?.kind === 'late') await fault.wait();
    const reply = await handle(call);
    if (fault?.kind === 'slow') await fault.wait();
    if (fault?.kind === 'held' && says(call, fault)) return;
    const changed = call.method !== 'GET' && reply.status < 400;
    if (fault?.kind === 'lost' && changed && fault.at.test(call.path)) response.destroy();
    else send(response, call, { ...reply, headers: { ...forge.headers, ...reply.headers } }, etags);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const forge: ForgeServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    fault: null,
    headers: {},
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return forge;
}

/** True: the call changes something at such a path, and says this. */
export function says(
  { method, path, body }: Call,
  wanted: { at: RegExp; body: Record<string, unknown> },
): boolean {
  const isSaid = Object.entries(wanted.body).every(([name, value]) => body[name] === value);
  return method !== 'GET' && wanted.at.test(path) && isSaid;
}

function send(
  response: ServerResponse,
  call: Call,
  { status, headers, body, text: asItIs, type = 'text/plain; charset=utf-8' }: Reply,
  etags: boolean,
): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (asItIs !== undefined) {
    response.setHeader('content-type', type);
    response.writeHead(status).end(asItIs);
    return;
  }
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const text = JSON.stringify(body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  if (etags && status === 200) {
    response.setHeader('etag', etag);
    if (call.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
  }
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.writeHead(status).end(text);
}

/** How a forge calls its pages, and how many entries one has: unless it is asked, and at most. */
export interface Paging {
  size: string;
  usual: number;
  most: number;
}

/** One page of a list, and the number of the next one; null: there is none. */
export function pageOf<T>(
  all: readonly T[],
  { query }: Call,
  paging: Paging,
): { items: T[]; next: number | null } {
  const size = Math.min(Number(query.get(paging.size) ?? paging.usual), paging.most);
  const page = Number(query.get('page') ?? 1);
  return {
    items: all.slice((page - 1) * size, page * size),
    next: page * size < all.length ? page + 1 : null,
  };
}

/** A `Link` header as GitHub, GitLab and Gitea write it. */
export function linkTo(origin: string, { path, query }: Call, next: number | null): Record<string, string> {
  const to = (page: number) => {
    const search = new URLSearchParams(query);
    search.set('page', String(page));
    return `<${origin}${path}?${search}>`;
  };
  const first = `${to(1)}; rel="first"`;
  return { link: next === null ? first : `${to(next)}; rel="next", ${first}` };
}

/** Finds the route of a call: `POST /repos/:owner/:repo/statuses/:sha`. Returns its parameters; null: another route. */
export function matches(call: Call, route: string): Record<string, string> | null {
  const [method, path = ''] = route.split(' ');
  if (method !== call.method) return null;
  const wanted = path.split('/');
  const given = call.path.split('/');
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = decodeURIComponent(given[at] ?? '');
    if (part.startsWith(':')) parameters[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return parameters;
}

/** Answers by the first route that fits. */
export function routed(
  call: Call,
  routes: Record<string, (parameters: Record<string, string>) => Reply>,
  otherwise: Reply,
): Reply {
  for (const [route, answer] of Object.entries(routes)) {
    const parameters = matches(call, route);
    if (parameters !== null) return answer(parameters);
  }
  return otherwise;
}
