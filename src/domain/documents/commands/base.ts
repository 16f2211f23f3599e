import type { Actor } from '../../people/people.ts';

/** What every command has. */
export interface Base {
  /** Unique for all time. A command with the same id is processed once, whoever sends it and however often. */
  id: string;
  actor: Actor;
}
