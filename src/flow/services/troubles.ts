/** A problem that lasts until somebody puts it right. Neither secret nor credential stands in its words. */
export interface Trouble {
  /** Of one kind and place: setting it again is the same problem. */
  key: string;
  /** Product, or null: all of this process. */
  where: string | null;
  /** What is wrong, without a stop at its end. */
  says: string;
  /** What to do about it. */
  todo: string;
  /** When it was first seen. */
  since: number;
}

interface TroubleLog {
  warn(fields: object, text: string): void;
  info(fields: object, text: string): void;
}

type TroubleWords = Pick<Trouble, 'says' | 'todo'> & Partial<Pick<Trouble, 'where'>>;

/**
 * The standing problems that this process knows of. They are shown in `/release status` and in the body of `/readyz`, and
 * logged when they come, change and go. A problem that other processes have to know of stands in a document.
 */
export class Troubles {
  readonly #known = new Map<string, Trouble>();
  readonly #now: () => number;
  readonly #log: TroubleLog;

  constructor(now: () => number, log: TroubleLog) {
    this.#now = now;
    this.#log = log;
  }

  /** It is so: nothing new when it is known in these words. */
  set(key: string, { where = null, says, todo }: TroubleWords): void {
    const known = this.#known.get(key);
    if (known?.says === says && known.todo === todo && known.where === where) return;
    this.#known.set(key, { key, where, says, todo, since: known?.since ?? this.#now() });
    this.#log.warn({ trouble: key, ...(where === null ? {} : { product: where }), todo }, says);
  }

  /** It is so no more. */
  clear(key: string): void {
    const known = this.#known.get(key);
    if (!known) return;
    this.#known.delete(key);
    const where = known.where === null ? {} : { product: known.where };
    this.#log.info({ trouble: key, ...where }, `over: ${known.says}`);
  }

  has(key: string): boolean {
    return this.#known.has(key);
  }

  /** null: there is no such problem. */
  get(key: string): Trouble | null {
    return this.#known.get(key) ?? null;
  }

  /** Oldest first. `product`: what concerns it, its own and those of the whole process. */
  list(product?: string): Trouble[] {
    return [...this.#known.values()]
      .filter(({ where }) => product === undefined || where === null || where === product)
      .toSorted((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
  }
}
