import type { MemberInfo } from '../../ports/chat.ts';
import type { Timing } from '../services/timing.ts';
import type { ProductSettings } from '../settings/settings.ts';

/** What was last shown in the Home tab of one person. */
export interface Shown {
  /** What it was drawn from, see `situationOf`; null: it may have to be drawn again all the same. */
  situation: string | null;
  /** The blocks, as JSON. */
  blocks: string;
}

/** Who the reader of a tab is and what belongs to them, as Slack last said. */
export interface Reader {
  info: MemberInfo;
  products: ProductSettings[];
  /** As in `HomeView`. */
  complete: boolean;
}

interface Tab {
  until: number;
  shown: Shown | null;
  /** null: Slack was not asked yet. */
  reader: Reader | null;
  /** When the watch asks Slack again who the reader is. */
  askAt: number;
  /** By the lease clock, as `heldUntil` of the stored tab; 0: not known. */
  heldUntil: number;
}

/** So many looks may pass without a word of the process that keeps a tab up to date. At the usual pace, two minutes. */
const HELD_LOOKS = 24;

/** For how long a process that keeps a Home tab up to date need not say so again. */
export function heldMs({ homeLookMs }: Pick<Timing, 'homeLookMs'>): number {
  return HELD_LOOKS * homeLookMs;
}

/** How long the members of a group are remembered for the tabs. */
const GROUP_MS = 15 * 60_000;

/** The Home tabs that this process keeps up to date, in memory: by user id, until when, and what each shows. */
export class Homes {
  readonly #open = new Map<string, Tab>();
  readonly #groups = new Map<string, { until: number; members: readonly string[] }>();

  /** The tab was opened, or used. */
  keep(person: string, until: number): void {
    const known = this.#open.get(person) ?? {
      shown: null,
      reader: null,
      askAt: 0,
      until: 0,
      heldUntil: 0,
    };
    this.#open.set(person, { ...known, until: Math.max(until, known.until) });
  }

  /** Records until when this process need not say again that it keeps a tab that is open up to date. */
  hold(person: string, heldUntil: number): void {
    const known = this.#open.get(person);
    if (known) this.#open.set(person, { ...known, heldUntil });
  }

  /** The people whose tabs this process holds no longer than until then; the ones that end first come first. */
  heldNoLongerThan(until: number): string[] {
    const ending = [...this.#open].filter(([, { heldUntil }]) => heldUntil <= until);
    return ending.sort(([, a], [, b]) => a.heldUntil - b.heldUntil).map(([person]) => person);
  }

  /** Nobody looks at it any more, or another process keeps it up to date. */
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

  /** null: Slack was not asked yet, or the tab is not open. */
  readerOf(person: string): Reader | null {
    return this.#open.get(person)?.reader ?? null;
  }

  /** Remembers what Slack said of the reader of a tab that is open, until `askAt`. */
  recordReader(person: string, reader: Reader | null, askAt: number): void {
    const known = this.#open.get(person);
    if (known) this.#open.set(person, { ...known, reader, askAt });
  }

  /** Whose reader Slack is to be asked about next; null: nobody's. */
  due(now: number): string | null {
    const due = [...this.#open].filter(([, { askAt }]) => askAt <= now);
    return due.sort(([, a], [, b]) => a.askAt - b.askAt)[0]?.[0] ?? null;
  }

  /** The members of a group, remembered or asked for with `ask`. */
  async groupMembers(
    group: string,
    now: number,
    ask: () => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const known = this.#groups.get(group);
    if (known && now < known.until) return known.members;
    const members = await ask();
    this.#groups.set(group, { until: now + GROUP_MS, members });
    return members;
  }
}
