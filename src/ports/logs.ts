/** The last lines of a log. */
export interface Tail {
  /** Oldest first, safe to show, each shortened. */
  lines: string[];
  /** How many lines precede these in the log. */
  before: number;
  /** Bytes left out between the beginning and the end of the log; absent: none. */
  leftOut?: number;
}

/**
 * The output of commands, masked; of very long output the first and last 8 MB. A log is written by one worker into a file
 * on its machine; once shared, every process can read it. Names are made by `flow/services/paths.ts` from letters, digits
 * and `._-/`.
 */
export interface Logs {
  /** Absolute path of the file to which the worker appends; its directory may not exist yet. */
  file(name: string): string;
  /** Where the complete log is, as text for people. */
  whole(name: string): string;
  /**
   * Makes what the file holds now readable for every process; a later call continues where this one stopped. Only one
   * call per name at a time. Rejects with `StoreError` and may then be called again: nothing is stored twice.
   */
  share(name: string): Promise<void>;
  /** The last `count` lines of what was shared; empty for a log that was never written. Rejects with `StoreError`. */
  tail(name: string, count: number): Promise<Tail>;
  /** Names of logs to which nothing was added since `before` (milliseconds since the epoch), as far as this process can see them. */
  old(before: number): Promise<string[]>;
  /** Removes a log from this machine, and from where others read it. A removal that is killed can be repeated. Rejects with `StoreError`. */
  remove(name: string): Promise<void>;
  /** How many bytes the logs take up that this process can see; null: nobody can say. Rejects with `StoreError`. */
  bytes(): Promise<number | null>;
}
