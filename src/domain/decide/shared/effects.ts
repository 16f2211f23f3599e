import type { Unsent } from '../../documents/commands.ts';
import type { DocumentRef, Effect } from '../../documents/document.ts';
import { type Actor, ROBOT } from '../../people/people.ts';

/**
 * Adds a command for another document to `effects`. Its id is unique for all time, because a document is stored once
 * under each revision.
 */
export function send(
  effects: Effect[],
  from: { id: string; revision: number },
  to: DocumentRef,
  message: Unsent,
  actor: Actor = ROBOT,
): void {
  const id = `${from.id}:${from.revision}:${effects.length}`;
  effects.push({ id, to, command: { ...message, id, actor } });
}
