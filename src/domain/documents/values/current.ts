/** What an environment said about which commit really runs there. */
export interface Said {
  /** Full SHA; null: the repository has no such commit, or not only one. */
  sha: string | null;
  /** In its own words, on one line, masked and cut. */
  said: string;
}

/** What came of asking it. `reason`: why it did not say, in words. */
export type CurrentAnswer = ({ kind: 'said' } & Said) | { kind: 'silent'; reason: string };

/**
 * The state in which an environment was asked. An answer counts only while this is still the state: one that was asked for
 * before a deploy began or ended says nothing about what runs since (RULES 41).
 */
export interface CurrentQuestion {
  /** Number of the latest attempt. */
  attempt: number;
  /** The revision of `deployed`. */
  revision: number;
  /**
   * What the answer decides. 'drift': whether what Slipway deployed still runs. 'deploy': what became of the latest deploy, of
   * which nothing else will be known. 'nothing': it is shown.
   */
  decides: 'drift' | 'deploy' | 'nothing';
}

/** What is known of an environment that says which commit really runs there. */
export interface Current {
  /** When it is asked next, counted as leases are. */
  askAt: number;
  /** When the last deploy here ended or was interrupted, counted as leases are: what it did may take effect a while later. */
  quietSince: number;
  /** When it was heard last, or was silent, counted as leases are. Absent: not since the latest deploy began or ended. */
  heardAt?: number;
  /** The last answer; absent: none since the latest deploy began or ended. */
  answer?: Said & { at: number };
  /** The commit that it said before the latest deploy began. Absent: not known. */
  before?: string;
  /** Number of the interrupted attempt after which it said that the commit before still runs. Absent: of none. */
  unchanged?: number;
  /** Since when it does not say, and why. Absent: it answers. */
  silent?: { since: number; reason: string };
  /** Something else runs than Slipway deployed. Absent: not as far as is known. */
  drift?: Said & { since: number; card: string };
}
