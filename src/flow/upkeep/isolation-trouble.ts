import type { Isolation } from '../../runner/isolation/isolation.ts';

/** Key of the trouble that commands are not isolated. */
export const ISOLATION_TROUBLE = 'isolation';

/**
 * The trouble to report when commands are not isolated; null: they are, or the configuration chose not to isolate them.
 */
export function missingIsolation(isolation: Isolation): { says: string; todo: string } | null {
  if (isolation.kind !== 'none' || isolation.why === null) return null;
  return {
    says: 'commands are not isolated: anyone who can push can read what Slipway can, and so approve',
    todo: `make bubblewrap work here (${isolation.why}), or write isolation: none to accept that`,
  };
}
