import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { summary } from '../../../../src/bin/check/summary.ts';
import { fingerprintOf } from '../../../../src/flow/services/configurations.ts';
import type { Settings } from '../../../../src/flow/settings/settings.ts';

const VARIABLES = { VERSION_TOKEN: 'version-token-1', KUBE: 'kube-secret-1' };
const MINUTE = 60_000;

function load(current: string, isBot = false) {
  const text = `products:
  shop:
    repository: https://github.com/acme/storefront.git
    channel: "#shop"
    environments:
      - { name: prod, mode: approval, deploy: { run: ./deploy.sh }, current: { ${current} } }
`;
  const spared = { webhookSecrets: true, commandVariables: true };
  return isBot ? parseConfiguration(text, {}, { spared }) : parseConfiguration(text, VARIABLES);
}

function settings(current: string, isBot = false): Settings {
  const loaded = load(current, isBot);
  if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

function errors(current: string): string[] {
  const loaded = load(current);
  if (loaded.kind === 'ok') return [];
  return loaded.errors.map(({ path, what, todo }) => {
    const at = path.replace('products.shop.environments[0].current', '');
    return `${at}: ${what} -> ${todo}`;
  });
}

const URL = 'url: "https://shop.acme.dev/{environment}/version"';

test.each<[written: string, everyMs: number, ask: object, secrets: string[]]>([
  ['run: ./current.sh', 5 * MINUTE, { command: { run: './current.sh', timeoutMs: 30_000 } }, []],
  [
    'run: ./current.sh, every: 1h, timeout: 2m, image: curlimages/curl, env: { KUBE: env:KUBE }',
    60 * MINUTE,
    {
      command: {
        run: './current.sh',
        timeoutMs: 2 * MINUTE,
        image: 'curlimages/curl',
        env: { KUBE: 'kube-secret-1' },
      },
    },
    ['kube-secret-1'],
  ],
  [
    `http: { ${URL} }, every: 30s`,
    30_000,
    { address: { url: 'https://shop.acme.dev/{environment}/version', field: null, headers: {} } },
    [],
  ],
  [
    `http: { ${URL}, field: build.commit, headers: { authorization: env:VERSION_TOKEN } }`,
    5 * MINUTE,
    {
      address: {
        url: 'https://shop.acme.dev/{environment}/version',
        field: ['build', 'commit'],
        headers: { authorization: 'version-token-1' },
      },
    },
    ['version-token-1'],
  ],
])('current: { %s }', (written, everyMs, ask, secrets) => {
  const [product] = settings(written).products;
  const [environment] = product!.environments;
  expect(environment.current).toEqual({ ask });
  expect(environment.policy.current).toEqual({ everyMs });
  expect(product!.secrets).toEqual(secrets);
});

test('slipway check says how it is asked, and nothing secret', () => {
  const said = (current: string) => /^ +current +(.*)$/m.exec(summary(settings(current)))?.[1];
  expect(said('run: ./current.sh')).toBe('every 5m, by ./current.sh; at most 30s');
  const shown = `http: { ${URL}, field: commit, headers: { authorization: env:VERSION_TOKEN } }`;
  expect(said(shown)).toBe(
    'every 5m, by https://shop.acme.dev/{environment}/version, at commit of its answer, with the headers authorization',
  );
});

test.each<[written: string, errors: string[]]>([
  ['every: 5m', [': does not say how it is asked -> add one of run, http: run: ./current.sh']],
  [
    `run: ./current.sh, http: { ${URL} }`,
    ['.http: cannot be used together with run -> keep one of the two: it is asked in one way'],
  ],
  [
    `http: { ${URL} }, timeout: 5s`,
    ['.timeout: belongs to run, and http has no command of ours -> remove it'],
  ],
  ['run: ./current.sh, every: 10s', ['.every: 10s is out of bounds -> write 30s to 1d']],
  [
    'http: { url: "https://shop.acme.dev/{commit}" }',
    ['.http.url: {commit} stands for nothing -> the words are {product} and {environment}'],
  ],
  [
    'http: { url: "https://me:secret@shop.acme.dev" }',
    [
      '.http.url: it contains a user or password -> remove them, and write headers: { authorization: env:NAME }',
    ],
  ],
  ['http: { url: "ftp://shop.acme.dev" }', ['.http.url: it is no http or https address -> ']],
  ['http: { url: shop }', ['.http.url: it is not an address -> ']],
  [
    'http: { url: "http://shop.acme.dev", headers: { authorization: env:VERSION_TOKEN } }',
    ['.http.url: a secret would be sent to it in plain text -> write https, or remove the header'],
  ],
  [
    `http: { ${URL}, headers: { "a header": x } }`,
    ['.http.headers["a header"]: "a header" cannot be the name of a header -> use'],
  ],
  [`http: { ${URL}, field: "a..b" }`, ['.http.field: "a..b" does not say where the commit is -> ']],
])('refuses current: { %s }', (written, expected) => {
  const found = errors(written);
  expect(found.map((error, at) => error.slice(0, expected[at]?.length))).toEqual(expected);
});

test('a plain address is good enough for what is not secret, and for this machine', () => {
  expect(errors('http: { url: "http://shop.acme.dev", headers: { accept: text/plain } }')).toEqual([]);
  const own = 'http: { url: "http://127.0.0.1:8080", headers: { authorization: env:VERSION_TOKEN } }';
  expect(errors(own)).toEqual([]);
});

test.each<[written: string, other: string]>([
  ['run: ./current.sh, env: { KUBE: env:KUBE }', 'run: ./version.sh, env: { KUBE: env:KUBE }'],
  [
    `http: { ${URL}, headers: { authorization: env:VERSION_TOKEN } }`,
    `http: { ${URL}, headers: { x-token: env:VERSION_TOKEN } }`,
  ],
])(
  'a process that asks nobody needs no secret of %s, and counts as having the same configuration',
  (written, other) => {
    const of = (current: string, isBot: boolean) => fingerprintOf(settings(current, isBot).products[0]!);
    expect(of(written, true)).toBe(of(written, false));
    expect(of(written, true)).not.toBe(of(other, true));
  },
);
