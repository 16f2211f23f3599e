import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import type { Variables } from '../../../../src/app/configuration/values/given.ts';
import { NOTHING_SPARED } from '../../../../src/app/configuration/values/values.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-named-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(content: string, name = 'value'): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd();
const TOKEN = 'a-secret-of-some-length';

interface Parts {
  forges?: string;
  product?: string;
  deploy?: string;
  environment?: string;
}

function text({ forges = '', product = '', deploy = 'run: x', environment = '' }: Parts): string {
  return `
forges: { git.acme.dev: { kind: gitea${forges} } }
products:
  shop:
    repository: https://git.acme.dev/acme/shop.git
    channel: "#shop"
    ${product}
    environments:
      - { name: prod, mode: approval, deploy: { ${deploy} } ${environment} }
`;
}

const PLACES: [string, Parts, string][] = [
  ['env of a product', { product: 'env: { A: VALUE }' }, TOKEN],
  ['env of a build', { product: 'build: { run: x, env: { A: VALUE } }' }, TOKEN],
  ['env of a deploy', { deploy: 'run: x, env: { A: VALUE }' }, TOKEN],
  ['env of a verification', { environment: ', verify: { run: x, env: { A: VALUE } }' }, TOKEN],
  ['env of current', { environment: ', current: { run: x, env: { A: VALUE } }' }, TOKEN],
  [
    'a header of current',
    { environment: ', current: { http: { url: "https://a.dev", headers: { a: VALUE } } }' },
    TOKEN,
  ],
  ['a webhook secret', { product: 'webhook: { secret: VALUE }' }, TOKEN],
  ['a token of git', { product: 'git: { token: VALUE }' }, TOKEN],
  ['an ssh key', { product: 'git: { sshKey: VALUE }' }, KEY],
  ['a token of a forge', { forges: ', token: VALUE' }, TOKEN],
  [
    'a token of records',
    { product: 'records: { repository: "https://git.acme.dev/acme/r.git", token: VALUE }' },
    TOKEN,
  ],
  [
    'a token of Jenkins',
    { deploy: 'jenkins: { job: "https://ci.acme.dev/job/deploy", user: a, token: VALUE }, timeout: 5m' },
    TOKEN,
  ],
  [
    'a secret of http',
    { deploy: 'http: { url: "https://deploy.acme.dev/a", secret: VALUE }, timeout: 5m' },
    TOKEN,
  ],
];

describe.each(PLACES)('%s', (_place, parts, secret) => {
  const written = (value: string) => {
    const { repository: _none, ...all } = { repository: '', ...parts };
    return text(
      Object.fromEntries(Object.entries(all).map(([key, part]) => [key, part.replace('VALUE', value)])),
    );
  };
  const load = (variables: Variables, value = 'env:A') => parseConfiguration(written(value), variables);
  const settings = (...given: Parameters<typeof load>) => {
    const loaded = load(...given);
    if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
    return loaded.settings;
  };
  const withoutFiles = (...given: Parameters<typeof load>) => {
    const { secretFiles, ...rest } = settings(...given);
    return rest;
  };

  test.each(['', '\n', '\r\n'])('as A_FILE and as file: loses one line end (%j)', (end) => {
    const path = file(secret + end);
    expect(withoutFiles({ A_FILE: path })).toEqual(withoutFiles({ A: secret }));
    expect(withoutFiles({}, `"file:${path}"`)).toEqual(withoutFiles({ A: secret }));
    expect(withoutFiles({ A: secret, A_FILE: file('of no use') })).toEqual(withoutFiles({ A: secret }));
  });

  test('is masked, and its file is hidden from commands', () => {
    const path = file(secret);
    const { products, secretFiles } = settings({ A_FILE: path });
    expect(products[0]?.secrets).toContain(secret);
    expect(secretFiles).toEqual([path]);
  });

  test.each([
    ['nowhere', null],
    ['empty', ''],
    ['blank', '\n'],
  ])(
    'is one error that names the file if it is %s, and may be missing where the file is only checked',
    (name, content) => {
      const path = content === null ? join(directory, name) : file(content, name);
      for (const [value, variables] of [
        ['env:A', { A_FILE: path }],
        [`"file:${path}"`, {}],
      ] as const) {
        const loaded = load(variables, value);
        expect(loaded).toMatchObject({ kind: 'wrong', onlyAbsent: true });
        expect(loaded.kind === 'wrong' && loaded.errors.map(({ what }) => what)).toEqual([
          expect.stringContaining(path),
        ]);
        const spared = { ...NOTHING_SPARED, everything: true } as const;
        expect(parseConfiguration(written(value), variables, { spared }).kind).toBe('ok');
      }
    },
  );

  test('with a byte order mark is an error wherever it is read', () => {
    const variables = { A_FILE: file(`\uFEFF${secret}`) };
    const spared = { ...NOTHING_SPARED, everything: true } as const;
    expect(parseConfiguration(written('env:A'), variables, { spared })).toMatchObject({
      kind: 'wrong',
      errors: [{ what: expect.stringContaining('byte order mark') }],
    });
  });
});

test('a second line end of a file stays', () => {
  const [, parts] = PLACES[6] ?? [];
  const of = (end: string) =>
    parseConfiguration(text({ product: parts?.product?.replace('VALUE', 'env:A') ?? '' }), {
      A_FILE: file(TOKEN + end),
    });
  expect(of('\n\n')).toMatchObject({ settings: { products: [{ webhookSecret: `${TOKEN}\n` }] } });
});

test.each(['NODE_TOKEN', 'PATH', 'HOME'])('%s_FILE has no meaning', (name) => {
  const loaded = parseConfiguration(text({ product: `env: { A: env:${name} }` }), {
    [`${name}_FILE`]: file(TOKEN),
  });
  expect(loaded).toMatchObject({ errors: [{ what: `the environment variable ${name} is not set` }] });
});

test('a pipe and a device are not read, which could block or never end', () => {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/zero']) {
    const loaded = parseConfiguration(text({ product: 'env: { A: env:A }' }), { A_FILE: path });
    expect(loaded).toMatchObject({ errors: [{ what: expect.stringContaining(`${path} cannot be read`) }] });
  }
});

test('errors of other kinds are not taken for values that are missing', () => {
  const loaded = parseConfiguration(text({ product: 'env: { A: env:A }\n    branch: ""' }), {});
  expect(loaded).toMatchObject({ kind: 'wrong', errors: [{}, {}] });
  expect(loaded).not.toHaveProperty('onlyAbsent');
});
