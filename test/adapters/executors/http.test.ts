import { openHttpExecutor } from '../../../src/adapters/executors/http/http.ts';
import { standardSignature } from '../../../src/adapters/standard-webhooks.ts';
import type { Executor } from '../../../src/ports/executor.ts';
import { executorContract } from '../../contract/executor.contract.ts';
import { type DeployServerWorld, deployServerWorld, HTTP_SECRET } from '../../support/executors/http.ts';
import { attemptOf, COMMIT } from '../../support/executors/world.ts';
import { serve } from '../../support/forges/server.ts';

executorContract({
  name: 'HTTP, at a server that names addresses',
  open: () => deployServerWorld({ addresses: true }),
  can: { cancel: true, log: true, rerun: true, findBegins: true },
});
executorContract({
  name: 'HTTP, at a server that names none',
  open: () => deployServerWorld({ addresses: false }),
  can: { cancel: false, log: false, rerun: true, findBegins: true },
});

describe('a server of the protocol', () => {
  let world: DeployServerWorld;
  let executor: Executor;
  beforeEach(async () => {
    world = await deployServerWorld({ addresses: true });
    executor = await world.open({ now: Date.now, timeoutMs: 5_000 });
  });
  afterEach(() => world.close());

  const attempt = attemptOf();
  const answered = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    world.server.fault = { kind: 'answer', status, text: JSON.stringify(body), headers };
  };

  test('is told all about an attempt, under its id', async () => {
    await executor.start(attempt);
    await executor.find({ ...attempt, ref: null, previous: null, step: 'verify' });
    const [first, second] = world.server.calls;
    expect(first?.body).toEqual({
      attempt: attempt.key,
      product: 'storefront',
      environment: 'prod',
      commit: COMMIT,
      ref: 'main',
      previous: 'b'.repeat(40),
      release: 'prod#42',
      kind: 'promotion',
      step: 'deploy',
    });
    expect(second?.body).toMatchObject({ ref: null, previous: null, step: 'verify' });
    for (const call of [first, second])
      expect(call?.headers).toMatchObject({
        'webhook-id': attempt.key,
        'content-type': 'application/json',
        accept: 'application/json',
      });
  });

  const id = () => `${world.server.origin}/slipway/attempts/${attempt.key}`;
  const run = (url: string | null = null) => ({ id: id(), url });

  test.each<[status: number, body: unknown, seen: object]>([
    [200, { state: 'running' }, { kind: 'running', waits: null, lastLine: null }],
    [202, { state: 'running', log: 'one\n\u001b[31mtwo\n\n' }, { kind: 'running', lastLine: 'two' }],
    [409, { state: 'running' }, { kind: 'running' }],
    [409, { state: 'succeeded' }, { kind: 'ended', outcome: { kind: 'succeeded' } }],
    [200, { state: 'succeeded', reason: 5, url: {}, log: [] }, { outcome: { kind: 'succeeded' } }],
    [200, { state: 'failed', reason: 'two\nlines' }, { outcome: { kind: 'failed', says: 'two lines' } }],
    [200, { state: 'failed' }, { outcome: { kind: 'failed', says: 'it failed, without a reason' } }],
    [200, { state: 'cancelled' }, { outcome: { kind: 'cancelled', says: null } }],
    [200, { state: 'cancelled', reason: 'by Ada' }, { outcome: { kind: 'cancelled', says: 'by Ada' } }],
    [409, { reason: 'busy' }, { kind: 'unknown', reason: expect.stringContaining('("busy")') }],
    [200, { state: 'queued' }, { kind: 'unknown' }],
    [201, { state: 'running' }, { kind: 'unknown' }],
    [204, { state: 'running' }, { kind: 'unknown' }],
  ])('%s %j is read at the start', async (status, body, seen) => {
    answered(status, body);
    expect(await executor.start(attempt)).toMatchObject(seen);
  });

  test.each<[status: number, body: unknown, reason: string]>([
    [
      401,
      { reason: 'the signature is wrong' },
      'HOST answered 401 ("the signature is wrong"): the secret there and the one in slipway.yml must be the same',
    ],
    [422, { error: 'no such environment' }, 'HOST answered 422 ("no such environment"): correct it there'],
    [404, {}, 'HOST answered 404: see whether url in slipway.yml is right'],
  ])('%s %j is told with what to do', async (status, body, reason) => {
    answered(status, body);
    expect(await executor.start(attempt)).toEqual({
      kind: 'ended',
      run: null,
      outcome: { kind: 'errored', ran: false, reason: reason.replace('HOST', new URL(world.url).host) },
    });
  });

  test.each<[url: unknown, shown: string | null]>([
    ['https://deploy.acme.dev/42', 'https://deploy.acme.dev/42'],
    ['http://deploy.acme.dev/42', 'http://deploy.acme.dev/42'],
    ['javascript:alert(1)', null],
    ['https://ci:S3CRET@deploy.acme.dev/42', null],
    ['/42', null],
    [`https://deploy.acme.dev/${'x'.repeat(5_000)}`, null],
    [`https://deploy.acme.dev/?key=${HTTP_SECRET}`, null],
    [42, null],
  ])('people are led to %s only if that is safe', async (url, shown) => {
    world.extras = { url };
    expect(await executor.start(attempt)).toMatchObject({ kind: 'running', run: run(shown) });
    world.extras = {};
    // A page that was named once is kept.
    expect(await executor.look(attempt, run(shown))).toMatchObject({ run: run(shown) });
  });

  test.each<[location: string, place: string]>([
    ['/slipway/attempts/KEY', '/slipway/attempts/KEY'],
    ['slipway/attempts/KEY#there', '/slipway/attempts/KEY'],
    ['ORIGIN/slipway/attempts/KEY', '/slipway/attempts/KEY'],
    ['?attempt=KEY', '/slipway?attempt=KEY'],
  ])('an attempt is asked about at the address %s', async (location, place) => {
    const filled = (text: string) => text.replace('KEY', attempt.key).replace('ORIGIN', world.server.origin);
    world.location = () => filled(location);
    const seen = await executor.start(attempt);
    expect(seen).toMatchObject({ run: { id: `${world.server.origin}${filled(place)}` } });
    if (seen.kind === 'running') await executor.look(attempt, seen.run);
    const { method, path, query, headers, text } = world.server.calls.at(-1)!;
    expect([method, `${path}${query.size === 0 ? '' : `?${query}`}`, text]).toEqual([
      'GET',
      filled(place),
      '',
    ]);
    expect(headers['webhook-id']).not.toBe(attempt.key);
  });

  test.each([
    'OTHER/slipway/attempts/1',
    '//HOST/slipway/attempts/1',
    'https://127.0.0.1/slipway/attempts/1',
    'http://[::1',
    'file:///etc/passwd',
    `/slipway/${'x'.repeat(5_000)}`,
  ])('nothing is asked at the address %s', async (location) => {
    const other = await serve(() => ({ status: 200, body: { state: 'succeeded' } }), { etags: false });
    try {
      const { host } = new URL(other.origin);
      world.location = () => location.replace('OTHER', other.origin).replace('HOST', host);
      const seen = await executor.start(attempt);
      if (seen.kind !== 'running') throw new Error('it does not run');
      expect(seen.run.id).toBe(attempt.key);
      world.become(attempt.key, 'succeeded');
      expect(await executor.cancel(attempt, seen.run)).toMatchObject({ kind: 'impossible' });
      expect(await executor.log(attempt, seen.run)).toBeNull();
      expect(await executor.look(attempt, seen.run)).toMatchObject({ outcome: { kind: 'succeeded' } });
      expect(world.server.calls.map(({ method }) => method)).toEqual(['POST', 'POST']);
      expect(other.calls).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('an address that leads elsewhere after a change of the configuration is not asked', async () => {
    const there = { id: 'https://elsewhere.acme.dev/attempts/1', url: null };
    expect(await executor.look(attempt, there)).toMatchObject({ kind: 'unknown' });
    expect(world.server.calls).toEqual([]);
    expect(world.starts(attempt.key)).toBe(0);
    expect(await executor.cancel(attempt, there)).toMatchObject({ kind: 'impossible' });
  });

  test.each<[status: number, cancelled: object]>([
    [200, { kind: 'asked' }],
    [202, { kind: 'asked' }],
    [204, { kind: 'asked' }],
    [302, { kind: 'unknown' }],
    [405, { kind: 'impossible', reason: expect.stringMatching(/: end it there$/) }],
    [409, { kind: 'impossible', reason: expect.stringContaining('it does not end it') }],
    [501, { kind: 'impossible' }],
    [500, { kind: 'unknown' }],
  ])('%s is read when something is to be ended', async (status, cancelled) => {
    await executor.start(attempt);
    answered(status, {});
    expect(await executor.cancel(attempt, run())).toMatchObject(cancelled);
    const { method, text, headers } = world.server.calls.at(-1)!;
    expect([method, text, headers['webhook-id'] === attempt.key]).toEqual(['DELETE', '', false]);
  });

  test.each<[location: string, says: string]>([
    ['https://login.acme.dev/sso?token=S3CRET', 'a redirect to login.acme.dev,'],
    ['/login?next=S3CRET', 'a redirect to /login,'],
  ])('it is said where a redirect leads: %s', async (location, says) => {
    answered(302, {}, { location });
    const seen = await executor.start(attempt);
    expect(seen).toMatchObject({ kind: 'unknown', reason: expect.stringContaining(says) });
    expect(JSON.stringify(seen)).not.toContain('S3CRET');
  });

  test('an attempt that it knew and forgot is not found, and not begun again', async () => {
    const forgotten = { id: `${world.server.origin}/slipway/attempts/slip-9`, url: null };
    expect(await executor.look(attemptOf({ key: 'slip-9' }), forgotten)).toEqual({ kind: 'notFound' });
    expect(world.starts('slip-9')).toBe(0);
  });

  test('a secret that is not of the form of Standard Webhooks is its own key', async () => {
    const key = 'a secret in plain words';
    const seen: boolean[] = [];
    const server = await serve(
      ({ headers, text }) => {
        const signature = standardSignature((name) => String(headers[name]), Date.now());
        seen.push(signature.kind === 'given' && signature.verify(Buffer.from(text), key));
        return { status: 202, body: { state: 'running' } };
      },
      { etags: false },
    );
    try {
      const target = { system: 'http', url: server.origin, secret: key } as const;
      await openHttpExecutor(target, { now: Date.now, timeoutMs: 5_000 }).start(attempt);
      expect(seen).toEqual([true]);
    } finally {
      await server.close();
    }
  });
});
