import { createHash } from 'node:crypto';
import type { Origin } from '../../../src/app/transfer/export.ts';
import { exportLines } from '../../../src/app/transfer/export.ts';
import { lineOf } from '../../../src/app/transfer/format.ts';
import { type Spool, spool } from '../../../src/app/transfer/spool.ts';
import { COLLECTIONS, type Counts, type Portable } from '../../../src/ports/portable.ts';
import type { Everything } from '../../contract/everything.ts';

export const ORIGIN: Origin = {
  version: '0.1.0',
  tier: 'embedded',
  schema: 8,
  at: '2026-12-01T00:00:00.000Z',
};

/** A store that only gives these documents. */
export function storeOf(all: Everything, users: string[] = []): Portable {
  const unasked = () => Promise.reject(new Error('an export does not ask for this'));
  return {
    async *pages() {
      for (const collection of COLLECTIONS) {
        const documents = all[collection].map((value) => ({
          id: 'id' in value ? value.id : `${value.environment}@${value.sha}`,
          value: structuredClone<unknown>(value),
        }));
        if (documents.length > 0) yield { collection, documents };
      }
    },
    users: async () => users,
    add: unasked,
    counts: unasked,
    clear: unasked,
    begin: unasked,
    finish: unasked,
    isUnfinished: unasked,
  };
}

/** What an export of the store writes. */
export async function exported(
  portable: Portable,
  origin: Origin = ORIGIN,
): Promise<{ text: string; counts: Counts }> {
  let text = '';
  const lines = exportLines(portable, origin);
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return { text, counts: value };
    text += value;
  }
}

/** The lines of a file but the first and the last, which say where it comes from. */
export function bodyOf(text: string): string[] {
  return text.trimEnd().split('\n').slice(1, -1);
}

/** The text with these lines (from 1) changed, and then counts and checksum that fit, as somebody might write it. */
export function rewritten(text: string, change: (lines: string[]) => string[]): string {
  const lines = text.trimEnd().split('\n');
  const changed = change(lines.slice(0, -1));
  const counts: Record<string, number> = Object.fromEntries(COLLECTIONS.map((name) => [name, 0]));
  for (const line of changed.slice(1)) {
    const name = /"in":"(\w+)"\}$/.exec(line)?.[1];
    if (name !== undefined && name in counts) counts[name]! += 1;
  }
  const body = changed.map((line) => `${line}\n`).join('');
  return body + lineOf({ counts, sha256: createHash('sha256').update(body).digest('hex') });
}

/** The same text as it is read from standard input, in pieces of so many bytes. */
export async function* streamed(text: string | Buffer, bytes = 1_000): AsyncGenerator<Buffer> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

export function spooled(text: string | Buffer): Promise<Spool> {
  return spool(streamed(text));
}
