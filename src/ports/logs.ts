/** The last lines of a log. */
export interface Tail {
  /** Oldest first, readable and cut. */
  lines: string[];
  /** How many lines the log has before these. */
  before: number;
  /** Bytes that were printed and are not kept, between its beginning and its end; absent: none. */
  leftOut?: number;
}

/**
 * What commands printed, masked; of very much output the first and last 8 MB. A log is written by one worker, into a file of its machine, and can be read
 * by every process once it was shared. Names are made by `flow/paths.ts`: letters, digits, `.`, `_`, `-` and `/`.
 */
export interface Logs {
  /** Absolute path of the file that the worker appends to; its directory may not exist yet. */
  file(name: string): string;
  /** Where the whole of it is, in words for people. */
  whole(name: string): string;
  /**
   * Makes what the file holds now readable for everybody; called again it goes on where it stopped. One call for a name
   * at a time. Rejects with `StoreError`, and may be called again: nothing is stored twice.
   */
  share(name: string): Promise<void>;
  /**
   * The last `count` lines of what was shared; a log that was never written is empty. Rejects with `StoreError`.
   */
  tail(name: string, count: number): Promise<Tail>;
}
