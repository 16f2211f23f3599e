import { type Fields, fieldsOf, listOf } from './json.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** Where the workspace's ids come from: counted, so that a run can be repeated. */
export class Ids {
  readonly #clock: Clock;
  #count = 0;
  #lastMicros = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `V1`, `V2` …: unique in this workspace. */
  next(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  /** A message's timestamp in Slack's form: unique, and later than every one before. */
  ts(): string {
    this.#lastMicros = Math.max(this.#clock.now() * 1000, this.#lastMicros + 1);
    const digits = String(Math.trunc(this.#lastMicros)).padStart(7, '0');
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }

  /** Blocks as Slack stores them: every block and every element that acts has an id. */
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
