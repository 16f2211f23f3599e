import type { Card } from '../../domain/documents/card.ts';
import type { CardCommand } from '../../domain/documents/commands/card.ts';
import type { Unsent } from '../../domain/documents/commands/commands.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { type Applied, apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';

/** Records in a card's document what happened to it. `known`: the card as it was just read or written. */
export function recordCard(
  services: Services,
  id: string,
  command: Unsent<CardCommand>,
  known: Card | null = null,
): Promise<Applied<'cards'>> {
  return apply(services, 'cards', id, { ...command, id: services.newId(), actor: ROBOT }, known);
}
