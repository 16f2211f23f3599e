import type { Isolation } from '../../runner/isolation/isolation.ts';

export const ISOLATION_TROUBLE = 'isolation';

/** What people are told where commands are kept from nothing; null: they are kept, or somebody decided so. */
export function missingIsolation(isolation: Isolation): { says: string; todo: string } | null {
  if (isolation.kind !== 'none' || isolation.why === null) return null;
  return {
    says: 'commands are not isolated: whoever can push can read what Slipway can, and so approve',
    todo: `make bubblewrap work here (${isolation.why}), or write isolation: none to accept that`,
  };
}
