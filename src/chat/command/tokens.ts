/**
 * Undoes what Slack, phones and keyboards change in typed text: entities, links, typographic quotes. One line, single
 * spaces.
 */
export function decodeTyped(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/<+(https?:\/\/[^\s|<>]+)(?:\|([^<>]*))?>+/gi, (_, url: string, label?: string) =>
      linked(url, label),
    )
    .replace(/<+mailto:[^|<>]*\|([^<>]*)>+/gi, '$1')
    .replace(/[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g, '"')
    .replace(/[\u2018\u2019\u201a\u201b\u2039\u203a]/g, "'")
    .replace(/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** A link as Slack sends it. Its URL says more than its label, unless the label is the name of a release. */
function linked(url: string, label: string | undefined): string {
  return label !== undefined && /^[\w/-]+#\d+$/.test(label) ? label : url;
}

/** Encodes decoded text so that decoding it gives the same text again. */
export function retyped(text: string): string {
  return text.replace(/&(?=(?:lt|gt|amp);)/g, '&amp;');
}

/** A name or commit without the quotes or backticks around it. */
export function unwrapped(word: string): string {
  return word.replace(/^[`"']+|[`"']+$/g, '');
}

/** The words without one pair of quotes around all of them; null: empty. */
export function spoken(words: string): string | null {
  const text = words.trim();
  const inner = /^"([^"]*)"$/.exec(text)?.[1] ?? /^'([^']*)'$/.exec(text)?.[1] ?? text;
  return inner.trim() || null;
}

/**
 * Edit distance: how many letters to add, drop, change or swap to turn one word into the other. Reads 64 letters of each.
 */
export function distance(a: string, b: string): number {
  const from = [...a.slice(0, 64)];
  const to = [...b.slice(0, 64)];
  let before: number[] = [];
  let previous = to.map((_, index) => index);
  previous.push(to.length);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1);
      }
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The candidate that was probably meant; null: none is close enough. */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  const word = typed.toLowerCase();
  let best: { candidate: string; far: number } | null = null;
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    const prefix = word.length >= 2 && name.startsWith(word);
    const far = prefix ? 0.5 : distance(word, name);
    const allowed = Math.max(1, Math.floor(Math.min(word.length, name.length) / 3));
    if (far <= allowed && (!best || far < best.far)) best = { candidate, far };
  }
  return best?.candidate ?? null;
}
