import type { Clock, Ids } from './ids.ts';
import { type Fields, listOf } from './json.ts';
import { keptValues, type Values } from './values.ts';

const TRIGGER_MS = 3_000;
const STACK_LIMIT = 3;

/** A modal that is open for a person, or their Home tab. */
export interface OpenView {
  id: string;
  hash: string;
  person: string;
  /** As sent by the bot, with ids added to the blocks. */
  view: Fields;
  /** What the person entered so far. */
  values: Values;
  rootId: string;
  previousId: string | null;
}

export type ViewResult = { ok: true; view: OpenView } | { ok: false; error: string };

/** The modals of all people, and the trigger ids that open them. */
export class Modals {
  readonly #ids: Ids;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #triggers = new Map<string, { person: string; at: number; used: boolean }>();
  readonly #stacks = new Map<string, OpenView[]>();

  constructor(ids: Ids, clock: Clock, changed: () => void) {
    this.#ids = ids;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Creates a trigger id, which is valid for three seconds and for one use. */
  trigger(person: string): string {
    const id = this.#ids.next('trigger.');
    this.#triggers.set(id, { person, at: this.#clock.now(), used: false });
    return id;
  }

  /** The open modals of a person, the topmost last. */
  stack(person: string): OpenView[] {
    return [...(this.#stacks.get(person) ?? [])];
  }

  find(viewId: string): OpenView | null {
    return [...this.#stacks.values()].flat().find((each) => each.id === viewId) ?? null;
  }

  byExternalId(externalId: string): OpenView | null {
    return [...this.#stacks.values()].flat().find((each) => each.view.external_id === externalId) ?? null;
  }

  /** `views.open`: closes the modals that were open. */
  open(triggerId: string, view: Fields): ViewResult {
    const person = this.#use(triggerId);
    if ('error' in person) return { ok: false, error: person.error };
    this.#stacks.set(person.id, []);
    if (this.#isTaken(view, null)) return { ok: false, error: 'duplicate_external_id' };
    return { ok: true, view: this.#add(person.id, view) };
  }

  /** `views.push`: opens a modal on top of the current one. */
  push(triggerId: string, view: Fields): ViewResult {
    const person = this.#use(triggerId);
    if ('error' in person) return { ok: false, error: person.error };
    return this.pushFor(person.id, view);
  }

  pushFor(person: string, view: Fields): ViewResult {
    const open = this.stack(person).length;
    if (open === 0) return { ok: false, error: 'not_found' };
    if (open >= STACK_LIMIT) return { ok: false, error: 'push_limit_reached' };
    if (this.#isTaken(view, null)) return { ok: false, error: 'duplicate_external_id' };
    return { ok: true, view: this.#add(person, view) };
  }

  /** `hash` null: updates regardless of changes in between. */
  update(open: OpenView, view: Fields, hash: string | null): ViewResult {
    if (hash !== null && hash !== open.hash) return { ok: false, error: 'hash_conflict' };
    if (this.#isTaken(view, open)) return { ok: false, error: 'duplicate_external_id' };
    open.view = this.#stored(view);
    open.values = keptValues(open.view.blocks, open.values);
    open.hash = this.#hash();
    this.#changed();
    return { ok: true, view: open };
  }

  /** Removes one view from its stack, and what is above it. */
  close(open: OpenView): void {
    const stack = this.stack(open.person);
    if (!stack.includes(open)) return;
    const left = stack.slice(0, stack.indexOf(open));
    this.#stacks.set(open.person, left);
    this.#changed();
  }

  clear(person: string): void {
    this.#stacks.delete(person);
    this.#changed();
  }

  #use(triggerId: string): { id: string } | { error: string } {
    const trigger = this.#triggers.get(triggerId);
    if (!trigger) return { error: 'invalid_trigger_id' };
    if (trigger.used) return { error: 'exchanged_trigger_id' };
    if (this.#clock.now() - trigger.at > TRIGGER_MS) return { error: 'expired_trigger_id' };
    trigger.used = true;
    return { id: trigger.person };
  }

  #add(person: string, view: Fields): OpenView {
    const stack = this.stack(person);
    const id = this.#ids.next('V');
    const open: OpenView = {
      id,
      hash: this.#hash(),
      person,
      view: this.#stored(view),
      values: {},
      rootId: stack[0]?.id ?? id,
      previousId: stack.at(-1)?.id ?? null,
    };
    this.#stacks.set(person, [...stack, open]);
    this.#changed();
    return open;
  }

  /** Whether another open modal has the `external_id` of this view. */
  #isTaken({ external_id: id }: Fields, open: OpenView | null): boolean {
    return id !== undefined && id !== '' && ![null, open].includes(this.byExternalId(String(id)));
  }

  #stored(view: Fields): Fields {
    return { ...view, blocks: this.#ids.withIds(listOf(view.blocks)) };
  }

  #hash(): string {
    return this.#ids.next(`${Math.trunc(this.#clock.now() / 1000)}.`);
  }
}
