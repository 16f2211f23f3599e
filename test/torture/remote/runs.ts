import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Order, System } from './systems.ts';

/** How often the systems get on with what they were asked for, in milliseconds. */
const TICK_MS = 20;
const BEAT_MS = 100;

/** Code of the end of a run that was cancelled. */
const CANCELLED = 143;

interface Going {
  system: System;
  order: Order;
  /** Names it in the ledger. */
  run: string;
  endsAt: number;
  code: number;
}

/**
 * Carries out what the systems were asked for, as the plan of the commit says, and writes it into the ledger as commands do: a run for each
 * start that had an effect.
 */
export class Runs {
  readonly #systems: readonly System[];
  readonly #ledger: string;
  readonly #planOf: (product: string, sha: string) => string;
  readonly #timer: NodeJS.Timeout;
  /** How many calls of a system were read. */
  readonly #read = new Map<System, number>();
  /** What was asked for, by system and key, and how often it was begun. */
  readonly #asked = new Map<System, Map<string, { order: Order; begun: number }>>();
  /** How often a step of a release was begun before. */
  readonly #times = new Map<string, number>();
  #going: Going[] = [];
  #count = 0;

  /** `planOf`: the file `plan` of a commit. */
  constructor(
    systems: readonly System[],
    { ledger, planOf }: { ledger: string; planOf(product: string, sha: string): string },
  ) {
    this.#systems = systems;
    this.#ledger = ledger;
    this.#planOf = planOf;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Ends come first: what begins was asked for after Slipway had learned of them. */
  #tick(): void {
    for (const going of this.#going) {
      if (going.system.world.cancels(going.order.key) > 0) this.#end(going, CANCELLED);
      else if (Date.now() >= going.endsAt) this.#end(going, going.code);
    }
    for (const system of this.#systems) {
      for (const asked of this.#askedOf(system).values()) {
        while (asked.begun < system.world.starts(asked.order.key)) {
          asked.begun += 1;
          this.#begin(system, asked.order);
        }
      }
    }
  }

  #askedOf(system: System) {
    const { calls } = system.world.server;
    const asked = this.#asked.get(system) ?? new Map<string, { order: Order; begun: number }>();
    this.#asked.set(system, asked);
    for (const call of calls.slice(this.#read.get(system) ?? 0)) {
      if (system.deedOf(call) !== 'start') continue;
      const order = system.orderOf(call);
      if (!asked.has(order.key)) asked.set(order.key, { order, begun: 0 });
    }
    this.#read.set(system, calls.length);
    return asked;
  }

  #begin(system: System, order: Order): void {
    const plan = this.#planOf(order.product, order.sha);
    const planned = (what: string) =>
      Number(new RegExp(`^${order.environment}_${order.step}_${what}=(\\d+)$`, 'm').exec(plan)?.[1] ?? 0);
    const what = `${order.release} ${order.step}`;
    const before = this.#times.get(what) ?? 0;
    this.#times.set(what, before + 1);
    this.#count += 1;
    const code = before < planned('fails') ? 1 : 0;
    const endsAt = Date.now() + planned('beats') * BEAT_MS;
    const going = { system, order, run: `elsewhere-${this.#count}`, endsAt, code };
    this.#going.push(going);
    this.#say(going, `begin key=${order.key}`);
    system.world.become(order.key, 'running');
  }

  #end(going: Going, code: number): void {
    this.#going = this.#going.filter((one) => one !== going);
    this.#say(going, `end ${code}`);
    const state = code === CANCELLED ? 'cancelled' : code === 0 ? 'succeeded' : 'failed';
    going.system.world.become(going.order.key, state);
  }

  #say({ order, run }: Going, words: string): void {
    const { product, environment, release, step, kind, sha } = order;
    const [word, extra] = words.split(' ');
    const line = `${Date.now()} ${word} ${run} ${release} ${step} ${kind} ${sha} ${extra}\n`;
    appendFileSync(join(this.#ledger, `${product}~${environment}`), line);
  }
}
