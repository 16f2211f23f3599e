import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ADA, CHANNEL, HandClock, openSandbox } from '../support.ts';

const MINUTE_MS = 60_000;

let clock: HandClock;
let sandbox: Sandbox;
let server: Server;
let responseUrl: string;

beforeEach(async () => {
  clock = new HandClock();
  sandbox = await openSandbox({ now: clock.now });
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    responseUrl = new URLSearchParams(body).get('response_url') ?? '';
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sandbox.setRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await sandbox.command(ADA, CHANNEL, '/release status');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await sandbox.close();
});

async function answer(body: object): Promise<{ status: number; text: string }> {
  const response = await fetch(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

test('five answers are accepted, and no sixth', async () => {
  for (const count of [1, 2, 3, 4, 5]) {
    expect(await answer({ text: `Answer ${count}` })).toEqual({ status: 200, text: 'ok' });
  }
  expect((await answer({ text: 'Answer 6' })).status).not.toBe(200);
  expect(sandbox.ephemerals(ADA)).toHaveLength(5);
});

test('answers are accepted within thirty minutes, and not later', async () => {
  clock.forward(30 * MINUTE_MS);
  expect((await answer({ text: 'In time' })).status).toBe(200);
  clock.forward(1);
  expect((await answer({ text: 'Late' })).status).not.toBe(200);
  expect(sandbox.ephemerals(ADA).map(({ text }) => text)).toEqual(['In time']);
});

test('an answer has the limits of a message', async () => {
  const refused = await answer({
    text: 'x',
    blocks: [{ type: 'header', text: { type: 'plain_text', text: '' } }],
  });
  expect(refused.status).not.toBe(200);
  expect(refused.text).toContain('invalid_blocks');
  expect(sandbox.ephemerals(ADA)).toEqual([]);
});

test('an unknown address is refused', async () => {
  responseUrl = `${sandbox.url}/response/R0`;
  expect((await answer({ text: 'x' })).status).toBe(404);
});
