import { ruleChanges } from '../../approvals/who-may.ts';
import type { ProductReport } from '../../documents/commands/product.ts';
import type { Product } from '../../documents/product.ts';
import { send } from '../shared/effects.ts';
import type { At } from './context.ts';

/**
 * Records the configuration in force. If it changes who may do what, the channel is told in the same write, so once, however
 * many processes have that configuration. It is compared with what was recorded before, whoever recorded that.
 */
export function configure(
  product: Product,
  { fingerprint, rules }: Extract<ProductReport, { type: 'configured' }>,
  { time, revision, effects }: At,
): void {
  const before = product.configuration;
  product.configuration = { fingerprint, at: before?.fingerprint === fingerprint ? before.at : time, rules };
  // An early version recorded no rules: nobody knows what they were.
  const changes = before?.rules === undefined ? [] : ruleChanges(before.rules, rules);
  if (changes.length === 0) return;
  const notice = { kind: 'rules', at: time, changes } as const;
  send(
    effects,
    { id: product.id, revision },
    { kind: 'cards', id: `${product.id}:rules:${revision}` },
    {
      type: 'show',
      product: product.id,
      subject: { kind: 'notice', place: product.id, notice },
      progress: false,
    },
  );
}
