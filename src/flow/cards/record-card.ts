import type { Card } from '../../domain/documents/card.ts';
import type { CardCommand, Unsent } from '../../domain/documents/commands.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { type Applied, apply } from '../commands/apply.ts';
import type { Parts } from '../services/services.ts';

/** Tells a card's document what became of it. `known`: the card as it was just read or written. */
export function tellCard(
  parts: Parts,
  id: string,
  command: Unsent<CardCommand>,
  known: Card | null = null,
): Promise<Applied<'cards'>> {
  return apply(parts, 'cards', id, { ...command, id: parts.newId(), actor: ROBOT }, known);
}
