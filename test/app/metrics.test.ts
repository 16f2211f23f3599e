import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { closeServer, createHttp, finishHttp, isFromHere, listen } from '../../src/app/http.ts';
import { type MetricsText, mountMetrics } from '../../src/app/metrics.ts';
import { until } from '../support/until.ts';

const TEXT: MetricsText = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  text: async () => 'slipway_x_total 1\n',
};

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The port on which `/metrics` is for this machine only. */
async function serve(metrics = TEXT, limitMs?: number) {
  const http = createHttp(async () => ({ ready: true }));
  mountMetrics(http, metrics, isFromHere, limitMs);
  finishHttp(http, pino({ level: 'silent' }));
  const { server, port } = await listen(http, 0, '127.0.0.1');
  closing.push(() => closeServer(server, 0));
  return { server, port, url: `http://127.0.0.1:${port}/metrics` };
}

test('this machine gets the text', async () => {
  const { url } = await serve();
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([200, 'slipway_x_total 1\n']);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test.each(['X-Forwarded-For', 'X-Forwarded-Proto', 'Forwarded', 'X-Real-IP', 'Via'])(
  'through a proxy that says %s there is nothing, as anywhere else',
  async (header) => {
    const { url } = await serve();
    const headers = { [header]: '203.0.113.7' };
    const [there, nowhere] = await Promise.all([
      fetch(url, { headers }),
      fetch(url.replace('/metrics', '/nowhere'), { headers }),
    ]);
    expect([there.status, nowhere.status]).toEqual([404, 404]);
    expect((await there.text()).replace('/metrics', '')).toBe((await nowhere.text()).replace('/nowhere', ''));
  },
);

test('only GET is answered', async () => {
  const { url } = await serve();
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});

test('a scraper that does not read its answer is disconnected', async () => {
  const { port, server } = await serve({ ...TEXT, text: async () => 'x'.repeat(64_000_000) }, 100);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  closing.push(() => void socket.destroy());
  await once(socket, 'connect');
  socket.pause();
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  const open = () =>
    new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  await until('the server holds no connection', async () => socket.bytesWritten > 0 && (await open()) === 0);
});

test('a text that cannot be made is an error of that request alone', async () => {
  let works = false;
  const { url } = await serve({
    ...TEXT,
    text: async () => {
      if (!works) throw new Error('no metrics');
      return 'fine';
    },
  });
  expect((await fetch(url)).status).toBe(500);
  works = true;
  expect(await (await fetch(url)).text()).toBe('fine');
});
