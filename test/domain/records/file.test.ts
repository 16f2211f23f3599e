import type { Reference } from '../../../src/domain/documents/environment.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { type Facts, renderFile } from '../../../src/domain/records/file.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const ADA = { kind: 'person', id: 'U1', name: 'Ada', member: true } as const;

const reference = (sha: string, release: number, more: Partial<Reference> = {}): Reference => ({
  sha,
  ref: 'main',
  release,
  at: AT,
  by: ADA,
  ...more,
});

function facts(deployed: Reference, accepted: Reference | null = null, more: Partial<Facts> = {}): Facts {
  return { environment: { name: 'prod', deployed, accepted }, tag: null, formats: null, ...more };
}

const entry = (commit: string, release: number, by = 'Ada') => ({
  commit,
  ref: 'main',
  release: `prod#${release}`,
  at: '2026-01-02T03:04:05.000Z',
  by,
});

/** What the file says, with the order of its keys. */
const said = (text: string | null, now: Facts) => {
  const rendered = renderFile(text, now);
  return [Object.keys(JSON.parse(rendered)), JSON.parse(rendered)];
};

test('a file of its own says what is deployed and accepted, on lines of their own', () => {
  const text = renderFile(null, facts(reference(B, 2, { by: ROBOT }), reference(A, 1)));
  expect(text).toBe(
    `${JSON.stringify({ Commit: B, deployed: entry(B, 2, 'Slipway'), accepted: entry(A, 1) }, null, 2)}\n`,
  );
});

test.each<[string, before: unknown, now: Facts, expected: Record<string, unknown>]>([
  ['nothing is accepted', null, facts(reference(A, 1)), { Commit: A, deployed: entry(A, 1), accepted: null }],
  [
    'a tag and formats are known',
    null,
    facts(reference(A, 1), null, { tag: 'v1', formats: ['docker'] }),
    { Commit: A, Tag: 'v1', Formats: ['docker'], deployed: entry(A, 1), accepted: null },
  ],
  [
    'the keys of others are there: they follow ours, in their order',
    { zeta: 1, Commit: B, alpha: { deep: [null] }, Formats: ['lambda'] },
    facts(reference(A, 1)),
    {
      Commit: A,
      Formats: ['lambda'],
      deployed: entry(A, 1),
      accepted: null,
      zeta: 1,
      alpha: { deep: [null] },
    },
  ],
  [
    'another process found the tag of the same commit: it stays',
    { Commit: A, Tag: 'v1' },
    facts(reference(A, 1)),
    { Commit: A, Tag: 'v1', deployed: entry(A, 1), accepted: null },
  ],
  [
    'the tag is that of the commit before: it goes',
    { Commit: B, Tag: 'v1' },
    facts(reference(A, 1)),
    { Commit: A, deployed: entry(A, 1), accepted: null },
  ],
  [
    'the configuration says other formats than the file',
    { Commit: A, Formats: ['lambda'] },
    facts(reference(A, 1), null, { formats: ['docker'] }),
    { Commit: A, Formats: ['docker'], deployed: entry(A, 1), accepted: null },
  ],
  [
    'the commit was adopted',
    null,
    facts(reference(A, 1, { adopted: true })),
    { Commit: A, deployed: { ...entry(A, 1), adopted: true }, accepted: null },
  ],
  ['it holds a list', [1], facts(reference(A, 1)), { Commit: A, deployed: entry(A, 1), accepted: null }],
])('where %s', (_what, before, now, expected) => {
  const text = before === null ? null : JSON.stringify(before);
  expect(said(text, now)).toEqual([Object.keys(expected), expected]);
});

test.each([['<<<<<<< ours\n{}'], [''], ['null'], ['"text"']])(
  'what is no object (%j) is replaced',
  (text) => {
    expect(renderFile(text, facts(reference(A, 1)))).toBe(renderFile(null, facts(reference(A, 1))));
  },
);

test('a key of others that JavaScript has a meaning for is kept like any other', () => {
  const text = renderFile('{ "__proto__": { "x": 1 }, "constructor": 2 }', facts(reference(A, 1)));
  expect(text).toContain('"__proto__": {\n    "x": 1\n  }');
  expect(text).toContain('"constructor": 2');
});

test.each([
  ['as we write it', (text: string) => text],
  ['indented otherwise', (text: string) => JSON.stringify(JSON.parse(text), null, '\t')],
  ['with a mark at its begin', (text: string) => `\uFEFF${text}`],
])('a file that says it already, %s, stays byte for byte', (_how, change) => {
  const now = facts(reference(B, 2), reference(A, 1), { tag: 'v2', formats: ['docker'] });
  const text = change(renderFile('{ "theirs": [1] }', now));
  expect(renderFile(text, now)).toBe(text);
  expect(renderFile(text, facts(reference(B, 3)))).not.toBe(text);
});
