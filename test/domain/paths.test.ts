import fc from 'fast-check';
import { isBrokenGlob, pathFilter } from '../../src/domain/paths.ts';

type Row = [paths: string[], file: string, taken: boolean];

const FOLDERS: Row[] = [
  [['apps/shop'], 'apps/shop/src/index.ts', true],
  [['apps/shop/'], 'apps/shop/src/index.ts', true],
  [['apps/shop'], 'apps/shop', true],
  [['apps/shop'], 'apps/shop-admin/index.ts', false],
  [['apps/shop'], 'old/apps/shop/index.ts', false],
  [['apps/*/docs'], 'apps/shop/docs/a/b.md', true],
  [['**/docs'], 'docs/a.md', true],
  [['**/docs'], 'apps/shop/docs/a.md', true],
  [['apps/{shop,pay}'], 'apps/pay/index.ts', true],
  [['apps/{shop,pay}'], 'apps/mail/index.ts', false],
  [['apps/*/'], 'apps/shop/src/index.ts', true],
];

const GLOBS: Row[] = [
  [['**'], 'a', true],
  [['**'], '.github/workflows/a.yml', true],
  [['libs/**'], 'libs/.env', true],
  [['libs/*'], 'libs/a.ts', true],
  [['libs/*'], 'libs/a/b.ts', false],
  [['*.md'], 'README.md', true],
  [['*.md'], 'docs/README.md', false],
  [['**/*.md'], 'README.md', true],
  [['**/*.md'], 'docs/deep/README.md', true],
  [['src/?.ts'], 'src/a.ts', true],
  [['src/?.ts'], 'src/ab.ts', false],
  [['src/[ab].ts'], 'src/b.ts', true],
  [['!(docs)/**'], 'src/a.ts', true],
  [['!(docs)/**'], 'docs/a.ts', false],
];

const ORDER: Row[] = [
  [['apps/shop', '!**/*.md'], 'apps/shop/README.md', false],
  [['apps/shop', '!**/*.md'], 'apps/shop/index.ts', true],
  [['!**/*.md', 'apps/shop'], 'apps/shop/README.md', true],
  [['**', '!docs', 'docs/api'], 'docs/api/a.md', true],
  [['**', '!docs', 'docs/api'], 'docs/b.md', false],
  [['**', '!docs', 'docs/api', '!docs/api/old'], 'docs/api/old/a.md', false],
  [['!docs'], 'src/a.ts', false],
];

const ODD: Row[] = [
  [['Apps'], 'apps/a.ts', false],
  [['*.MD'], 'a.md', false],
  [['app/[id]'], 'app/[id]/page.tsx', true],
  [['app/(shop)'], 'app/(shop)/page.tsx', true],
  [['**', '!app/[id]'], 'app/[id]/page.tsx', false],
  [['packages/@acme/ui'], 'packages/@acme/ui/a.ts', true],
  [['a b'], 'a b/c d.txt', true],
  [['libs/**'], 'libs/a\nb.ts', true],
  [['libs'], 'libs/a\nb.ts', true],
  [['libs/*'], 'libs/a\nb.ts', true],
  [['libs'], 'libs/\u00e4\u{1f600}.ts', true],
  [['libs'], 'libs/\ufffd.bin', true],
  [['\\!odd'], '!odd/a', true],
  [['a\\*b'], 'a*b/c', true],
  [['a\\*b'], 'axb/c', false],
  [['c++'], 'c++/a.cc', true],
  [['a.b'], 'axb/c', false],
  [['back\\\\slash'], 'back\\slash/a', true],
  [['libs'], 'libs/constructor', true],
];

test.each([...FOLDERS, ...GLOBS, ...ORDER, ...ODD])('%j and %j: %p', (paths, file, taken) => {
  expect(pathFilter(paths)(file)).toBe(taken);
});

test.each([
  ['src/[z-a].ts', true],
  ['src/[a-z].ts', false],
  ['**', false],
  ['app/[id', false],
])('%j is broken: %p', (glob, broken) => {
  expect(isBrokenGlob(glob)).toBe(broken);
});

/** What the documentation says of folders, names and `**`, without a regular expression. */
function plainly(pattern: string, file: string): boolean {
  const match = (parts: readonly string[], names: readonly string[]): boolean => {
    const [part, ...others] = parts;
    if (part === undefined) return names.length === 0;
    if (part === '**')
      return names.some((_, index) => match(others, names.slice(index))) || others.length === 0;
    const [name, ...rest] = names;
    return name !== undefined && (part === '*' || part === name) && match(others, rest);
  };
  const parts = pattern.split('/');
  const isFolder = !['*', '**'].includes(parts.at(-1)!);
  return match(parts, file.split('/')) || (isFolder && match([...parts, '**'], file.split('/')));
}

const name = fc.constantFrom('a', 'b', '.c', 'a b');
const file = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const glob = fc
  .array(fc.oneof(name, fc.constantFrom('*', '**')), { minLength: 1, maxLength: 4 })
  // What `**/**`, `*/**` and the like mean is picomatch's affair.
  .filter((parts) => !parts.some((part, index) => part.startsWith('*') && parts[index + 1]?.startsWith('*')))
  .map((parts) => parts.join('/'));
const written = fc.tuple(fc.boolean(), glob).map(([takes, text]) => (takes ? text : `!${text}`));

test('the last pattern that matches decides, in any list', () => {
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 5 }), file, (paths, changed) => {
      const last = paths.findLast((each) => plainly(each.replace(/^!/, ''), changed));
      expect(pathFilter(paths)(changed)).toBe(last !== undefined && !last.startsWith('!'));
    }),
    { numRuns: 300 },
  );
});
