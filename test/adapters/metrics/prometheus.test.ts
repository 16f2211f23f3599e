import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { DEFINITIONS, type Definition } from '../../../src/adapters/metrics/definitions.ts';
import { PrometheusMetrics } from '../../../src/adapters/metrics/prometheus.ts';
import { codeOf, readPage, tableUnder } from '../../docs/markdown.ts';
import { samplesIn, valueIn } from './scrape.ts';

const ALL: Definition[] = Object.values(DEFINITIONS);

/** The types that a scrape declares, by name. */
async function declared(): Promise<Map<string, string>> {
  const text = await new PrometheusMetrics().text();
  return new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
}

test('docs/operate.md lists every metric of ours as it is defined, and no others', () => {
  const rows = tableUnder(readPage('docs/operate.md'), 'Metrics').map(
    ([name, type, labels = '', help = '']) => ({
      name: codeOf(name),
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
      help,
    }),
  );
  expect(rows).toEqual(
    ALL.map(({ name, type, labels, help }) => ({ name, type, labels: [...labels], help })),
  );
});

test('a scrape declares every metric of ours, with its type, and those of the process', async () => {
  const types = await declared();
  const ours = [...types].filter(([name]) => name.startsWith('slipway_'));
  expect(ours).toEqual(ALL.map(({ name, type }) => [name, type]));
  const others = [...types.keys()].filter((name) => !name.startsWith('slipway_'));
  expect(others.filter((name) => !/^(process|nodejs)_/.test(name))).toEqual([]);
  expect(others).toEqual(
    expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds']),
  );
});

test.each(ALL)('$name is named as Prometheus asks', ({ name, type, buckets = [] }) => {
  expect(name.endsWith('_total')).toBe(type === 'counter');
  if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  expect([...buckets].sort((a, b) => a - b)).toEqual(buckets);
});

test('a gauge that nobody has set has no value', async () => {
  const samples = samplesIn(await new PrometheusMetrics().text());
  expect(samples.filter(({ name }) => name.startsWith('slipway_'))).toEqual([]);
});

test('nothing that is told throws, whatever the numbers', async () => {
  const metrics = new PrometheusMetrics();
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -1, null as unknown as number]) {
    metrics.decided('builds', wrong);
    metrics.swept(wrong, new Map([['builds', wrong]]));
    metrics.disk(wrong, wrong);
    metrics.clock(wrong);
    metrics.undeliverable('shop', wrong);
    metrics.slackCalled('chat', 'ok', wrong);
    metrics.storeCalled('save', false, wrong);
    metrics.ended({ of: 'deploy', product: 'shop', environment: 'prod', outcome: 'failed', seconds: wrong });
  }
  const samples = samplesIn(await metrics.text());
  expect(valueIn(samples, 'slipway_deploys_total', { outcome: 'failed' })).toBe(4);
  // The times before zero count as none.
  expect(valueIn(samples, 'slipway_deploy_duration_seconds_count')).toBe(1);
});

test('a flood of scrapes is answered by one text a second', async () => {
  let now = 0;
  const metrics = new PrometheusMetrics(() => now);
  const conflicts = async () => valueIn(samplesIn(await metrics.text()), 'slipway_store_conflicts_total');
  expect(await conflicts()).toBe(0);
  metrics.storeConflict('builds');
  now = 999;
  const first = metrics.text();
  expect(metrics.text()).toBe(first);
  expect(await conflicts()).toBe(0);
  now = 1_000;
  expect(await conflicts()).toBe(1);
});

/** What may stand in an expression beside names of metrics. */
const WORDS = new Set(
  'abs by count histogram_quantile increase label_values le max or rate sum time up'.split(' '),
);

/** The names in an expression of PromQL that are no words of it and no labels: what is left must be metrics. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\bby \([^)]*\)/g, '')
    .replace(/(label_values\([^,]*),[^)]*\)/g, '$1)');
  return [...bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*/g)]
    .map(([name]) => name)
    .filter((name) => !WORDS.has(name));
}

/** What is wrong with the brackets and quotes of an expression; null: nothing. */
function imbalance(expression: string): string | null {
  const open: string[] = [];
  const pairs: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
  for (const sign of expression.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if ('([{'.includes(sign)) open.push(sign);
    if (sign === '"' || (pairs[sign] !== undefined && open.pop() !== pairs[sign])) return `at ${sign}`;
  }
  return open.length === 0 ? null : `${open.join('')} stays open`;
}

/** The labels that an expression matches or groups by, besides those that Prometheus adds. */
function labelsIn(expression: string): string[] {
  const matched = [...expression.matchAll(/(\w+)\s*=~?\s*"/g)].map(([, label = '']) => label);
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inside = '']) =>
    inside.split(/,\s*/),
  );
  return [...matched, ...grouped].filter((label) => !['job', 'instance', 'le'].includes(label));
}

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: { summary: string; description: string };
}

const exampleOf = (name: string) =>
  readFileSync(new URL(`../../../examples/monitoring/${name}`, import.meta.url), 'utf8');

const ALERTS = (parse(exampleOf('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

/** Every value of a key, at any depth. */
function valuesOf(node: unknown, key: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    name === key && typeof value === 'string' ? [value] : valuesOf(value, key),
  );
}

const DASHBOARD: unknown = JSON.parse(exampleOf('dashboard.json'));
const EXPRESSIONS = [
  ...ALERTS.map(({ alert, expr }) => [alert, expr]),
  ...[...valuesOf(DASHBOARD, 'expr'), ...valuesOf(DASHBOARD, 'query')]
    .filter((expression) => expression !== 'prometheus')
    .map((expression) => ['the dashboard', expression]),
] as [string, string][];

describe('what watches Slipway, in examples/monitoring', () => {
  test('there are rules for what matters, each with a severity and with what to do', () => {
    expect(ALERTS.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'SlipwayReleaseStuck',
        'SlipwayProcessDown',
        'SlipwayCardsUndeliverable',
        'SlipwayDiskNearlyFull',
        'SlipwayClockWrong',
      ]),
    );
    for (const { labels, annotations, for: lasting = '0m' } of ALERTS) {
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary).toBeTruthy();
      expect(annotations.description).toBeTruthy();
      expect(lasting).toMatch(/^\d+[smh]$/);
    }
  });

  test('the dashboard shows every metric of ours', () => {
    const shown = new Set(EXPRESSIONS.flatMap(([, expression]) => metricsIn(expression)));
    const ours = ALL.map(({ name, type }) => (type === 'histogram' ? `${name}_bucket` : name));
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  test.each(EXPRESSIONS)('%s: %s names metrics and labels that exist', async (_where, expression) => {
    const types = await declared();
    const served = new Set(
      [...types].flatMap(([name, type]) =>
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => `${name}${part}`) : [name],
      ),
    );
    expect(imbalance(expression)).toBeNull();
    expect(metricsIn(expression).filter((name) => !served.has(name))).toEqual([]);
    const named = ALL.filter(({ name }) => expression.includes(name));
    const known = new Set(named.flatMap(({ labels }) => labels));
    expect(labelsIn(expression).filter((label) => !known.has(label))).toEqual([]);
  });

  test.each([
    ['sum(rate(slipway_nothing_total[5m]))', ['slipway_nothing_total']],
    ['a_total / on_b > 5e9', ['a_total', 'on_b']],
  ])('%s: names are found', (expression, names) => {
    expect(metricsIn(expression)).toEqual(names);
  });

  test.each(['sum(rate(a[5m])', 'sum(a})', 'a{b="c}'])('%s: what does not parse is found', (expression) => {
    expect(imbalance(expression)).not.toBeNull();
  });
});
