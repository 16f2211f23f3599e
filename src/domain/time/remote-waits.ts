/** How what other systems carry out is followed. Milliseconds. */
export interface RemoteWaits {
  /** How often a system is asked about a young run, and about one that was just asked to end. */
  quickMs: number;
  /** How long a run is young. */
  youngMs: number;
  /** How often a system is asked about any other run. */
  lookMs: number;
  /** The longest wait while the system does not say; the first is `quickMs`, and each is as long as it has been silent. */
  silentMs: number;
  /** How long a system is silent before its card says so. */
  sayMs: number;
  /** How long a run is looked for that the system does not know: its lists may lag behind. */
  findMs: number;
  /** How long a run that is over time, and was asked to end, may take to do so. */
  endMs: number;
  /** The shortest time between two looks that events from outside bring about. */
  ringMs: number;
  /** The first wait after an end that is not known; each is as long as that was ago. */
  laterMs: number;
  /** For how long such an end is looked at. */
  laterForMs: number;
}

/** The waits used in production. */
export const REMOTE_WAITS: RemoteWaits = {
  quickMs: 5_000,
  youngMs: 60_000,
  lookMs: 15_000,
  silentMs: 60_000,
  sayMs: 30_000,
  findMs: 60_000,
  endMs: 300_000,
  ringMs: 1_000,
  laterMs: 60_000,
  laterForMs: 3_600_000,
};

/** No system makes Slipway wait longer than this, whatever it says. */
const LONGEST_MS = 3_600_000;

/** When a system that did not say what it was asked is asked again. `until`: when it wants that; null: it did not say. */
export function afterSilence(
  waits: RemoteWaits,
  { now, since, until }: { now: number; since: number; until: number | null },
): number {
  const wait = Math.min(Math.max(now - since, waits.quickMs), waits.silentMs);
  return Math.max(now + wait, Math.min(until ?? 0, now + LONGEST_MS));
}
