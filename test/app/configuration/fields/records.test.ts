import { parse, stringify } from 'yaml';
import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { summary } from '../../../../src/bin/check/summary.ts';
import { fingerprintOf } from '../../../../src/flow/services/configurations.ts';
import { NO_ACCESS } from '../../../../src/git/commands/access.ts';
import { EXAMPLE, VARIABLES } from '../example.ts';

const OURS = 'https://github.com/acme/records.git';
const P = 'products.storefront.records';

interface Written {
  products: Record<string, object>;
}

function load(records: object, more: object = {}, top: object = {}, spared = false) {
  const { products } = parse(EXAMPLE) as Written;
  const storefront = { ...products.storefront, records, ...more };
  const text = stringify({ ...top, products: { ...products, storefront } });
  const variables = { ...VARIABLES, RECORDS_TOKEN: 'a-token-of-records' };
  const { RECORDS_TOKEN: _token, ...without } = variables;
  const sparing = { webhookSecrets: true, commandVariables: true };
  return spared
    ? parseConfiguration(text, without, { spared: sparing })
    : parseConfiguration(text, variables);
}

function product(...given: Parameters<typeof load>) {
  const loaded = load(...given);
  if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings.products[0]!;
}

function wrong(...given: Parameters<typeof load>): string[] {
  const loaded = load(...given);
  return loaded.kind === 'ok'
    ? []
    : loaded.errors.map(({ path, what, todo }) => `${path}: ${what} -> ${todo}`);
}

test('a repository is enough', () => {
  expect(product({ repository: OURS }).records).toEqual({
    repository: OURS,
    access: NO_ACCESS,
    branch: 'main',
    path: '{product}/{environment}.json',
    tags: false,
    formats: null,
  });
});

test('everything about it can be said, and its login is masked', () => {
  const written = { branch: 'cmdb', path: 'build/{environment}.json', tags: true, formats: ['docker'] };
  const login = { user: 'bot', token: 'env:RECORDS_TOKEN' };
  const { records, secrets } = product({ repository: OURS, ...written, ...login });
  const access = { ...NO_ACCESS, user: 'bot', token: 'a-token-of-records' };
  expect(records).toEqual({ repository: OURS, access, ...written });
  expect(secrets).toContain('a-token-of-records');
});

test.each<[string, records: object, more: object, access: object]>([
  [
    'the login of the product, at the same host',
    {},
    { git: { token: 'a-git-token' } },
    { token: 'a-git-token' },
  ],
  [
    'the login in the address of the product',
    {},
    { repository: 'https://me:secret@github.com/acme/storefront.git' },
    { user: 'me', token: 'secret' },
  ],
  [
    'none of the product at another host',
    { repository: 'https://git.acme.dev/r.git' },
    { git: { token: 'x-token' } },
    {},
  ],
  ['its own', { token: 'its-token' }, { git: { token: 'a-git-token' } }, { token: 'its-token' }],
])('it is reached with %s', (_what, records, more, access) => {
  expect(product({ repository: OURS, ...records }, more).records?.access).toEqual({
    ...NO_ACCESS,
    ...access,
  });
});

test('it is at the forge of its host', () => {
  const forges = { 'github.com': { kind: 'github', token: 'ghp_0123456789' } };
  const { records, secrets } = product({ repository: OURS }, {}, { forges });
  expect(records?.forge).toEqual({ name: 'github.com', kind: 'github', project: 'acme/records' });
  expect(secrets).toContain('ghp_0123456789');
});

test('a process that deploys nothing needs no token, and counts as having the same configuration', () => {
  const written = { repository: OURS, token: 'env:RECORDS_TOKEN' };
  const bot = product(written, {}, {}, true);
  expect(bot.records?.access.token).toBeNull();
  expect(fingerprintOf(bot)).toBe(fingerprintOf(product(written)));
  expect(fingerprintOf(bot)).not.toBe(fingerprintOf(product({ ...written, path: 'x/{environment}.json' })));
});

test('check says where it is recorded', () => {
  const loaded = load({ repository: 'https://me:secret@github.com/acme/records.git', tags: true });
  if (loaded.kind !== 'ok') throw new Error('wrong');
  const text = summary(loaded.settings);
  expect(text).toContain(
    '  records     https://***@github.com/acme/records.git, branch main, {product}/{environment}.json; acceptances are tagged\n',
  );
});

const EXAMPLE_PATH = 'write for example path: "{product}/{environment}.json"';

test.each<[object, object, string[]]>([
  [{}, {}, [`${P}.repository: is missing -> add it: repository: https://github.com/acme/records.git`]],
  [
    { repository: OURS, path: '/{environment}.json' },
    {},
    [`${P}.path: "/{environment}.json" is not a path from the top of the repository -> ${EXAMPLE_PATH}`],
  ],
  [
    { repository: OURS, path: '../{environment}.json' },
    {},
    [`${P}.path: "../{environment}.json" is not a path from the top of the repository -> ${EXAMPLE_PATH}`],
  ],
  [
    { repository: OURS, path: '.git/{environment}.json' },
    {},
    [`${P}.path: ".git/{environment}.json" names what belongs to git -> ${EXAMPLE_PATH}`],
  ],
  [
    { repository: OURS, path: '{environment}' },
    {},
    [`${P}.path: "{environment}" does not end in .json, which its content is -> ${EXAMPLE_PATH}`],
  ],
  [
    { repository: OURS, path: '{commit}/{environment}.json' },
    {},
    [`${P}.path: {commit} stands for nothing here -> the words are {product} and {environment}`],
  ],
  [
    { repository: OURS, path: '{product}.json' },
    {},
    [
      `${P}.path: storefront/preprod and storefront/integration would write the same file -> write {environment} into path, as in path: "{product}/{environment}.json"`,
    ],
  ],
  [
    { repository: OURS, formats: [] },
    {},
    [`${P}.formats: the list is empty -> add at least one: formats: [docker]`],
  ],
  [
    { repository: OURS, formats: ['a b'] },
    {},
    [`${P}.formats[0]: "a b" is not the name of a format -> write for example formats: [docker]`],
  ],
  [
    { repository: 'git@github.com:acme/storefront.git', branch: 'trunk' },
    {},
    [
      `${P}.branch: it is the branch whose pushes storefront builds, so each record would be built and deployed -> name another branch, or a repository of its own`,
    ],
  ],
  [{ repository: 'git@github.com:acme/storefront.git', branch: 'records' }, {}, []],
  [
    { repository: 'git@github.com:acme/storefront.git', tags: true },
    { branch: undefined, tags: 'v*' },
    [
      `${P}.tags: storefront builds tags of this repository, and might take a tag of an acceptance for one -> remove it, or name a repository of its own`,
    ],
  ],
])('%j is wrong as it should be', (records, more, errors) => {
  expect(wrong(records, more)).toEqual(errors);
});

test('two products may not write one file', () => {
  const { products } = parse(EXAMPLE) as Written;
  const records = { repository: OURS, path: '{environment}.json' };
  const both = { storefront: { ...products.storefront, records }, shop: { ...products.shop, records } };
  const loaded = parseConfiguration(stringify({ products: both }), VARIABLES);
  expect(loaded).toMatchObject({
    errors: [
      {
        what: 'shop/prod and storefront/prod would write the same file',
        todo: expect.stringContaining('{product}'),
      },
    ],
  });
});
