import { type Fields, fieldsOf, listOf } from './json.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Creates the workspace's ids. They are counted, so that runs are reproducible. */
export class Ids {
  readonly #clock: Clock;
  #count = 0;
  #lastMicros = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An id such as `V1` or `V2`, unique in this workspace. */
  next(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  /** A message timestamp in Slack's format: unique, and later than all earlier ones. */
  ts(): string {
    this.#lastMicros = Math.max(this.#clock.now() * 1000, this.#lastMicros + 1);
    const digits = String(Math.trunc(this.#lastMicros)).padStart(7, '0');
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }

  /** Blocks as Slack stores them: with ids for all blocks and interactive elements. */
  withIds(blocks: readonly Fields[]): Fields[] {
    return blocks.map((block) => {
      const stored: Fields = { ...block, block_id: block.block_id || this.next('b') };
      if (block.type === 'actions')
        stored.elements = listOf(block.elements).map((each) => this.#acting(each));
      if (block.type === 'section' && block.accessory)
        stored.accessory = this.#acting(fieldsOf(block.accessory));
      if (block.type === 'input') stored.element = this.#acting(fieldsOf(block.element));
      return stored;
    });
  }

  #acting(element: Fields): Fields {
    if (element.type === 'image') return element;
    return { ...element, action_id: element.action_id || this.next('a') };
  }
}
