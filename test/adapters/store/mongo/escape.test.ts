import fc from 'fast-check';
import { BSON } from 'mongodb';
import { escaped, unescaped } from '../../../../src/adapters/store/mongo/escape.ts';
import { anyText, anyValue } from '../../../contract/samples.ts';
import { runs } from '../../../support/thorough.ts';

/** What BSON, a server or the driver would take for something else. */
const oddKey = fc.oneof(
  anyText,
  fc.constantFrom(
    '$ref',
    '$id',
    '$set',
    '_bsontype',
    'a.b',
    '.',
    '$',
    '',
    '__proto__',
    'toBSON',
    '\uFDD0',
    '\uFDD00000',
  ),
);
const value = fc.oneof(
  anyValue,
  fc.dictionary(oddKey, fc.oneof(anyText, anyValue), { noNullPrototype: true }),
);

function keysOf(inside: unknown): string[] {
  if (typeof inside !== 'object' || inside === null) return [];
  const keys = Array.isArray(inside) ? [] : Object.keys(inside);
  return [...keys, ...Object.values(inside).flatMap(keysOf)];
}

test('any content comes back from BSON unchanged, under keys that every server accepts', () => {
  fc.assert(
    fc.property(value, (content) => {
      const stored = BSON.deserialize(BSON.serialize({ content: escaped(content) }));
      expect(JSON.stringify(unescaped(stored.content))).toBe(JSON.stringify(content));
      for (const key of keysOf(stored)) expect(key).not.toMatch(/[\0.]|^\$|^_bsontype$/);
    }),
    { numRuns: runs(2_000) },
  );
});

test.each([
  ['a half of a pair', 'a\ud83db', 'a\uFDD0d83db'],
  ['the other half', '\udca9', '\uFDD0dca9'],
  ['NUL', 'a\0b', 'a\uFDD00000b'],
  ['the mark itself', '\uFDD0', '\uFDD0fdd0'],
  ['a dot in a key', { 'a.b': 1 }, { 'a\uFDD0002eb': 1 }],
  ['a dollar before a key', { $set: 1, a$: 2 }, { '\uFDD00024set': 1, a$: 2 }],
  ['a type of BSON', { _bsontype: 'Long' }, { '\uFDD0005fbsontype': 'Long' }],
])('written so that BSON can hold it: %s', (_what, content, stored) => {
  expect(escaped(content)).toEqual(stored);
  expect(unescaped(stored)).toEqual(content);
});

test('content that BSON can hold is neither changed nor copied', () => {
  const plain = { a: ['x', { b: 'é💩 $5.00 a.b', c: null }], d: 1.5, _id: 'shop/prod', '': true };
  expect(escaped(plain)).toBe(plain);
  expect(unescaped(plain)).toBe(plain);
});

test('an escape mark written by people is read as it is', () => {
  expect(unescaped('\uFDD0 and \uFDD0xyz')).toBe('\uFDD0 and \uFDD0xyz');
});
