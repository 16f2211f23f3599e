import type { Sidecar } from './sidecar.ts';

/** The place of one worktree in a pool. */
export interface Slot {
  number: number;
  taken: boolean;
  /** Whether something exists at its path. */
  made: boolean;
  sidecar: Sidecar;
}

/** The order in which free worktrees are reused or removed: those without a build first, then the least recently used. */
export function leastWantedFirst(a: Slot, b: Slot): number {
  const holding = Number(a.sidecar.holds !== null) - Number(b.sidecar.holds !== null);
  return holding || a.sidecar.usedAt - b.sidecar.usedAt;
}
