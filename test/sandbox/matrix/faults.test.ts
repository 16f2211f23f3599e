import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { codeOf, readPage, tableUnder } from '../../docs/markdown.ts';
import { until } from '../../support/until.ts';
import { ADA, CHANNEL, clientOf, openSandbox, startBolt, type TestBot } from '../support.ts';

function faultsUnder(heading: string): { kind: string; fault: Record<string, unknown> }[] {
  return tableUnder(readPage('docs/sandbox.md'), heading)
    .map(([fault]) => JSON.parse(codeOf(fault)) as Record<string, unknown>)
    .map((fault) => ({ kind: String(fault.kind), fault }));
}

let sandbox: Sandbox;
let bot: TestBot;
let heard: number;

beforeEach(async () => {
  heard = 0;
  sandbox = await openSandbox({ acknowledgeMs: 1_000 });
  bot = await startBolt(sandbox);
  bot.app.command('/release', async ({ ack }) => {
    heard += 1;
    await ack();
  });
});

afterEach(async () => {
  await bot.close();
  await sandbox.close();
});

async function plan(body: object): Promise<Response> {
  return fetch(`${sandbox.url}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const post = () => clientOf(sandbox, undefined, 5_000).chat.postMessage({ channel: CHANNEL, text: 'x' });

describe('faults of methods', () => {
  const carriedOut: Record<string, boolean> = { hang: true, unanswered: true };

  test.each(faultsUnder('Faults of methods'))('$kind', async ({ kind, fault }) => {
    expect((await plan({ method: 'chat.postMessage', fault, times: 1 })).status).toBe(200);
    const failed = await post().then(
      () => false,
      () => true,
    );
    expect(failed).toBe(kind !== 'hang');
    expect(sandbox.messages(CHANNEL)).toHaveLength(carriedOut[kind] ? 1 : 0);
    await post();
  });
});

describe('faults of requests to the bot', () => {
  const times: Record<string, number> = { twice: 2, late: 1, lost: 0, answer_lost: 1 };

  test.each(faultsUnder('Faults of requests to the bot'))('$kind', async ({ kind, fault }) => {
    expect((await plan({ request: 'slash_commands', fault, times: 1 })).status).toBe(200);
    const { ok } = await sandbox.command(ADA, CHANNEL, '/release status');
    expect(heard).toBe(times[kind]);
    expect(ok).toBe(kind === 'twice' || kind === 'late');
    expect(await sandbox.command(ADA, CHANNEL, '/release status')).toEqual({ ok: true });
  });
});

test('what is planned is listed until it is deleted, and what is no fault is refused', async () => {
  await plan({ method: '*', fault: { kind: 'cut' } });
  expect((await plan({ method: '*', fault: { kind: 'none' } })).status).toBe(400);
  const list = async () => (await fetch(`${sandbox.url}/sandbox/faults`)).json();
  expect(await list()).toEqual({ on: [], planned: [{ method: '*', fault: { kind: 'cut' }, left: null }] });
  await expect(post()).rejects.toThrow();
  await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });
  expect(await list()).toEqual({ on: [], planned: [] });
  await post();
});

test('an event that is not acknowledged is sent again, with its number, its reason and the same id', async () => {
  await bot.close();
  await sandbox.close();
  sandbox = await openSandbox({ eventRetryMs: [0, 1, 2] });
  bot = await startBolt(sandbox);
  const seen: unknown[] = [];
  bot.app.use(async ({ body, context, next }) => {
    seen.push(['event_id' in body ? body.event_id : null, context.retryNum, context.retryReason]);
    await next();
  });
  sandbox.faults.planDelivery('events_api', { kind: 'answer_lost' }, 3);
  sandbox.openHome(ADA);
  await until('four deliveries', () => seen.length === 4);
  const [[id]] = seen as [[string]];
  expect(seen).toEqual([
    [id, undefined, undefined],
    [id, 1, 'http_timeout'],
    [id, 2, 'http_timeout'],
    [id, 3, 'http_timeout'],
  ]);
});
