import type { Counts, Portable } from '../../ports/portable.ts';
import { totalOf } from './format.ts';
import type { Problem } from './read.ts';

/** How many faults are named. */
const NAMED = 20;

/** The first of many, and how many there are. */
export class Listed<T> {
  readonly first: T[] = [];
  total = 0;

  add(each: T): void {
    this.total += 1;
    if (this.first.length < NAMED) this.first.push(each);
  }
}

/** A process works with the store, or may do so. */
export class InUse extends Error {
  constructor(readonly users: readonly string[]) {
    super(`the database is in use by ${users.join(', ')}`);
    this.name = 'InUse';
  }
}

/** Documents of the store could not be imported anywhere. */
export class Unreadable extends Error {
  constructor(readonly faults: Listed<string>) {
    super(`${faults.total} documents cannot be read`);
    this.name = 'Unreadable';
  }
}

/** The file is not what an export writes. Nothing was changed. */
export class WrongFile extends Error {
  constructor(readonly problems: Listed<Problem>) {
    super(`the file is wrong in ${problems.total} places`);
    this.name = 'WrongFile';
  }
}

/** The store has documents. Nothing was changed. */
export class NotEmpty extends Error {
  constructor(counts: Counts) {
    const kept = Object.entries(counts).filter(([, count]) => count > 0);
    super(
      `it has ${totalOf(counts)} documents already (${kept.map(([name, count]) => `${name}: ${count}`).join(', ')})`,
    );
    this.name = 'NotEmpty';
  }
}

/** What the store gives back is not what was given to it. */
export class NotTheSame extends Error {
  constructor() {
    super('what was written into the store was read back, and is not the same');
    this.name = 'NotTheSame';
  }
}

/** Throws `InUse` if a process may have worked with the store in the last so many milliseconds; 0: if it may do so now. */
export async function mustBeUnused(portable: Portable, withinMs: number): Promise<void> {
  const users = await portable.users(withinMs);
  if (users.length > 0) throw new InUse(users);
}
