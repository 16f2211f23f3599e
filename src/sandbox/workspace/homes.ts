import type { Clock, Ids } from './ids.ts';
import { type Fields, listOf } from './json.ts';
import type { OpenView, ViewResult } from './modals.ts';
import { keptValues } from './values.ts';

/** The Home tabs of the bot, one for each person. */
export class Homes {
  readonly #ids: Ids;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #views = new Map<string, OpenView>();

  constructor(ids: Ids, clock: Clock, changed: () => void) {
    this.#ids = ids;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** null: never published for this person. */
  of(person: string): OpenView | null {
    return this.#views.get(person) ?? null;
  }

  find(viewId: string): OpenView | null {
    return [...this.#views.values()].find(({ id }) => id === viewId) ?? null;
  }

  /** `views.publish`. `hash` null: publishes regardless of changes in between. */
  publish(person: string, view: Fields, hash: string | null): ViewResult {
    const before = this.of(person);
    if (hash !== null && hash !== before?.hash) return { ok: false, error: 'hash_conflict' };
    const id = before?.id ?? this.#ids.next('V');
    const blocks = this.#ids.withIds(listOf(view.blocks));
    const home: OpenView = {
      id,
      hash: this.#ids.next(`${Math.trunc(this.#clock.now() / 1000)}.`),
      person,
      view: { ...view, blocks },
      values: keptValues(blocks, before?.values ?? {}),
      rootId: id,
      previousId: null,
    };
    this.#views.set(person, home);
    this.#changed();
    return { ok: true, view: home };
  }
}
