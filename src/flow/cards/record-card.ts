import type { Card } from '../../domain/documents/card.ts';
import type { CardCommand } from '../../domain/documents/commands.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { type Applied, apply } from '../commands/apply.ts';
import type { Parts } from '../services/services.ts';

/** Without its `id` and `actor`, member by member of the union. */
export type Told = CardCommand extends infer C
  ? C extends unknown
    ? Omit<C, 'id' | 'actor'>
    : never
  : never;

/** Tells a card's document what became of it. `known`: the card as it was just read or written. */
export function tellCard(
  parts: Parts,
  id: string,
  command: Told,
  known: Card | null = null,
): Promise<Applied<'cards'>> {
  return apply(parts, 'cards', id, { ...command, id: parts.newId(), actor: ROBOT }, known);
}
