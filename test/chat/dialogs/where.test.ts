import type { Standing, WhereView } from '../../../src/chat/answers/where.ts';
import { type WhereModal, whereModal } from '../../../src/chat/dialogs/where.ts';
import { ABC, environment, NAMES, NEW, NOW, policy } from '../build.ts';
import { checkModal } from '../limits.ts';

function standing(name: string, over: Partial<Standing> = {}): Standing {
  const here = {
    policy: policy({ name, ...(name === 'integration' ? { mode: 'continuous' } : {}) }),
    environment: environment(name, []),
  };
  return { here, runs: 'no', acceptance: null, next: null, was: null, ...over };
}

const seen = (product: string, sha: string, prod: Partial<Standing> = {}): WhereView => ({
  now: NOW,
  names: NAMES,
  commitUrl: null,
  cards: {},
  product,
  sha,
  commit: { sha, subject: 'Fix *rounding* <!channel>', author: 'Lin', at: NOW },
  build: null,
  environments: [standing('integration'), standing('prod', prod)],
});

const modal = (over: Partial<WhereModal>): WhereModal => ({
  views: [],
  unknown: [],
  products: ['storefront'],
  complete: true,
  ...over,
});

test.each<[string, Partial<WhereModal>, string[], string[]]>([
  [
    'a commit',
    { views: [seen('storefront', ABC)] },
    ['abc123f', 'prod: not there', 'Prepare…'],
    ['In storefront', 'COMMIT'],
  ],
  [
    'one that every environment has',
    { views: [seen('storefront', ABC, { runs: 'same' })] },
    ['abc123f'],
    ['Prepare…'],
  ],
  [
    'two products',
    { views: [seen('storefront', ABC), seen('billing', NEW)], products: ['storefront', 'billing'] },
    ['In storefront:', 'In billing:', 'divider'],
    [],
  ],
  [
    'one of two that is known',
    { views: [seen('storefront', ABC)], unknown: ['fedcba9'] },
    ['abc123f', 'No commit of storefront', 'fedcba9'],
    ['COMMIT'],
  ],
  [
    'none that is known',
    { unknown: ['fedcba9'] },
    ['No commit of storefront', '/release where COMMIT'],
    ['just now'],
  ],
  ['what could not be asked', { unknown: ['fedcba9'], complete: false }, ['a new commit may be missing'], []],
  ['no commit at all', {}, ['names no commit of storefront', '/release where COMMIT'], []],
  ['nobody’s product', { products: [] }, ["in no product's channel"], ['names no commit']],
  ['a Slack that does not answer', { products: [], complete: false }, ['Errored', 'Try again'], ['Join']],
])('shows %s', (_what, over, says, not) => {
  const view = whereModal(modal(over));
  const text = JSON.stringify(view);
  for (const each of says) expect(text).toContain(each);
  for (const each of not) expect(text).not.toContain(each);
  expect(checkModal(view)).toEqual([]);
});

test('stays within the limits, whatever the message names', () => {
  const names = Array.from({ length: 100 }, (_, index) => `${'p'.repeat(60)}${index}`);
  const views = names.slice(0, 5).map((name) => seen(name, ABC));
  const unknown = names.map((name) => `https://git.acme.dev/${name}/${'x'.repeat(3000)}`);
  expect(checkModal(whereModal(modal({ views, products: names, unknown })))).toEqual([]);
});
