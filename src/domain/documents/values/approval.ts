import type { Actor, Person } from '../../people/people.ts';

/** One person's approval. */
export interface Approval {
  by: Actor;
  at: number;
  /** When the approval ends by itself. Milliseconds since the epoch. */
  until: number;
  /** Indices of the policy's rules that the person fitted at that time; the members of a group may change later. */
  fits: number[];
}

/** Somebody who was asked for an approval. `named`: the rules name them; false: a group of theirs. */
export interface Asked {
  to: Person;
  named: boolean;
  /** How often the question was put anew after it was settled; absent: never. Each time is a message of its own. */
  anew?: number | undefined;
}
