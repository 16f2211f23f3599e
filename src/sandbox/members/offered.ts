import { type Fields, listOf, textOf } from '../workspace/json.ts';
import type { Offered } from '../workspace/values.ts';

/** The options that the bot offered people in external selects, so that a choice can be sent back in full. */
export class OfferedOptions {
  readonly #options = new Map<string, Fields>();

  /** `place`: the view's id or the message's timestamp. */
  keep(person: string, place: string, blockId: string, actionId: string, options: readonly Fields[]): void {
    for (const option of options) {
      this.#options.set(keyOf(person, place, blockId, actionId, textOf(option.value)), option);
    }
  }

  of(person: string, place: string): Offered {
    return (blockId, actionId, value) =>
      this.#options.get(keyOf(person, place, blockId, actionId, value)) ?? null;
  }
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}

/** All options of a bot's answer to `block_suggestion`. */
export function optionsIn(body: Fields): Fields[] {
  return [...listOf(body.options), ...listOf(body.option_groups).flatMap((group) => listOf(group.options))];
}
