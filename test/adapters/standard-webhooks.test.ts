import { Webhook } from 'standardwebhooks';
import { type StandardSignature, standardSignature } from '../../src/adapters/standard-webhooks.ts';

/** The example of the specification's own libraries. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = Buffer.from('{"test": 2432232314}');
const SECONDS = 1_614_265_330;
const SIGNED = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const EXAMPLE = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': String(SECONDS),
  'webhook-signature': SIGNED,
};

function read(headers: Record<string, string>, now = SECONDS * 1_000): StandardSignature {
  return standardSignature((name) => headers[name], now);
}

function isVerified(headers: Record<string, string>, body = BODY, secret = SECRET): boolean {
  const signature = read(headers);
  return signature.kind === 'given' && signature.verify(body, secret);
}

const OTHER = `v1,${'A'.repeat(43)}=`;

test.each<[what: string, headers: Record<string, string>, verified: boolean]>([
  ['the example', EXAMPLE, true],
  ['another id', { ...EXAMPLE, 'webhook-id': 'msg_2' }, false],
  ['another time', { ...EXAMPLE, 'webhook-timestamp': String(SECONDS + 1) }, false],
  ['another signature', { ...EXAMPLE, 'webhook-signature': OTHER }, false],
  ['several signatures', { ...EXAMPLE, 'webhook-signature': `${OTHER} ${SIGNED}` }, true],
  ['an unknown version before it', { ...EXAMPLE, 'webhook-signature': `v1a,abc ${SIGNED}` }, true],
  [
    'the right one under an unknown version',
    { ...EXAMPLE, 'webhook-signature': `${OTHER} ${SIGNED.replace('v1', 'v2')}` },
    false,
  ],
])('%s is verified, or not', (_what, headers, verified) => {
  expect(isVerified(headers)).toBe(verified);
});

test.each<[what: string, change: Record<string, string>, kind: StandardSignature['kind']]>([
  ['no signature', { 'webhook-signature': '' }, 'absent'],
  ['no id', { 'webhook-id': '' }, 'malformed'],
  ['an id that is too long', { 'webhook-id': 'x'.repeat(201) }, 'malformed'],
  ['no time', { 'webhook-timestamp': '' }, 'malformed'],
  ['a time with a letter', { 'webhook-timestamp': `${SECONDS}x` }, 'malformed'],
  ['a signature without a version', { 'webhook-signature': SIGNED.slice(3) }, 'malformed'],
  ['only unknown versions', { 'webhook-signature': 'v1a,abc v2,def' }, 'malformed'],
])('with %s it is %s', (_what, change, kind) => {
  expect(read({ ...EXAMPLE, ...change }).kind).toBe(kind);
});

test.each([
  [-300, 'given'],
  [-301, 'stale'],
  [300, 'given'],
  [301, 'stale'],
])('read %i seconds after it was signed it is %s', (seconds, kind) => {
  expect(read(EXAMPLE, (SECONDS + seconds) * 1_000).kind).toBe(kind);
});

describe('what the library of the specification signs', () => {
  const sign = (key: Uint8Array | string, body: string, id = 'msg_1') =>
    ({
      'webhook-id': id,
      'webhook-timestamp': String(SECONDS),
      'webhook-signature': new Webhook(key, { format: 'raw' }).sign(id, new Date(SECONDS * 1_000), body),
    }) as const;

  test.each([
    [
      'a key in base64',
      `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`,
      Buffer.from('k'.repeat(32)),
    ],
    ['any other text', 'kööky secret', Buffer.from('kööky secret', 'utf8')],
    [
      'text that looks like base64',
      'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    ],
  ])('is verified with %s, and only over the same bytes', (_what, secret, key) => {
    const headers = sign(key, '{"ä":1}');
    expect(isVerified(headers, Buffer.from('{"ä":1}'), secret)).toBe(true);
    expect(isVerified(headers, Buffer.from('{"ä":2}'), secret)).toBe(false);
    expect(isVerified(headers, Buffer.from('{"ä":1}'), 'another secret')).toBe(false);
  });
});

test('a secret without a key verifies nothing', () => {
  for (const secret of ['', 'whsec_', 'whsec_!']) expect(isVerified(EXAMPLE, BODY, secret)).toBe(false);
});
