import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it was received. */
export interface Received {
  traceId: string;
  spanId: string;
  /** Absent or empty: the first of its trace. */
  parentSpanId?: string;
  name: string;
  /** Milliseconds since the epoch. */
  from: number;
  until: number;
  failed: boolean;
  about: Record<string, string | number>;
  links: { traceId: string; spanId: string }[];
  service: string;
}

/** A receiver of OTLP over HTTP, in JSON. */
export interface TraceReceiver {
  /** `http://127.0.0.1:PORT` */
  url: string;
  spans: Received[];
  /** Of each request, oldest first. */
  asked: { path: string; headers: IncomingHttpHeaders }[];
  /** Answers in another way, until it is null again. */
  instead: ((response: ServerResponse) => void) | null;
  close(): Promise<void>;
}

interface Value {
  stringValue?: string;
  intValue?: number | string;
}
interface Sent {
  resourceSpans: {
    resource: { attributes: { key: string; value: Value }[] };
    scopeSpans: { spans: SentSpan[] }[];
  }[];
}
interface SentSpan extends Pick<Received, 'traceId' | 'spanId' | 'parentSpanId' | 'name'> {
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code: number };
  attributes: { key: string; value: Value }[];
  links?: { traceId: string; spanId: string }[];
}

export async function traceReceiver(): Promise<TraceReceiver> {
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    receiver.asked.push({ path: request.url ?? '', headers: request.headers });
    if (receiver.instead !== null) return receiver.instead(response);
    receiver.spans.push(...spansIn(JSON.parse(text)));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: TraceReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    asked: [],
    instead: null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

function spansIn({ resourceSpans }: Sent): Received[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => received(span, service)));
  });
}

function received(span: SentSpan, service: string): Received {
  const {
    traceId,
    spanId,
    parentSpanId,
    name,
    startTimeUnixNano,
    endTimeUnixNano,
    status,
    links = [],
  } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    name,
    from: Number(BigInt(startTimeUnixNano) / 1_000_000n),
    until: Number(BigInt(endTimeUnixNano) / 1_000_000n),
    failed: status.code === 2,
    about: valuesOf(span.attributes),
    links: links.map(({ traceId, spanId }) => ({ traceId, spanId })),
    service,
  };
}

function valuesOf(attributes: { key: string; value: Value }[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}
