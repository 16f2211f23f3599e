/** A problem that lasts until somebody fixes it. Its text contains neither secrets nor credentials. */
export interface Trouble {
  /** Identifies the kind and place of the problem: setting the same key again updates it. */
  key: string;
  /** Name of the product; null: it concerns the whole process. */
  where: string | null;
  /** What is wrong, without a full stop. */
  says: string;
  /** What to do about it. */
  todo: string;
  /** When it was first seen. Milliseconds since the epoch. */
  since: number;
}

interface TroubleLog {
  warn(fields: object, text: string): void;
  info(fields: object, text: string): void;
}

type TroubleWords = Pick<Trouble, 'says' | 'todo'> & Partial<Pick<Trouble, 'where'>>;

/**
 * The standing problems that this process knows. They are shown in `/release status` and in the body of `/readyz`, and
 * logged when they appear, change and end. A problem that other processes must know is stored in a document.
 */
export class Troubles {
  readonly #known = new Map<string, Trouble>();
  readonly #now: () => number;
  readonly #log: TroubleLog;

  constructor(now: () => number, log: TroubleLog) {
    this.#now = now;
    this.#log = log;
  }

  /** The problem exists. Does nothing if it is known with the same text. */
  set(key: string, { where = null, says, todo }: TroubleWords): void {
    const known = this.#known.get(key);
    if (known?.says === says && known.todo === todo && known.where === where) return;
    this.#known.set(key, { key, where, says, todo, since: known?.since ?? this.#now() });
    this.#log.warn({ trouble: key, ...(where === null ? {} : { product: where }), todo }, says);
  }

  /** The problem is over. */
  clear(key: string): void {
    const known = this.#known.get(key);
    if (!known) return;
    this.#known.delete(key);
    const where = known.where === null ? {} : { product: known.where };
    this.#log.info({ trouble: key, ...where }, `resolved: ${known.says}`);
  }

  /** These products left the configuration: nobody looks any more whether what was wrong there is over. */
  forget(products: ReadonlySet<string>): void {
    for (const { key, where } of this.list()) if (where !== null && products.has(where)) this.clear(key);
  }

  has(key: string): boolean {
    return this.#known.has(key);
  }

  /** null: there is no such problem. */
  get(key: string): Trouble | null {
    return this.#known.get(key) ?? null;
  }

  /** Oldest first. `product`: its own problems and those of the whole process; absent: all. */
  list(product?: string): Trouble[] {
    return [...this.#known.values()]
      .filter(({ where }) => product === undefined || where === null || where === product)
      .toSorted((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
  }
}
