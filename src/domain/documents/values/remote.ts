/** The systems that carry out a step for Slipway. */
export const REMOTE_SYSTEMS = ['github', 'gitlab', 'jenkins', 'http', 'git'] as const;
export type RemoteSystem = (typeof REMOTE_SYSTEMS)[number];

/** A run as the system that carries it out knows it. */
export interface RemoteRun {
  /** What the system is asked with: an id or an address of its own. */
  id: string;
  /** Where people look at it; null: nowhere. */
  url: string | null;
}

/**
 * The part of an attempt that another system carries out. It does not end with the worker that began it: whoever is alive
 * asks the system what became of it (RULES 36).
 */
export interface Remote {
  system: RemoteSystem;
  /** Id of this attempt for the system, unique for all time: `{attempt}` in the configuration. Written before the first call. */
  key: string;
  /** null: it is not known whether the system started it; it is looked for by `key`. */
  run: RemoteRun | null;
  /** When the system must be asked next. Milliseconds since the epoch, counted as leases are. */
  lookAt: number;
  /** When it is over time and is cancelled there. Milliseconds since the epoch, counted as leases are. */
  deadline: number;
  /** What it waits for there, in words: "a reviewer at GitHub". Absent: nothing. */
  waits?: string;
  /** Since when the system does not say what it is asked, and why. Absent: it answers. */
  silent?: { since: number; reason: string };
  /** The system was asked to end it, by a person's wish or because of its deadline. Absent: it was not. */
  cancel?: {
    at: number;
    why: 'wished' | 'timeout' /** Why it cannot be ended there; absent: it was asked for. */;
    refused?: string;
  };
}
