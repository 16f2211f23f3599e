/** How an environment is asked which commit really runs there, beside the interval of its configuration. Milliseconds. */
export interface CurrentWaits {
  /** When it is asked again while the last answer may be about to change, or did not come. */
  soonMs: number;
  /** How long what a deploy did may take to show: until then, another commit is no drift. */
  settleMs: number;
}

/** The waits used in production. */
export const CURRENT_WAITS: CurrentWaits = { soonMs: 15_000, settleMs: 60_000 };
