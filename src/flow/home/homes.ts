/** What was last shown in the Home tab of one person. */
export interface Shown {
  /** What it was drawn from, see `situationOf`; null: it may have to be drawn again all the same. */
  situation: string | null;
  /** The blocks, as JSON. */
  blocks: string;
}

/** The Home tabs that this process keeps up to date, in memory: by user id, until when, and what each shows. */
export class Homes {
  readonly #open = new Map<string, { until: number; shown: Shown | null }>();

  /** The tab was opened, or used. */
  keep(person: string, until: number): void {
    const known = this.#open.get(person);
    this.#open.set(person, { until: Math.max(until, known?.until ?? 0), shown: known?.shown ?? null });
  }

  /** Nobody looks at it any more. */
  close(person: string): void {
    this.#open.delete(person);
  }

  /** The people whose tabs are open; whoever was looked after longest ago comes first. */
  open(now: number): string[] {
    for (const [person, { until }] of this.#open) if (until <= now) this.#open.delete(person);
    return [...this.#open.keys()];
  }

  /** null: nothing is known to be shown. */
  shownTo(person: string): Shown | null {
    return this.#open.get(person)?.shown ?? null;
  }

  /** Records what is shown; the person goes to the end of the line. */
  record(person: string, shown: Shown | null): void {
    const known = this.#open.get(person);
    if (!known) return;
    this.#open.delete(person);
    this.#open.set(person, { ...known, shown });
  }
}
