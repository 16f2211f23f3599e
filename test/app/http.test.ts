import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { Bodies, type Body, type BodyLimits, bodyRefusal } from '../../src/adapters/http/bodies.ts';
import {
  CONNECTION_LIMITS,
  closeServer,
  createHttp,
  finishHttp,
  listen,
  type Readiness,
} from '../../src/app/http.ts';
import { until } from '../support/until.ts';

const MB = 1024 * 1024;
const PATIENT: BodyLimits = {
  totalBytes: 8 * MB,
  keptForSmallBytes: MB,
  smallBytes: MB / 4,
  checkMs: 60_000,
  leastBytes: 1,
};

const STATE: Readiness = {
  ready: true,
  troubles: [{ where: 'storefront', says: 'the branch main of storefront is gone', todo: 'push it' }],
};

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server that reads what is posted to `/`, at most 4 MB. */
async function serve(limits = PATIENT, connections = CONNECTION_LIMITS, state: Readiness = STATE) {
  const bodies = new Bodies(limits);
  const http = createHttp(async () => state);
  const ends: Body['kind'][] = [];
  http.post('/', async (request, response) => {
    const body = await bodies.read(request, 4 * MB);
    ends.push(body.kind);
    if (body.kind === 'read') response.json({ bytes: body.raw.length });
    else {
      const { status, headers, refused } = bodyRefusal(body);
      response.status(status).set(headers).json({ refused });
    }
  });
  finishHttp(http, pino({ level: 'silent' }));
  const { server, port } = await listen(http, 0, '127.0.0.1', connections);
  closing.push(() => closeServer(server, 0));
  return { bodies, ends, server, port, url: `http://127.0.0.1:${port}` };
}

/** A client that says what it likes, and all that it was answered. */
async function dial(
  port: number,
  text: string,
): Promise<{ socket: Socket; answer(): string; isOver(): boolean }> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  let over = false;
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket
    .on('error', () => {})
    .on('close', () => {
      over = true;
    });
  closing.push(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return { socket, answer: () => answer, isOver: () => over };
}

const post = (length: number, more = '') =>
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n${more}\r\n`;

describe('a body', () => {
  test('is read up to its limit', async () => {
    const { url, bodies } = await serve();
    const answers = await Promise.all(
      [0, 5, 4 * MB].map((bytes) => fetch(url, { method: 'POST', body: 'x'.repeat(bytes) })),
    );
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
      { bytes: 0 },
      { bytes: 5 },
      { bytes: 4 * MB },
    ]);
    expect(bodies.heldBytes).toBe(0);
  });

  test('is refused before any of it is sent when its declared length is too large', async () => {
    const { port } = await serve();
    const { answer } = await dial(port, post(4 * MB + 1));
    await until('it is refused', () => answer().startsWith('HTTP/1.1 413'));
  });

  test('is refused when it becomes too large, and none of it is kept', async () => {
    const { port, bodies } = await serve();
    const chunk = `${(MB).toString(16)}\r\n${'x'.repeat(MB)}\r\n`;
    const { answer } = await dial(
      port,
      `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`,
    );
    await until('it is refused', () => answer().startsWith('HTTP/1.1 413'));
    expect(bodies.heldBytes).toBe(0);
  });

  test('is refused when compressed, as nobody signs it that way', async () => {
    const { url } = await serve();
    const headers = { 'content-encoding': 'gzip' };
    expect((await fetch(url, { method: 'POST', headers, body: 'x' })).status).toBe(400);
  });

  test('is refused when it arrives too slowly', async () => {
    const { port, bodies } = await serve({ ...PATIENT, checkMs: 100, leastBytes: 1_000 });
    const { answer, isOver } = await dial(port, `${post(10_000)}slow`);
    await until('it is refused', () => answer().startsWith('HTTP/1.1 408') && isOver());
    expect(bodies.heldBytes).toBe(0);
  });

  test('is forgotten when its sender has gone', async () => {
    const { port, bodies, ends } = await serve();
    const { socket } = await dial(port, `${post(MB)}${'x'.repeat(1_000)}`);
    await until('it is held', () => bodies.heldBytes === 1_000);
    socket.destroy();
    await until('it is forgotten', () => bodies.heldBytes === 0);
    expect(ends).toEqual(['unreadable']);
  });
});

test('a hundred slow senders of large bodies stay within the limit, and small bodies are read meanwhile', async () => {
  const { port, bodies, url, ends } = await serve();
  const most = PATIENT.totalBytes - PATIENT.keptForSmallBytes;
  const half = 'x'.repeat(2 * MB);
  const clients = await Promise.all(Array.from({ length: 100 }, () => dial(port, `${post(4 * MB)}${half}`)));
  const refused = () => clients.filter(({ answer }) => answer().startsWith('HTTP/1.1 503'));
  await until('all but those there is room for are refused', () => refused().length >= 97);
  expect(refused()[0]?.answer()).toMatch(/Retry-After: \d+/i);
  expect(bodies.heldBytes).toBeGreaterThan(0);
  expect(bodies.heldBytes).toBeLessThanOrEqual(most);
  const small = await fetch(url, { method: 'POST', body: 'x'.repeat(200_000) });
  expect([small.status, ends.includes('read')]).toEqual([200, true]);
});

describe('a connection', () => {
  const hasty = { ...CONNECTION_LIMITS, headersTimeoutMs: 200, requestTimeoutMs: 400, checkMs: 50 };

  test.each([
    ['does not end its headers', 'POST / HTTP/1.1\r\nHost: x\r\n'],
    ['does not end its body', `${post(100)}half`],
  ])('is closed when it %s', async (_what, text) => {
    const { port } = await serve(PATIENT, hasty);
    const { isOver } = await dial(port, text);
    await until('it is closed', isOver);
  });

  test('is closed at once when there are too many', async () => {
    const { port } = await serve(PATIENT, { ...CONNECTION_LIMITS, connections: 2 });
    const clients = [await dial(port, ''), await dial(port, '')];
    const third = await dial(port, post(0)).catch(() => null);
    await until('the third is closed', () => third === null || third.isOver());
    expect(clients.map(({ isOver }) => isOver())).toEqual([false, false]);
  });

  test('waits at most half a minute in production', async () => {
    const { server } = await serve();
    const { headersTimeout, requestTimeout } = server as Server;
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 30_000]);
  });
});

describe('/readyz', () => {
  const notReady: Readiness = {
    ready: false,
    why: 'another process uses a newer configuration of storefront',
  };

  test('lists what is wrong for a caller on this machine', async () => {
    const { url } = await serve();
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual(STATE);
  });

  test.each(['x-forwarded-for', 'X-Forwarded-Host', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via'])(
    'gives no details to a caller with %s',
    async (header) => {
      const asked = async (state: Readiness) => {
        const { url } = await serve(PATIENT, CONNECTION_LIMITS, state);
        const answer = await fetch(`${url}/readyz`, { headers: { [header]: '203.0.113.7' } });
        return [answer.status, await answer.json()];
      };
      expect(await asked(STATE)).toEqual([200, { ready: true, troubles: 1 }]);
      expect(await asked({ ready: true, degraded: 'queue.internal is away' })).toEqual([
        200,
        { ready: true },
      ]);
      expect(await asked(notReady)).toEqual([503, { ready: false }]);
    },
  );
});
