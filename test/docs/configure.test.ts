import { WORDS } from '../../src/adapters/executors/words.ts';
import { type BotEnvironment, loadEnvironment, ROLES } from '../../src/app/configuration/environment.ts';
import { parseConfiguration } from '../../src/app/configuration/load.ts';
import { LATER } from '../../src/app/configuration/problems/later.ts';
import { jsonSchema } from '../../src/app/configuration/schema.ts';
import { INHERITED } from '../../src/git/commands/git.ts';
import { commandEnvironment } from '../../src/runner/environment.ts';
import { isOfEngine } from '../../src/runner/isolation/containers.ts';
import { filesBelow } from '../rules/citations.ts';
import { codeOf, fences, readPage, tableUnder } from './markdown.ts';

const PAGE = readPage('docs/configure.md');

const STEPS = ['deploy', 'verify'].map((step) => `products.NAME.environments[].${step}`);

/** The tables of keys by the object of the file whose fields they hold, or by all that have the same fields. */
const TABLES: Record<string, string | string[]> = {
  'The file': '',
  '`keep`': 'keep',
  'A forge': 'forges.NAME',
  '`app`': 'forges.NAME.app',
  'A product': 'products.NAME',
  '`webhook`': 'products.NAME.webhook',
  '`git`': 'products.NAME.git',
  '`records`': 'products.NAME.records',
  '`links`': 'products.NAME.links',
  '`tickets`': 'products.NAME.links.tickets',
  '`build`': 'products.NAME.build',
  'An environment': 'products.NAME.environments[]',
  '`deploy`': 'products.NAME.environments[].deploy',
  '`verify`': 'products.NAME.environments[].verify',
  '`github`': STEPS.map((step) => `${step}.github`),
  '`gitlab`': STEPS.map((step) => `${step}.gitlab`),
  '`jenkins`': STEPS.map((step) => `${step}.jenkins`),
  '`http`': STEPS.map((step) => `${step}.http`),
  '`git` of a deploy': 'products.NAME.environments[].deploy.git',
  '`current`': 'products.NAME.environments[].current',
  '`http` of `current`': 'products.NAME.environments[].current.http',
  '`approvals`': 'products.NAME.environments[].approvals',
  'One of the `rules`': 'products.NAME.environments[].approvals.rules[]',
  '`accept`': 'products.NAME.environments[].accept',
  '`roles`': 'products.NAME.environments[].roles',
  'A window of `freeze`': 'products.NAME.environments[].freeze[]',
};

/** Stands for the content of any file: of a key, and of known hosts. */
const KEY_AND_HOST = '-----BEGIN OPENSSH PRIVATE KEY-----\ngit.example.com ssh-ed25519 AAAA';

/** The files of configuration that pages show; a piece of one has no products. */
const WHOLE_FILES = ['README.md', 'docs/configure.md', 'docs/install.md'].flatMap((page) =>
  fences(readPage(page), 'yaml')
    .filter((text) => /^products:/m.test(text))
    .map((text): [string, string] => [page, text]),
);

/** The part of JSON Schema that the file's schema uses. */
interface Node {
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: Node | boolean;
  items?: Node;
  default?: unknown;
}

/** Every key of the file, with what stands in the column "default". */
function keysOf(node: Node, place = ''): [string, string | null][] {
  const fields = Object.entries(node.properties ?? {}).flatMap(([key, field]): [string, string | null][] => {
    const path = place === '' ? key : `${place}.${key}`;
    return [[path, defaultOf(key, field, node.required ?? [])], ...keysOf(field, path)];
  });
  const { additionalProperties: values, items } = node;
  return [
    ...fields,
    ...(typeof values === 'object' && values.properties ? keysOf(values, `${place}.NAME`) : []),
    ...(items ? keysOf(items, `${place}[]`) : []),
  ];
}

/** null: the schema gives no default, so the page says in words what it means to leave the key out. */
function defaultOf(key: string, field: Node, required: string[]): string | null {
  if (field.default !== undefined && typeof field.default !== 'object') return `\`${String(field.default)}\``;
  return required.includes(key) ? 'required' : null;
}

function documentedKeys(): { path: string; fallback: string; example: string }[] {
  return Object.entries(TABLES).flatMap(([heading, places]) =>
    [places].flat().flatMap((place) =>
      tableUnder(PAGE, heading).map(([key, , fallback = '', , example]) => ({
        path: place === '' ? codeOf(key) : `${place}.${codeOf(key)}`,
        fallback,
        example: codeOf(example),
      })),
    ),
  );
}

describe('docs/configure.md documents slipway.yml', () => {
  const known = keysOf(jsonSchema() as Node);

  test('every key of the schema, and no others', () => {
    expect(documentedKeys().map(({ path }) => path)).toEqual(
      expect.arrayContaining(known.map(([path]) => path)),
    );
    expect(
      documentedKeys()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(known.map(([path]) => path).sort());
  });

  test('the default of each is that of the schema', () => {
    const fallbacks = new Map(documentedKeys().map(({ path, fallback }) => [path, fallback]));
    const wrong = known.filter(([path, fallback]) => fallback !== null && fallbacks.get(path) !== fallback);
    expect(wrong.map(([path, fallback]) => ({ path, fallback, page: fallbacks.get(path) }))).toEqual([]);
  });

  test('the example of each names it', () => {
    const odd = documentedKeys().filter(
      ({ path, example }) => !example.startsWith(`${path.split('.').at(-1)}:`),
    );
    expect(odd).toEqual([]);
  });

  test.each(WHOLE_FILES)('slipway check takes what %s shows', (_page, example) => {
    const names = [...example.matchAll(/\benv:([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
    const variables = Object.fromEntries(names.map((name) => [name, `a-value-of-${name}`]));
    const whole = example.replaceAll(/\bfile:\/[\w./-]+/g, 'env:A_SECRET_FILE');
    const loaded = parseConfiguration(whole, { ...variables, A_SECRET_FILE: KEY_AND_HOST });
    expect(loaded.kind === 'wrong' ? loaded.errors : []).toEqual([]);
  });

  test('a whole file is shown by three pages', () => {
    expect(WHOLE_FILES.map(([page]) => page)).toEqual(['README.md', 'docs/configure.md', 'docs/install.md']);
  });

  test('every word in braces', () => {
    const listed = tableUnder(PAGE, 'Words in braces').map(([word]) => codeOf(word));
    expect(listed).toEqual(WORDS.map((word) => `{${word}}`));
  });

  test('every field that is not built yet', () => {
    const listed = tableUnder(PAGE, 'Not built yet').flatMap(([, keys = '']) =>
      [...keys.matchAll(/`([^`]+)`/g)].map(([, key]) => key),
    );
    const later = Object.values(LATER).flatMap((fields) => Object.keys(fields));
    expect([...new Set(listed)].sort()).toEqual([...new Set(later)].sort());
  });
});

/** The names that reading the environment asks for, whether variables are set or not. Each is also asked for as `NAME_FILE`. */
function asked(): string[] {
  const names = new Set<string>();
  const recorder = (value: string | undefined) =>
    new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_target, name) => {
          names.add(String(name));
          return value;
        },
      },
    );
  for (const role of ROLES) for (const value of [undefined, 'x']) loadEnvironment(recorder(value), role);
  const all = [...names];
  const files = all.filter((name) => name.endsWith('_FILE'));
  const own = all.filter((name) => !files.includes(name));
  expect(files.sort()).toEqual(own.map((name) => `${name}_FILE`).sort());
  return own;
}

/** The names that the source reads of its process by itself. Programs of the demo's product are commands of a product. */
function readInSource(): string[] {
  return filesBelow('src', /\.(ts|js)$/)
    .filter(({ path }) => !/^src\/(demo|sandbox)\//.test(path))
    .flatMap(({ text }) => [
      ...[...text.matchAll(/process\.env\.(\w+)/g)].map(([, name = '']) => name),
      ...[...text.matchAll(/\{([^{}]*)\} = process\.env;/g)].flatMap(([, inside = '']) =>
        inside.split(',').map((part) => part.split(/[:=]/)[0]?.trim() ?? ''),
      ),
    ]);
}

describe('docs/configure.md documents environment variables', () => {
  const own = tableUnder(PAGE, 'Variables of Slipway');
  const documented = own.map(([name]) => codeOf(name));
  const ofSystem = tableUnder(PAGE, 'Variables of the system').flatMap(([names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

  test('every one that Slipway is configured by, and no others', () => {
    expect(documented.sort()).toEqual(asked().sort());
  });

  test('their defaults', () => {
    const loaded = loadEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: '12345678' }, 'all');
    const { dataDirectory, port, logLevel } = (loaded as { environment: BotEnvironment }).environment;
    const defaultIn = (name: string) => own.find(([cell]) => codeOf(cell) === name)?.[2];
    expect(['DATA_DIR', 'PORT', 'LOG_LEVEL'].map(defaultIn)).toEqual([
      `\`${dataDirectory}\``,
      `\`${port}\``,
      `\`${logLevel}\``,
    ]);
  });

  test('every one of the system that is read, and no others but those of the container engine', () => {
    const read = new Set([...readInSource(), ...INHERITED]);
    expect([...read].filter((name) => !ofSystem.includes(name) && !documented.includes(name))).toEqual([]);
    expect(ofSystem.filter((name) => !read.has(name) && !isOfEngine(name.replace('*', 'OTHER')))).toEqual([]);
  });

  test('every one that a command gets', () => {
    const none = { environment: null, ref: null, previousCommit: null, release: null, kind: null };
    const given = commandEnvironment({
      variables: { product: 'shop', commit: '', ...none },
      productEnv: {},
      stepEnv: {},
      machine: { home: '/home', node: '/usr/bin/node' },
      lang: null,
    });
    const listed = tableUnder(PAGE, 'What a command gets').map(([name]) => codeOf(name));
    expect(listed.sort()).toEqual(Object.keys(given).sort());
  });
});
