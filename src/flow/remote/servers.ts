/**
 * Lets a few attempts of each server be asked about at a time. The others come after them, so a server that is slow leaves
 * slots of the lane to others; and nothing is asked about twice at the same time by this process.
 */
export class Servers {
  readonly #atATime: number;
  readonly #servers = new Map<string, { asked: Set<string>; waiting: Set<string> }>();

  constructor(atATime: number) {
    this.#atATime = atATime;
  }

  /**
   * Runs `act` for an attempt, `id`, unless that is being done, or enough others of its server are asked about: then it waits.
   * Returns who waits and may be asked about next; null: nobody.
   */
  async run(server: string, id: string, act: () => Promise<void>): Promise<string | null> {
    const entry = this.#servers.get(server) ?? { asked: new Set(), waiting: new Set() };
    if (entry.asked.has(id)) return null;
    if (entry.asked.size >= this.#atATime) {
      entry.waiting.add(id);
      return null;
    }
    this.#servers.set(server, entry);
    entry.waiting.delete(id);
    entry.asked.add(id);
    try {
      await act();
    } finally {
      entry.asked.delete(id);
      if (entry.asked.size + entry.waiting.size === 0) this.#servers.delete(server);
    }
    return this.#next(entry.waiting);
  }

  #next(waiting: Set<string>): string | null {
    const [next = null] = waiting;
    if (next !== null) waiting.delete(next);
    return next;
  }
}
