import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { PrometheusMetrics } from '../../../src/adapters/metrics/prometheus.ts';
import { measuredFetch } from '../../../src/adapters/slack/client/measured-fetch.ts';
import { SLACK_CLASSES } from '../../../src/ports/metrics.ts';
import { until } from '../../support/until.ts';
import { samplesIn, valueIn } from './scrape.ts';

/** What the server answers with. */
let answer = { status: 200, body: '{"ok":true}' };
let server: Server;
let api: string;
let now = 0;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'retry-after': '1' }).end(answer.body);
  }).listen(0, '127.0.0.1');
  // A connection that is closed while it is used again would be a failed call.
  server.keepAliveTimeout = 0;
  await until('it listens', () => server.listening);
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const CALLS = 'slipway_slack_calls_total';

/** A scrape of now, once this many calls are counted. */
async function counted(metrics: PrometheusMetrics, calls: number) {
  return await until('all calls are counted', async () => {
    now += 1_000;
    const samples = samplesIn(await metrics.text());
    return valueIn(samples, CALLS) === calls ? samples : null;
  });
}

test.each([
  ['ok', 200, '{"ok":true,"channel":{"ok":false}}'],
  ['refused', 200, '{"ok":false,"error":"not_in_channel"}'],
  ['rate_limited', 429, ''],
  ['rate_limited', 200, '{"ok":false,"error":"ratelimited"}'],
  ['failed', 503, 'away'],
  ['failed', 200, '<html>a login page</html>'],
  ['failed', 200, '[]'],
])(
  'a call is %s when Slack answers %s %s, and its caller gets that answer',
  async (outcome, status, body) => {
    answer = { status, body };
    const metrics = new PrometheusMetrics(() => now);
    const response = await measuredFetch(metrics)(`${api}/chat.postMessage`, { method: 'POST', body: 'x' });
    expect([response.status, await response.text()]).toEqual([status, body]);
    const samples = await counted(metrics, 1);
    expect(valueIn(samples, CALLS, { methods: 'chat', outcome })).toBe(1);
    expect(valueIn(samples, 'slipway_slack_call_duration_seconds_count', { methods: 'chat' })).toBe(1);
  },
);

test('a call without an answer has failed, and its caller gets the error', async () => {
  const metrics = new PrometheusMetrics(() => now);
  const nowhere = measuredFetch(metrics)('http://127.0.0.1:1/api/users.info');
  await expect(nowhere).rejects.toThrow();
  expect(valueIn(await counted(metrics, 1), CALLS, { methods: 'users', outcome: 'failed' })).toBe(1);
});

test('the groups of methods are those of the list, whatever is called', async () => {
  answer = { status: 200, body: '{"ok":true}' };
  const metrics = new PrometheusMetrics(() => now);
  let calls = 0;
  const path = fc.oneof(
    fc.webPath(),
    fc.stringMatching(/^\/[a-z]{1,9}\.[a-zA-Z.]{1,20}$/),
    fc.constantFrom('/views.open', '/users.info?user=U1'),
  );
  await fc.assert(
    fc.asyncProperty(path, async (path) => {
      await (await measuredFetch(metrics)(`${api}${path}`)).text();
      calls += 1;
    }),
    { numRuns: 50 },
  );
  const classes = (await counted(metrics, calls)).filter(({ name }) => name === CALLS);
  expect(classes.map(({ labels }) => labels.methods)).toContain('other');
  expect(classes.filter(({ labels }) => !SLACK_CLASSES.some((name) => name === labels.methods))).toEqual([]);
});
