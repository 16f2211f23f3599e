import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../src/app/configuration/load.ts';

const EXAMPLES = new URL('../examples/', import.meta.url);

/** The products of each example. */
const PRODUCTS: Record<string, string[]> = {
  services: ['storefront'],
  'several-products': ['shop', 'shop-docs', 'payments'],
  'single-host': ['shop'],
};

/** The comment that an example begins with, and the variables that its `env:NAME` values name. */
function read(example: string): { file: string; head: string; variables: string[] } {
  const file = fileURLToPath(new URL(`${example}/slipway.yml`, EXAMPLES));
  const lines = readFileSync(file, 'utf8').split('\n');
  const head = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('#')),
  );
  const body = lines.slice(head.length).join('\n');
  const named = [...body.matchAll(/\benv:([A-Za-z_]\w*)/g)].map(([, name]) => name!);
  return { file, head: head.join('\n'), variables: [...new Set(named)] };
}

/** Long enough for a webhook secret. */
const valuesOf = (variables: string[]) =>
  Object.fromEntries(variables.map((name) => [name, `a-value-of-${name}`]));

test('every example is tested', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('/'),
  );
  const configurations = Object.keys(PRODUCTS).map((name) => `${name}/slipway.yml`);
  // A server that deploys is tested where it is deployed through.
  // What watches Slipway is held against its metrics, in test/adapters/metrics.
  const monitoring = ['monitoring/alerts.yml', 'monitoring/dashboard.json'];
  expect(files.sort()).toEqual(['deploy-receiver/receiver.js', ...monitoring, ...configurations]);
});

describe.each(Object.entries(PRODUCTS))('examples/%s', (example, products) => {
  test('passes slipway check', () => {
    const { file, variables } = read(example);
    const loaded = loadConfiguration(file, valuesOf(variables));
    expect(loaded.kind === 'wrong' ? loaded.errors : []).toEqual([]);
    expect(loaded.kind === 'ok' && loaded.settings.products.map(({ name }) => name)).toEqual(products);
  });

  test('names every variable that it needs in its header', () => {
    const { head, variables } = read(example);
    expect(variables.filter((name) => !head.includes(`${name}=`))).toEqual([]);
  });
});
