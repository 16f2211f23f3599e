import { Clones } from '../../../src/app/reload/clones.ts';
import type { ProductSettings, Settings } from '../../../src/flow/settings/settings.ts';
import { NO_ACCESS } from '../../../src/git/commands/access.ts';

const URL = 'https://git.example.com/acme/shop.git';
const OTHER = 'https://git.example.com/acme/other.git';

type Source = Pick<ProductSettings, 'repository' | 'git'>;
const at = (repository: string, token: string | null = null, submodules = true): Source => ({
  repository,
  git: { access: { ...NO_ACCESS, token }, submodules, lfs: true },
});

/** Products that are nothing but names and where their code is. */
function settingsOf(sources: Record<string, Source>): Settings {
  return {
    products: Object.entries(sources).map(([name, source]) => ({ name, ...source }) as ProductSettings),
  };
}

test.each<[string, Record<string, Source>, Record<string, Source>, string[]]>([
  ['nothing changes', { a: at(URL) }, { a: at(URL) }, []],
  ['a token is rotated', { a: at(URL, 'one') }, { a: at(URL, 'two') }, []],
  [
    'the token of all who share a clone is rotated',
    { a: at(URL, 'one'), b: at(URL, 'one') },
    { a: at(URL, 'two'), b: at(URL, 'two') },
    [],
  ],
  ['a login is written into the address', { a: at(URL) }, { a: at(URL.replace('//', '//u:p@')) }, []],
  ['a product is added with its own repository', { a: at(URL) }, { b: at(OTHER), a: at(URL) }, []],
  ['a product is added that shares a clone', { a: at(URL) }, { a: at(URL), b: at(URL) }, []],
  ['a product that shares one is removed', { a: at(URL), b: at(URL) }, { a: at(URL) }, []],
  ['a product has another repository', { a: at(URL) }, { a: at(OTHER) }, ['products.a.repository']],
  ['the one whose clone is shared is removed', { a: at(URL), b: at(URL) }, { b: at(URL) }, ['products.b']],
  ['one that shares it comes first', { a: at(URL) }, { b: at(URL), a: at(URL) }, ['products.a']],
  [
    'one of two gets a login of its own',
    { a: at(URL), b: at(URL) },
    { a: at(URL), b: at(URL, 'own') },
    ['products.b'],
  ],
  ['submodules are left out', { a: at(URL) }, { a: at(URL, null, false) }, ['products.a.git.submodules']],
])('a restart is needed or not: %s', (_what, before, after, paths) => {
  const errors = new Clones(settingsOf(before)).restartFor(settingsOf(after));
  expect(errors.map(({ path }) => path)).toEqual(paths);
  for (const { todo } of errors) expect(todo).toContain('restart Slipway');
});

test('a product that left may come back only to where it was, as a command may still work there', () => {
  const clones = new Clones(settingsOf({ a: at(URL), b: at(OTHER) }));
  clones.keep(settingsOf({ b: at(OTHER) }));
  expect(clones.restartFor(settingsOf({ b: at(OTHER), a: at(URL) }))).toEqual([]);
  expect(
    clones.restartFor(settingsOf({ b: at(OTHER), a: at('https://git.example.com/new.git') })),
  ).toHaveLength(1);
});

test('no login is shown', () => {
  const [error] = new Clones(settingsOf({ a: at(URL.replace('//', '//u:hidden@')) })).restartFor(
    settingsOf({ a: at(OTHER) }),
  );
  expect(JSON.stringify(error)).not.toContain('hidden');
});
