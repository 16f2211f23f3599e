import type { Deed } from '../../support/executors/configured.ts';
import type { Call, Fault } from '../../support/forges/server.ts';
import type { System } from './systems.ts';

/** What a system does with the call at which somebody waits: it has no effect, or no answer, or all is as it should be. */
export type Moment = 'unheard' | 'unanswered' | 'answered';

/** What happens to the calls of the systems: faults that come and go, and traps, which go before them. */
export class Weather {
  readonly #systems: readonly System[];
  readonly #faults = new Map<System, Fault>();
  #trap: ((system: System) => Fault) | null = null;

  constructor(systems: readonly System[]) {
    this.#systems = systems;
  }

  /** null: the system is well. */
  set(system: System, fault: Fault | null): void {
    if (fault === null) this.#faults.delete(system);
    else this.#faults.set(system, fault);
    this.#apply();
  }

  clear(): void {
    this.#faults.clear();
    this.#apply();
  }

  /** Waits for a call that does one of these, lets the moment come, and returns the call; null: there was none in time. */
  async catch(
    deeds: readonly Deed[],
    moment: Moment,
    withinMs: number,
  ): Promise<{ call: Call; deed: Deed } | null> {
    return await new Promise((resolve) => {
      let waits = true;
      const settle = (caught: { call: Call; deed: Deed } | null) => {
        this.#trap = null;
        this.#apply();
        clearTimeout(late);
        resolve(caught);
      };
      const late = setTimeout(() => settle(null), withinMs);
      this.#trap = (system) => ({
        ...AT[moment],
        only(call) {
          const deed = system.deedOf(call);
          if (!waits || deed === null || !deeds.includes(deed)) return false;
          waits = false;
          // What the call does is done before anybody goes on.
          setImmediate(settle, { call, deed });
          return true;
        },
      });
      this.#apply();
    });
  }

  #apply(): void {
    for (const system of this.#systems) {
      system.world.server.fault = this.#trap?.(system) ?? this.#faults.get(system) ?? null;
    }
  }
}

const AT: Record<Moment, Fault> = {
  unheard: { kind: 'silence' },
  unanswered: { kind: 'held', at: /./, body: {} },
  answered: { kind: 'late', wait: async () => {} },
};
