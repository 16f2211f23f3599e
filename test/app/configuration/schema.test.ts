import { parse } from 'yaml';
import { z } from 'zod';
import { FIELDS, type Place } from '../../../src/app/configuration/problems/fields.ts';
import { LATER } from '../../../src/app/configuration/problems/later.ts';
import { jsonSchema } from '../../../src/app/configuration/schema.ts';
import { EXAMPLE } from './example.ts';

const schema = jsonSchema();

/** What an editor would do with the schema, by another way than the one it came from. */
function takes(text: string): boolean {
  return z.fromJSONSchema(schema).safeParse(parse(text)).success;
}

test('it is draft 2020-12 and describes what people write: env: values and durations are text', () => {
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
  expect(takes(EXAMPLE)).toBe(true);
});

test.each([
  ['a field that is not built yet', EXAMPLE.replace('timeout: 15m', 'artifacts: []')],
  ['a missing repository', EXAMPLE.replace('repository: git@gitlab.com:acme/web/shop.git', '')],
  ['a duration without a unit', EXAMPLE.replace('timeout: 15m', 'timeout: 15')],
  ['a name', EXAMPLE.replace('[U0789IJKL,', '[testers,')],
  ['a rule that requires nobody', EXAMPLE.replace('{ required: 2, from', '{ required: 0, from')],
  ['a product with an invalid name', EXAMPLE.replace('  shop:', '  Shop!:')],
])('it does not accept %s', (_name, text) => {
  expect(text).not.toBe(EXAMPLE);
  expect(takes(text)).toBe(false);
});

test('every field has a description, and fields that are not built are absent', () => {
  const described = new Set<string>();
  function walk(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') {
        for (const [name, field] of Object.entries<{ description?: string }>(value)) {
          described.add(`${name}: ${field.description}`);
        }
      }
      walk(value);
    }
  }
  walk(schema);
  const expected = Object.values(FIELDS).flatMap((fields) =>
    Object.entries(fields).map(([name, { description }]) => `${name}: ${description}`),
  );
  expect([...described].sort()).toEqual([...new Set(expected)].sort());
  const early = Object.entries(LATER).flatMap(([place, fields]) =>
    Object.keys(fields).filter((name) => Object.hasOwn(FIELDS[place as Place], name)),
  );
  expect(early).toEqual([]);
});
