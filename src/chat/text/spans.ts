import { line, oneLine, truncate } from './clean.ts';
import type { Inline, InlineNode } from './inline.ts';

/** A part of a text that is linked, in UTF-16 units. `url` null: it stands as it is, and no other part that it overlaps is linked. */
export interface Span {
  start: number;
  end: number;
  url: string | null;
}

/** So much of a text from outside is looked at. */
const READ = 500;

/** Text from outside as it is searched for what can be linked: on one line, and bounded. */
export function searchable(text: string): string {
  return truncate(oneLine(text), READ);
}

/**
 * The beginning of a searchable text, cut as `line` cuts it, with those of the spans linked that are in it as a whole. Of
 * spans that overlap, the first one counts. `shown`: the spans that count.
 */
export function linked(text: string, max: number, spans: readonly Span[]): { words: Inline; shown: Span[] } {
  const cut = line(text, max);
  const isIsolated = cut.startsWith('\u2068');
  const bare = isIsolated ? cut.slice(1, -1) : cut;
  const kept = bare === text ? text.length : bare.length - 1;
  const shown: Span[] = [];
  for (const span of spans) {
    const overlaps = shown.some(({ start, end }) => span.start < end && start < span.end);
    if (span.end <= kept && !overlaps) shown.push(span);
  }
  const parts: InlineNode[] = [];
  let at = 0;
  const plain = (end: number) => parts.push({ kind: 'foreign', text: bare.slice(at, end) });
  for (const { start, end, url } of shown.toSorted((a, b) => a.start - b.start)) {
    plain(start);
    const text = bare.slice(start, end);
    parts.push(url === null ? { kind: 'foreign', text } : { kind: 'link', text, url });
    at = end;
  }
  plain(bare.length);
  const around = isIsolated ? [isolate('\u2068'), ...parts, isolate('\u2069')] : parts;
  return { words: around.filter((part) => !('text' in part) || part.text !== ''), shown };
}

function isolate(text: string): InlineNode {
  return { kind: 'foreign', text };
}
