import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { OtlpTraces } from '../../../src/adapters/traces/otlp.ts';
import type { Span } from '../../../src/ports/traces.ts';
import { type TraceReceiver, traceReceiver } from '../../support/traces.ts';
import { until } from '../../support/until.ts';

const AT = 1_796_000_000_123;
const ROOT: Span = {
  trace: 'shop@abc',
  id: null,
  name: 'push',
  from: AT,
  until: AT + 1_500,
  failed: false,
  about: { product: 'shop', head: 7 },
};
const BUILD: Span = { ...ROOT, id: 'build 1', name: 'build', failed: true, follows: 'shop@old' };

let receiver: TraceReceiver;
let logged: string[];
const log = pino(
  { base: null },
  new Writable({
    write(chunk, _encoding, done) {
      logged.push(JSON.parse(String(chunk)).msg);
      done();
    },
  }),
);
const opened = (headers: Record<string, string> = {}) =>
  new OtlpTraces({ url: `${receiver.url}/v1/traces`, headers, service: 'slipway-prod' }, log, 1);

beforeEach(async () => {
  receiver = await traceReceiver();
  logged = [];
});
afterEach(() => receiver.close());

test('spans arrive with their times, words and headers, the others below the first of their trace', async () => {
  const traces = opened({ authorization: 'Bearer S3CRET' });
  for (const span of [ROOT, BUILD]) traces.ended(span);
  await traces.close();
  const [root, build] = receiver.spans;
  const { traceId, spanId } = root!;
  expect(root).toEqual({
    traceId,
    spanId,
    name: 'push',
    from: AT,
    until: AT + 1_500,
    failed: false,
    about: { 'slipway.product': 'shop', 'slipway.head': 7 },
    links: [],
    service: 'slipway-prod',
  });
  expect(build).toMatchObject({ traceId, parentSpanId: spanId, name: 'build', failed: true });
  expect(build!.links).toHaveLength(1);
  expect(build!.links[0]!.traceId).not.toBe(traceId);
  expect(receiver.asked[0]).toMatchObject({
    path: '/v1/traces',
    headers: { authorization: 'Bearer S3CRET' },
  });
});

test('each process gives the same ids, and other words other ones', async () => {
  const both = [opened(), opened()];
  for (const traces of both) {
    traces.ended(BUILD);
    await traces.close();
  }
  const other = opened();
  other.ended({ ...BUILD, trace: 'shop@def' });
  other.ended({ ...BUILD, id: 'build 2' });
  await other.close();
  const [one, same, trace, span] = receiver.spans.map(({ traceId, spanId }) => [traceId, spanId]);
  expect(same).toEqual(one);
  expect(trace![0]).not.toBe(one![0]);
  expect(span![0]).toBe(one![0]);
  expect(span![1]).not.toBe(one![1]);
  for (const [traceId, spanId] of [one!, trace!, span!]) {
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  }
});

test.each([
  ['refuses them', (response: import('node:http').ServerResponse) => response.writeHead(403).end('<html>')],
  ['answers with a page without end', endless],
  ['breaks off', (response: import('node:http').ServerResponse) => response.destroy()],
])('a receiver that %s costs its spans and one line in the log', async (_, instead) => {
  receiver.instead = instead;
  const traces = opened();
  for (const id of ['1', '2']) {
    traces.ended({ ...BUILD, id });
    await until(`${id} was sent`, () => receiver.asked.length >= Number(id));
  }
  await traces.close();
  await until('the log says so', () => logged.length > 0);
  expect(new Set(logged)).toEqual(new Set(['traces are not received; they are dropped']));
  expect(logged).toHaveLength(1);
  expect(receiver.spans).toEqual([]);
});

test('once it takes them again, the log says so', async () => {
  receiver.instead = (response) => response.writeHead(400).end();
  const traces = opened();
  traces.ended(ROOT);
  await until('it was refused', () => logged.length === 1);
  receiver.instead = null;
  traces.ended(BUILD);
  await until('it was received', () => receiver.spans.length === 1);
  await traces.close();
  expect(logged).toEqual(['traces are not received; they are dropped', 'traces are received again']);
});

test('a receiver that never answers holds few spans, and no stop', async () => {
  receiver.instead = () => {};
  const traces = opened();
  for (let id = 0; id < 10_000; id += 1) traces.ended({ ...BUILD, id: String(id) });
  await until('it was asked', () => receiver.asked.length > 0);
  await traces.close();
  traces.ended(ROOT);
  expect(receiver.spans).toEqual([]);
  expect(receiver.asked.length).toBeLessThan(10);
});

function endless(response: import('node:http').ServerResponse): void {
  response.writeHead(200);
  const chunk = Buffer.alloc(1 << 20, 'x');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  response.on('error', () => undefined);
  more();
}
