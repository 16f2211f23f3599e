import { defaultRoles } from '../../../../src/domain/approvals/approvals.ts';
import type { WhoMay } from '../../../../src/domain/approvals/who-may.ts';
import { decideProduct } from '../../../../src/domain/decide/product/decide.ts';
import type { ProductCommand } from '../../../../src/domain/documents/commands/product.ts';
import { newProduct, type Product } from '../../../../src/domain/documents/product.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { frozen, START } from '../../support/support.ts';

function prod(required: number): WhoMay {
  const rules = [{ required, from: null }];
  const approvals = { rules, self: false, authors: true, validForMs: 1_000 };
  return { name: 'prod', mode: 'approval', approvals, acceptFrom: null, roles: defaultRoles(rules) };
}

function configured(before: Product, fingerprint: string, required: number) {
  const rules = [prod(required)];
  const command: ProductCommand = { type: 'configured', fingerprint, rules, id: 'c', actor: ROBOT };
  return decideProduct(frozen(before), frozen(command), { environments: [], mayLock: true, now: START });
}

/** A product whose recorded configuration wants one approval. */
const known = configured(newProduct('shop'), 'one', 1).aggregate;

test('the first configuration is told to nobody', () => {
  const { effects, aggregate } = configured(newProduct('shop'), 'one', 1);
  expect(effects).toEqual([]);
  expect(aggregate.configuration).toEqual({ fingerprint: 'one', at: START, rules: [prod(1)] });
});

test('another one that changes who may do what is told in the channel, once for all processes that have it', () => {
  const first = configured(known, 'two', 2);
  expect(first.effects).toMatchObject([
    {
      to: { kind: 'cards' },
      command: {
        type: 'show',
        product: 'shop',
        subject: {
          place: 'shop',
          notice: { kind: 'rules', changes: [{ environment: 'prod', kind: 'approvals' }] },
        },
      },
    },
  ]);
  const second = configured(first.aggregate, 'two', 2);
  expect(second.changed).toBe(false);
  // Back again is a change like any other, with a message of its own.
  const back = configured(first.aggregate, 'one', 1);
  expect(back.effects).toHaveLength(1);
  expect(back.effects[0]?.to).not.toEqual(first.effects[0]?.to);
});

test('one that changes something else is told to nobody', () => {
  const { effects, aggregate } = configured(known, 'two', 1);
  expect(effects).toEqual([]);
  expect(aggregate.configuration?.fingerprint).toBe('two');
});

test('rules that an early version did not record are recorded, and told to nobody', () => {
  const early = { ...known, configuration: { fingerprint: 'one', at: 5 } };
  const { effects, aggregate } = configured(early, 'one', 1);
  expect(effects).toEqual([]);
  expect(aggregate.configuration).toEqual({ fingerprint: 'one', at: 5, rules: [prod(1)] });
});
