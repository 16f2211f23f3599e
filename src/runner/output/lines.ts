import { stripVTControlCharacters } from 'node:util';

/** Longest part of a line that is kept in memory for showing it. */
const LONGEST_LINE = 4000;

/**
 * A line as people read it: without colours, and only the last state of a progress bar that overwrites itself.
 * Remaining control characters become spaces.
 */
export function readableLine(line: string): string {
  const text = stripVTControlCharacters(line);
  const states = text.split('\r').filter((state) => state !== '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return (states.at(-1) ?? '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ');
}

/** Truncates to `codePoints`, between code points. */
export function cut(text: string, codePoints: number): string {
  if (text.length <= codePoints) return text;
  const all = Array.from(text);
  return all.length <= codePoints ? text : `${all.slice(0, codePoints - 1).join('')}…`;
}

/** Calls `onLine` with each completed line, and on `end` with the last one if it has no newline. */
export function lineFeed(onLine: (line: string) => void): { push(text: string): void; end(): void } {
  let rest = '';
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
      for (const line of lines) onLine(readableLine(line.slice(0, LONGEST_LINE)));
    },
    end() {
      if (rest !== '') onLine(readableLine(rest));
      rest = '';
    },
  };
}
