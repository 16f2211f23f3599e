import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import type { ConfigurationError } from '../../../../src/app/configuration/problems/problem.ts';
import { fingerprintOf } from '../../../../src/flow/services/configurations.ts';
import type { ProductSettings } from '../../../../src/flow/settings/settings.ts';
import { EXAMPLE, VARIABLES } from '../example.ts';

const P = 'products.storefront';

function load(field: string): ProductSettings | string[] {
  const loaded = parseConfiguration(EXAMPLE.replace('    branch: trunk\n', `    ${field}\n`), VARIABLES);
  if (loaded.kind === 'ok') return loaded.settings.products[0]!;
  return loaded.errors.map(({ path, what, todo }: ConfigurationError) => `${path}: ${what} -> ${todo}`);
}

test('paths are taken as they are written, and are part of what processes agree on', () => {
  const paths = ['apps/storefront', 'libs/**', '!**/*.md', 'app/[id]', '!(docs)/**'];
  const product = load(`paths: ${JSON.stringify(paths)}`) as ProductSettings;
  expect(product.paths).toEqual(paths);
  expect(fingerprintOf(product)).not.toBe(fingerprintOf({ ...product, paths: ['libs'] }));
  expect(load('branch: main')).not.toHaveProperty('paths');
  const irreversible = ['migrations/**', '!**/*.md'];
  expect(load(`irreversible: ${JSON.stringify(irreversible)}`)).toMatchObject({ irreversible });
  expect(load('branch: main')).not.toHaveProperty('irreversible');
});

test('tags are followed instead of a branch', () => {
  expect(load('tags: "v*"')).toMatchObject({ branch: { tags: 'v*' } });
  expect(load('tags: "v{1,2,a..c}*"')).toMatchObject({ branch: { tags: 'v{1,2,a..c}*' } });
  expect(load('tags: "v{1..3}.\\\\{10..20}"')).toMatchObject({ branch: { tags: 'v{1..3}.\\{10..20}' } });
  expect(load('tags: "v+([0-9])"')).toMatchObject({ branch: { tags: 'v+([0-9])' } });
  expect(load("tags: 'v\\+\\(1|11)'")).toMatchObject({ branch: { tags: 'v\\+\\(1|11)' } });
  expect(load('tags: "*-\\\\*v*.*"')).toMatchObject({ branch: { tags: '*-\\*v*.*' } });
  expect(load('tags: apps/storefront/v*')).toMatchObject({ branch: { tags: 'apps/storefront/v*' } });
});

test.each<[field: string, error: string]>([
  ['tags: ""', 'tags: it names no tags -> write one glob: tags: "v*"'],
  ['tags: "!v*"', 'tags: it names no tags -> write one glob: tags: "v*"'],
  ['tags: refs/tags/v*', 'tags: it is a full ref name -> write the name alone: v*'],
  [
    'tags: "v+(1|11)"',
    'tags: "v+(1|11)" has a repetition that can be read in several ways, so it would be taken as text -> write the alternatives so that none begins like another, or write \\ before + and ( if they are meant',
  ],
  ['tags: v*/', 'tags: no tag begins or ends as "v*/" does -> write it as tags are called: "v*"'],
  ['tags: ./v*', 'tags: no tag begins or ends as "./v*" does -> write it as tags are called: "v*"'],
  ['tags: a//v*', 'tags: "a//v*" has // in it, which nothing matches -> write one / for the two'],
  [
    'tags: "v{8..12}*"',
    'tags: "v{8..12}*" has the range {8..12}, which does not count -> write what is meant: {9,10,11}, or [0-9] for one digit',
  ],
  [
    'paths: ["apps//shop"]',
    'paths[0]: "apps//shop" has // in it, which nothing matches -> write one / for the two',
  ],
  [
    'tags: "*a*a*a*b"',
    'tags: "*a*a*a*b" has more than three * in one part, or more than three **, and would take long to compare -> write it as several, or with fewer *',
  ],
  [
    'paths: ["**/a/**/b/**/c/**"]',
    'paths[0]: "**/a/**/b/**/c/**" has more than three * in one part, or more than three **, and would take long to compare -> write it as several, or with fewer *',
  ],
  ['tags: ["v*"]', 'tags: is a list, not text -> write for example tags: "v*"'],
  [
    'tags: "[z-a]"',
    'tags: "[z-a]" can match nothing -> correct it, or write \\ before each of * ? [ ] { } ( ) that is meant itself',
  ],
  [
    'branch: main\n    tags: "v*"',
    'tags: cannot be used together with branch -> keep one of the two: a product follows a branch, or tags',
  ],
  [
    'paths: apps',
    `paths: is text, not a list -> write for example paths: ["apps/storefront", "libs/**", "!**/*.md"]`,
  ],
  [
    'paths: []',
    `paths: the list is empty -> add at least one: paths: ["apps/storefront", "libs/**", "!**/*.md"]`,
  ],
  ['paths: ["/apps"]', `paths[0]: "/apps" begins with / -> write it from the top of the repository: "apps"`],
  [
    'paths: ["a", "!./apps"]',
    `paths[1]: "!./apps" begins with . -> write it from the top of the repository: "!apps"`,
  ],
  ['paths: ["."]', `paths[0]: "." begins with . -> write it from the top of the repository: "**"`],
  [
    'paths: ["a/../b"]',
    `paths[0]: "a/../b" leads out of a folder by .. -> write it from the top of the repository`,
  ],
  [
    'paths: ["a", "!"]',
    `paths[1]: it names nothing -> write a folder or a glob: "apps/storefront", "!**/*.md"`,
  ],
  [
    'irreversible: ["/db"]',
    `irreversible[0]: "/db" begins with / -> write it from the top of the repository: "db"`,
  ],
  [
    'irreversible: ["!a"]',
    `irreversible: only takes away, so nothing would count -> write first what is: "**"`,
  ],
  ['paths: ["!a", "!b"]', `paths: only takes away, so nothing would be built -> write first what is: "**"`],
  [
    'paths: ["src/[z-a].ts"]',
    `paths[0]: "src/[z-a].ts" can match nothing -> correct it, or write \\ before each of * ? [ ] { } ( ) that is meant itself`,
  ],
  ['paths: ["a", 7]', `paths[1]: is the number 7, not text -> put it in quotes: "7"`],
])('%s', (field, error) => {
  expect(load(field)).toEqual([`${P}.${error}`]);
});
