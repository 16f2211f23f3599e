import type { Commands, Unsent } from '../../documents/commands/commands.ts';
import type { AggregateKind, DocumentRef, Effect } from '../../documents/document.ts';
import { type Actor, ROBOT } from '../../people/people.ts';

/**
 * Adds a command for another document to `effects`. Its id is unique for all time, because a document is stored once
 * under each revision.
 */
export function send<K extends AggregateKind>(
  effects: Effect[],
  from: { id: string; revision: number },
  to: DocumentRef<K>,
  message: Unsent<Commands[K]>,
  actor: Actor = ROBOT,
): void {
  const id = `${from.id}:${from.revision}:${effects.length}`;
  // The signature pairs the command with its document; TypeScript cannot follow the pair through a spread of a generic.
  effects.push({ id, to, command: { ...message, id, actor } } as Effect);
}
