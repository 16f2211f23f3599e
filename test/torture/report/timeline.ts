import { appendFileSync } from 'node:fs';

/** Something that must not have happened. */
export interface Finding {
  kind: FindingKind;
  what: string;
  /** When, milliseconds since the epoch; null: it is a state, not an event. */
  at: number | null;
}

/** Every kind of finding; a run is good when there is none of any. */
export const FINDING_KINDS = [
  'lost',
  'double deploys',
  'deploys at once',
  'deployed unaccepted',
  'untrue references',
  'settled twice',
  'duplicate cards',
  'cards wrong',
  'orphans',
  'unsettled',
  'ended by itself',
  'garbage taken',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What was done, in order, also in a file: to see what went before a finding. */
export class Timeline {
  readonly findings: Finding[] = [];
  readonly #events: { at: number; what: string }[] = [];
  readonly #counts = new Map<string, number>();
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Notes an event, and counts it under the name. */
  did(name: string, what = ''): void {
    this.#counts.set(name, this.count(name) + 1);
    this.note(what === '' ? name : `${name}: ${what}`);
  }

  note(what: string): void {
    const at = Date.now();
    this.#events.push({ at, what });
    appendFileSync(this.#file, `${new Date(at).toISOString()} ${what}\n`);
  }

  /** `at`: when it happened; null: it is a state. */
  find(kind: FindingKind, what: string, at: number | null = null): void {
    this.findings.push({ kind, what, at });
    appendFileSync(this.#file, `${new Date().toISOString()} FOUND ${kind}: ${what}\n`);
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** The last events before a moment and the first ones after it. */
  around(at: number, before = 25, after = 8): string[] {
    const index = this.#events.findIndex((event) => event.at > at);
    const middle = index < 0 ? this.#events.length : index;
    return this.#events
      .slice(Math.max(0, middle - before), middle + after)
      .map((event) => `${new Date(event.at).toISOString()} ${event.what}`);
  }
}
