import type { Group, Process } from './session.js';

/** Bubblewrap with the arguments that isolate a command. */
export interface Sandbox {
  kind: 'bubblewrap';
  program: string;
  args: string[];
}

/** A container that exists for one command only. */
export interface Container {
  kind: 'container';
  /** podman or docker. */
  program: string;
  /** Name of the container. */
  name: string;
  /** Arguments that create and start it, without the command. */
  run: string[];
  /** Arguments that end and remove a container at once, without its name. */
  remove: string[];
  /** Environment of the engine's client. */
  env: Record<string, string>;
}

/** How a command is separated from the machine. */
export type Enclosure = Sandbox | Container;

/** What the worker sends to the guard: one JSON message per line on the guard's standard input. */
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
  /** The process that leads the session. */
  pid: number;
  group: Group;
  /** Milliseconds to wait after SIGKILL before giving up on processes that are still there. */
  letGoMs: number;
  /** The processes that remained when the command ended, as seen from inside its namespace. */
  noted: () => Process[];
  /** Lets the command itself begin. Absent: the command cannot affect its guard and has already begun. */
  go?: () => void;
}

/** Receives the events of a command. */
export interface Listener {
  didNotStart(reason: string): void;
  /** `pid`: the first process of the command's namespace. Not called when there is no namespace. */
  began(pid: number): void;
  exited(exit: Exit): void;
}
