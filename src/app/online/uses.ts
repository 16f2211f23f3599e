import type { ForgeKind, ForgeSettings, ProductSettings } from '../../flow/services/settings.ts';
import type { ForgeUse } from '../../ports/forge.ts';
import { loginForge } from '../forge-login.ts';

/** What an account may do, as the rest of "the account may …". */
export const MAY: Record<ForgeUse, string> = {
  checks: 'read checks',
  rerun: 'run failed checks again',
  statuses: 'report commit statuses',
  deployments: 'report deployments',
  pullRequests: 'read pull requests',
  clone: 'be used by git to fetch the repository',
};

/** What Slipway does at its forge for a product. */
export function usesOf(product: ProductSettings, forge: ForgeSettings): ForgeUse[] {
  const checks: ForgeUse[] = product.build.checks === undefined ? [] : ['checks', 'rerun'];
  const clone: ForgeUse[] = loginForge(product, [forge]) === null ? [] : ['clone'];
  const uses: ForgeUse[] = [...checks, ...forge.report, 'pullRequests', ...clone];
  return uses
    .filter((use) => forge.access.kind !== 'none' || READS.includes(use))
    .filter((use) => isAt(forge.kind, use));
}

/** Whether there is such a thing at this kind of forge. */
export function isAt(kind: ForgeKind, use: ForgeUse): boolean {
  return ONLY_AT[use]?.includes(kind) ?? true;
}

/** What other kinds of forge do not have. */
const ONLY_AT: Partial<Record<ForgeUse, readonly ForgeKind[]>> = {
  rerun: ['github', 'gitlab'],
  deployments: ['github', 'gitlab'],
};

/** What needs no login where everybody may see the project. */
const READS: readonly ForgeUse[] = ['checks', 'pullRequests'];
