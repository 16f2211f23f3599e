import type { Group, Process } from './session.js';

/** Bubblewrap, and the arguments that make the place for a command. */
export interface Sandbox {
  kind: 'bubblewrap';
  program: string;
  args: string[];
}

/** A container of its own for a command. */
export interface Container {
  kind: 'container';
  /** podman or docker. */
  program: string;
  /** Its own. */
  name: string;
  /** Arguments that make it and start it, but for the command. */
  run: string[];
  /** Arguments that end and remove one at once, but for its name. */
  remove: string[];
  /** Of the engine. */
  env: Record<string, string>;
}

/** The place that a command runs in. */
export type Enclosure = Sandbox | Container;

/** What the guard is told on its standard input, a line each. */
export type GuardMessage =
  | {
      type: 'start';
      command: string;
      cwd: string;
      env: Record<string, string>;
      enclosure: Enclosure | null;
      deadline: number;
    }
  | { type: 'alive'; deadline: number }
  | { type: 'kill'; reason: string };

/** How a command ended. */
export interface Exit {
  exitCode: number | null;
  signal: string | null;
}

/** A command that the guard has started. */
export interface Launched {
  /** Leads a session. */
  pid: number;
  group: Group;
  /** What SIGKILL has not ended by then it will not end. */
  letGoMs: number;
  /** What was seen from inside to be left when the command ended. */
  noted: () => Process[];
  /** Lets the command itself begin; absent: it cannot reach its guard, and has begun. */
  go?: () => void;
}

/** Hears what becomes of a command. */
export interface Listener {
  didNotStart(reason: string): void;
  /** `pid`: the first process of its namespace; where it has none, nobody tells. */
  began(pid: number): void;
  exited(exit: Exit): void;
}
