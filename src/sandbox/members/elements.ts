import type { Used } from '../outgoing/outgoing.ts';
import { type Fields, labelOf, listOf, textOf } from '../workspace/json.ts';
import type { Content, StoredMessage } from '../workspace/types.ts';
import { elementsOf, type Value } from '../workspace/values.ts';

/** Selects an element of a message or view, by its ids or its label, and what to do with it. */
export interface Which {
  /** Label of a button, or of an entry of an overflow menu. */
  text?: string;
  actionId?: string;
  blockId?: string;
  /** What is typed or chosen. Absent: a button. */
  value?: Value;
  /** Index of an earlier version of the message, for late clicks. Absent: the newest version that has the element. */
  version?: number;
}

/** An element and the kind of block that it is in. */
export type Found = Used & { block: Fields };

/** null: there is no such element. */
export function findElement(blocks: unknown, which: Which): Found | null {
  for (const block of listOf(blocks)) {
    if (which.blockId !== undefined && block.block_id !== which.blockId) continue;
    for (const element of elementsOf(block)) {
      if (which.actionId !== undefined && element.action_id !== which.actionId) continue;
      const found = { block, blockId: textOf(block.block_id), element, value: which.value };
      if (which.text === undefined || labelOf(element.text) === which.text) return found;
      const entry = listOf(element.options).find(({ text }) => labelOf(text) === which.text);
      if (entry) return { ...found, value: textOf(entry.value) };
    }
  }
  return null;
}

/** Looks in the newest version of the message that has such an element, because a page may be slightly outdated. */
export function findInMessage(
  message: StoredMessage,
  which: Which,
): { found: Found; content: Content } | null {
  const versions =
    which.version === undefined ? message.versions.toReversed() : [message.versions[which.version]];
  for (const content of versions) {
    const found = content && findElement(content.blocks, which);
    if (found) return { found, content };
  }
  return null;
}
