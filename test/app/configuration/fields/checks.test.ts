import { parse, stringify } from 'yaml';
import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { summary } from '../../../../src/bin/check/summary.ts';
import type { Settings } from '../../../../src/flow/settings/settings.ts';
import { EXAMPLE, VARIABLES } from '../example.ts';

const TOLD = { secret: 'env:STOREFRONT_WEBHOOK_SECRET' };
const FORGES = { 'github.com': { kind: 'github', token: 'ghp_0123456789' } };

/** The example, built elsewhere. */
function settings(build: object, { forges = {}, webhook }: { forges?: object; webhook?: object }): Settings {
  const { products } = parse(EXAMPLE) as { products: { storefront: object } };
  const storefront = { ...products.storefront, webhook, build };
  const loaded = parseConfiguration(stringify({ forges, products: { storefront } }), VARIABLES);
  if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

test.each<[build: object, from: { forges?: object; webhook?: object }, withinMs: number, says: string]>([
  [
    { checks: ['test', 'build'] },
    { forges: FORGES },
    3_600_000,
    'elsewhere: when "test" and "build" passed, as github.com says, within 1h',
  ],
  [
    { checks: ['test (20)'], within: '90s' },
    { webhook: TOLD },
    90_000,
    'elsewhere: when "test (20)" passed, as /hooks/build is told, within 90s',
  ],
  [
    { checks: ['caller / called'], within: '7d' },
    { forges: FORGES, webhook: TOLD },
    604_800_000,
    'elsewhere: when "caller / called" passed, as github.com says or /hooks/build is told, within 7d',
  ],
])('%j is a build that is made elsewhere', (build, from, withinMs, says) => {
  const loaded = settings(build, from);
  const names = 'checks' in build ? build.checks : [];
  expect(loaded.products[0]?.build).toMatchObject({ run: null, test: null, checks: { names, withinMs } });
  expect(summary(loaded)).toContain(`  build       ${says}\n`);
});

test('a build of ours has no checks', () => {
  expect(settings({ run: 'make' }, {}).products[0]?.build).not.toHaveProperty('checks');
});
