import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import { EXAMPLE, VARIABLES } from './example.ts';

/** What later versions know, each in its place. */
const LATER: [where: string[], key: string, value: unknown][] = [
  [['products', 'storefront', 'build'], 'artifacts', ['dist']],
];

function written(where: string[], key: string, value: unknown): string {
  const document: unknown = parse(EXAMPLE);
  const block = where.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document);
  (block as Record<string, unknown>)[key] = value;
  return stringify(document);
}

describe('what is not built yet', () => {
  test.each(LATER.map(([where, key, value]) => ({ at: [...where, key].join('.'), where, key, value })))(
    '$at is reported as not built yet, and removing it is enough',
    ({ where, key, value }) => {
      const loaded = parseConfiguration(written(where, key, value), VARIABLES);
      expect(loaded).toMatchObject({
        kind: 'wrong',
        errors: [{ what: 'is not built yet', todo: expect.stringMatching(/^remove it/) }],
      });
    },
  );
});
