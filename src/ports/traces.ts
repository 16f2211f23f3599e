/** Something that took time and is over, for whoever watches where the time goes. */
export interface Span {
  /** What the trace is about. Spans with the same text are one trace, whichever process tells them. */
  trace: string;
  /** Unique in its trace: a span that is told twice is the same. null: the first of its trace, which all others belong to. */
  id: string | null;
  name: 'push' | 'prepare' | 'build' | 'checks' | 'deploy' | 'verify' | 'announce';
  /** Milliseconds since the epoch, as are all times here. */
  from: number;
  until: number;
  /** What it came to was no success. */
  failed: boolean;
  /** Names of the configuration, numbers, SHAs and words of fixed lists; nothing that people or other systems wrote. */
  about: Readonly<Record<string, string | number>>;
  /** The trace that this one follows from. Absent: none. */
  follows?: string;
}

/** Promises: it neither throws nor takes noticeable time, and what is told is dropped rather than held. */
export interface Traces {
  ended(span: Span): void;
}

/** Where traces are sent. */
export interface TracesTarget {
  /** The whole address of the receiver, with its path. */
  url: string;
  /** Of each request. */
  headers: Readonly<Record<string, string>>;
  /** As which service Slipway is shown. */
  service: string;
}
