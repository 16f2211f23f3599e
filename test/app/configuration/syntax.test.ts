import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadConfiguration, parseConfiguration } from '../../../src/app/configuration/load.ts';
import { EXAMPLE, VARIABLES } from './example.ts';

function errorsOf(text: string) {
  const loaded = parseConfiguration(text, VARIABLES);
  return loaded.kind === 'ok' ? [] : loaded.errors;
}

describe('a file that is not one YAML document', () => {
  const lines = EXAMPLE.trimEnd().split('\n').length;
  test.each([
    ['two documents', `${EXAMPLE}---\n${EXAMPLE}`, `${lines + 1}:1`, /^a second document begins/],
    ['tabs', EXAMPLE.replaceAll('  ', '\t'), '3:1', /^a tab indents this line/],
    ['one tab', EXAMPLE.replace('    branch', '\tbranch'), '5:1', /^a tab indents this line/],
    [
      'a variable of a shell',
      EXAMPLE.replace('env:STOREFRONT_WEB', `\${STOREFRONT_WEB`),
      '8:25',
      /cannot read what is here$/,
    ],
    ['a colon in a value', EXAMPLE.replace('npm test', 'echo a: b'), '10:50', /contains ": "$/],
  ])('%s is one error, at its place', (_, text, at, what) => {
    expect(errorsOf(text)).toEqual([
      { path: `slipway.yml:${at}`, what: expect.stringMatching(what), todo: expect.any(String) },
    ]);
  });

  test('each duplicate key is reported', () => {
    const text = EXAMPLE.replace('    branch: trunk\n', '    branch: a\n    branch: b\n    branch: c\n');
    expect(errorsOf(text).map(({ path }) => path)).toEqual(['slipway.yml:6:5', 'slipway.yml:7:5']);
  });

  test('no text of the file is repeated, as it may be a secret', () => {
    const text = EXAMPLE.replace(
      'env:STOREFRONT_WEBHOOK_SECRET',
      `\${A} "hunter2-hunter2", b: hunter3-hunter3`,
    );
    expect(errorsOf(text)).not.toEqual([]);
    expect(JSON.stringify(errorsOf(text))).not.toMatch(/hunter/);
  });

  test.each([
    ['UTF-16', Buffer.from(`\ufeff${EXAMPLE}`, 'utf16le')],
    ['Latin 1', Buffer.from(EXAMPLE.replace('Weekend', 'F\u00eate'), 'latin1')],
  ])('%s', async (_, bytes) => {
    const directory = await mkdtemp(join(tmpdir(), 'slipway-'));
    try {
      const file = join(directory, 'slipway.yml');
      await writeFile(file, bytes);
      expect(loadConfiguration(file, VARIABLES)).toEqual({
        kind: 'wrong',
        errors: [{ path: file, what: 'it is not UTF-8 text', todo: 'save it as UTF-8 in your editor' }],
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
