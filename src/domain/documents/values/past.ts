/**
 * What a person was shown that a rollback goes past, and confirmed: commits that touched irreversible paths, by the newest
 * of them, which may be abbreviated, and how many there are; 'unchecked': git could not say which (RULES 48).
 */
export type Past = { newest: string; count: number } | 'unchecked';

/** Full SHAs of such commits, newest first; null: git could not say. */
export type Crossed = readonly string[] | null;

/** Whether what was confirmed covers what the rollback goes past. What git cannot say now is covered by any confirmation. */
export function isConfirmed(crossed: Crossed, past: Past | undefined): boolean {
  if (crossed?.length === 0) return true;
  if (past === undefined) return false;
  if (crossed === null) return true;
  return (
    past !== 'unchecked' && crossed.length === past.count && crossed[0]?.startsWith(past.newest) === true
  );
}

/** What a person who is shown this confirms; undefined: there is nothing to confirm. */
export function pastOf(crossed: Crossed): Past | undefined {
  if (crossed === null) return 'unchecked';
  const [newest] = crossed;
  return newest === undefined ? undefined : { newest, count: crossed.length };
}
