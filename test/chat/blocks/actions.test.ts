import fc from 'fast-check';
import {
  decodeMetadata,
  decodeValue,
  encodeMetadata,
  encodeValue,
} from '../../../src/chat/blocks/action-values.ts';
import { ACTIONS, actionOf } from '../../../src/chat/blocks/actions.ts';
import { unicodeText } from '../../support/unicode.ts';

const small = fc.record(
  {
    environment: fc.string({ maxLength: 80 }),
    release: fc.nat(),
    sha: fc.string({ maxLength: 40 }),
    build: fc.string({ maxLength: 80 }),
    command: fc.string({ maxLength: 200 }),
    shown: fc.nat(),
    since: fc.nat(),
    freeze: fc.nat(),
  },
  { requiredKeys: ['environment'] },
);

test('a value reads back as it was written', () => {
  fc.assert(
    fc.property(small, fc.option(fc.string(), { nil: undefined }), (value, channel) => {
      expect(decodeValue(encodeValue(value))).toEqual(value);
      expect(decodeMetadata(encodeMetadata({ ...value, channel }))).toEqual(
        channel === undefined ? value : { ...value, channel },
      );
    }),
  );
});

test('a value is written as in cards that were posted before', () => {
  expect(
    decodeValue(
      '{"e":"shop/prod","r":4,"s":"abc","b":"shop@abc","c":"diff","v":7,"l":"k","h":3,"f":5,"u":"U1","t":"qa"}',
    ),
  ).toEqual({
    environment: 'shop/prod',
    release: 4,
    sha: 'abc',
    build: 'shop@abc',
    command: 'diff',
    shown: 7,
    lock: 'k',
    since: 3,
    freeze: 5,
    user: 'U1',
    to: 'qa',
  });
});

test('a long command is cut, and its value stays readable', () => {
  fc.assert(
    fc.property(unicodeText({ minLength: 3000, maxLength: 20_000 }), (command) => {
      const text = encodeValue({ environment: 'storefront/prod', command });
      expect(text.length).toBeLessThanOrEqual(2000);
      expect(decodeValue(text)?.environment).toBe('storefront/prod');
    }),
    { numRuns: 30 },
  );
});

test('garbage is null, never an error', () => {
  const garbage = [
    '',
    '{',
    'null',
    '[]',
    '1',
    '{}',
    '{"e":1}',
    '{"e":"x","r":-1}',
    '{"e":"x","r":"1"}',
    '{"e":"x","s":2}',
    '{"e":"x","s":null}',
    '{"e":"x","v":1.5}',
    '{"e":"x","v":1e300}',
    ...['b', 'c', 'l', 'u', 't'].map((letter) => JSON.stringify({ e: 'x', [letter]: 1 })),
  ];
  for (const text of garbage) expect(decodeValue(text)).toBeNull();
  for (const text of garbage) expect(decodeMetadata(text)).toBeNull();
  for (const value of garbage) expect(decodeMetadata(JSON.stringify({ value }))).toBeNull();
  expect(decodeMetadata(JSON.stringify({ value: '{"e":"x"}', channel: 1 }))).toBeNull();
  fc.assert(
    fc.property(fc.oneof(unicodeText(), fc.json()), (text) => {
      decodeValue(text);
      decodeMetadata(text);
    }),
  );
});

test('action ids are distinct, even numbered ones', () => {
  for (const [name, id] of Object.entries(ACTIONS)) {
    expect(actionOf(id)).toBe(name);
    expect(actionOf(`${id}.3`)).toBe(name);
  }
  expect(actionOf('toString')).toBeNull();
});
