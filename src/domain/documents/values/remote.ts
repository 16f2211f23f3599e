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
 * asks the system what became of it (RULES 36). All times are counted as leases are, in milliseconds since the epoch.
 */
export interface Remote {
  system: RemoteSystem;
  /** Id of this attempt for the system, unique for all time: `{attempt}` in the configuration. Written before the first call. */
  key: string;
  /**
   * Where it was begun, in words of the configuration. An id means something else anywhere else. Absent: an earlier version began
   * it, and did not note that.
   */
  place?: string;
  /** null: it is not known whether the system started it; it is looked for by `key`. */
  run: RemoteRun | null;
  /** When the system must be asked next; null: it has ended, and nothing but an event from outside makes it be asked again. */
  lookAt: number | null;
  /** When it is over time and is cancelled there; after its end: until when a change of mind of the system is looked for. */
  deadline: number;
  /** How long it may take, from its begin to `deadline`. */
  timeoutMs: number;
  /** What it waits for there, in words: "a reviewer at GitHub". Absent: nothing. */
  waits?: string;
  /** Since when the system does not say what it is asked, and why. Absent: it answers. */
  silent?: { since: number; reason: string };
  /** Since when the system says that it knows no such run. Absent: it did not say so, or knows it by now. */
  missing?: number;
  /** When the last event from outside had, or has, the system asked. Absent: none came. */
  rungAt?: number;
  /** The system is to end it, by a person's wish or because of its deadline. Absent: it is not. */
  cancel?: {
    at: number;
    why: 'wished' | 'timeout';
    /** The system has not said yet that it was asked: it is asked again. */
    open?: true;
    /** Why it cannot be ended there; absent: it was asked for. It is asked again at the deadline, and by the next wish. */
    refused?: string;
  };
}

/** What is known of a run that has not ended, after a call. */
export type Sight =
  | {
      kind: 'running';
      run: RemoteRun;
      /** What it waits for there, in words: "a reviewer at GitHub"; null: it runs. */
      waits: string | null;
      /** The last line of its output; null: none is known. */
      lastLine: string | null;
    }
  /** The system knows no such attempt, as of now; its lists may lag behind. */
  | { kind: 'notFound' }
  /** The system did not say. `until`: when it wants to be asked again, in milliseconds since the epoch; null: it did not say. */
  | { kind: 'unknown'; reason: string; until: number | null };

/** What became of the wish to end an attempt. */
export type CancelAnswer =
  /** The system was asked; what happened is seen by a look. */
  | { kind: 'asked' }
  /** It cannot be ended there; `reason` says where and how a person can, or that nobody can. */
  | { kind: 'impossible'; reason: string }
  | { kind: 'unknown'; reason: string; until: number | null };
