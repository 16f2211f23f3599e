/** A piece of inline text. */
export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; spans: Span[] }
  | { kind: 'link'; url: string; text: string }
  | { kind: 'user' | 'channel' | 'group'; id: string; text: string }
  /** `here`, `channel` or `everyone`. */
  | { kind: 'broadcast'; range: string }
  /** `seconds` since the epoch. */
  | { kind: 'date'; seconds: number; format: string; url: string; fallback: string };

/** A block of a text. */
export type Part =
  | { kind: 'lines' | 'quote'; spans: Span[] }
  /** Preformatted text, such as log lines. Nothing in it is parsed. */
  | { kind: 'preformatted'; text: string };

const EMPHASIS = new Map<string, 'bold' | 'italic' | 'strike'>([
  ['*', 'bold'],
  ['_', 'italic'],
  ['~', 'strike'],
]);

/** Parses Slack's mrkdwn. Entities are decoded last, so an escaped mention stays text. */
export function parseMrkdwn(text: string): Part[] {
  const parts: Part[] = [];
  text.split('```').forEach((piece, index, pieces) => {
    const isClosed = index < pieces.length - 1;
    if (index % 2 === 1 && isClosed) parts.push({ kind: 'preformatted', text: unescaped(piece.trim()) });
    else parts.push(...parseLines(index % 2 === 1 ? `\`\`\`${piece}` : piece));
  });
  return parts;
}

/** Groups consecutive quoted lines and consecutive other lines. */
function parseLines(text: string): Part[] {
  const parts: Part[] = [];
  let kind: 'lines' | 'quote' = 'lines';
  let lines: string[] = [];
  const end = () => {
    if (lines.some((line) => line.trim() !== '')) parts.push({ kind, spans: parseSpans(lines.join('\n')) });
    lines = [];
  };
  for (const line of text.split('\n')) {
    const quoted = /^&gt; ?(.*)$/.exec(line);
    const now = quoted ? 'quote' : 'lines';
    if (now !== kind) end();
    kind = now;
    lines.push(quoted?.[1] ?? line);
  }
  end();
  return parts;
}

/** Parses inline markup. */
export function parseSpans(text: string): Span[] {
  const spans: Span[] = [];
  let plain = '';
  let at = 0;
  const add = (span: Span, to: number) => {
    if (plain) spans.push({ kind: 'text', text: unescaped(plain) });
    plain = '';
    spans.push(span);
    at = to;
  };
  while (at < text.length) {
    const sign = text.charAt(at);
    const end = endOf(text, at);
    const inside = text.slice(at + 1, end);
    const emphasis = EMPHASIS.get(sign);
    if (end < 0) {
      plain += sign;
      at += 1;
    } else if (sign === '<') add(parseAngle(inside), end + 1);
    else if (sign === '`') add({ kind: 'code', text: unescaped(inside) }, end + 1);
    else if (emphasis) add({ kind: emphasis, spans: parseSpans(inside) }, end + 1);
  }
  if (plain) spans.push({ kind: 'text', text: unescaped(plain) });
  return spans;
}

/** Position of the matching closing sign. -1: the character at `at` is plain text. */
function endOf(text: string, at: number): number {
  const sign = text.charAt(at);
  if (sign !== '<' && sign !== '`' && !EMPHASIS.has(sign)) return -1;
  const newline = text.indexOf('\n', at);
  const lineEnd = newline < 0 ? text.length : newline;
  if (sign === '<' || sign === '`') {
    const end = text.indexOf(sign === '<' ? '>' : '`', at + 1);
    return end > at + 1 && end < lineEnd ? end : -1;
  }
  if (isWord(text.charAt(at - 1)) || /^\s?$/.test(text.charAt(at + 1))) return -1;
  for (let end = at + 1; end < lineEnd; end += 1) {
    const here = text.charAt(end);
    if (here === '<' || here === '`') end = Math.max(endOf(text, end), end);
    else if (
      here === sign &&
      end > at + 1 &&
      !/\s/.test(text.charAt(end - 1)) &&
      !isWord(text.charAt(end + 1))
    )
      return end;
  }
  return -1;
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}

/** Parses the text between `<` and `>`. */
function parseAngle(inside: string): Span {
  const [target = '', ...rest] = inside.split('|');
  const text = unescaped(rest.join('|'));
  const [, kind = '', id = ''] = /^([@#!])(.*)$/s.exec(target) ?? [];
  if (kind === '@') return { kind: 'user', id, text };
  if (kind === '#') return { kind: 'channel', id, text };
  if (kind !== '!') {
    const url = unescaped(target);
    return { kind: 'link', url, text: text || url };
  }
  const [name = '', seconds, format = '', url = ''] = id.split('^');
  if (name === 'date') {
    return { kind: 'date', seconds: Number(seconds), format, url: unescaped(url), fallback: text };
  }
  return name === 'subteam' ? { kind: 'group', id: seconds ?? '', text } : { kind: 'broadcast', range: name };
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
