import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Pages of docs/spec, by the word that cites them. */
const PAGES = { RULES: 'rules', DESIGN: 'design', CARDS: 'cards', SLACK: 'slack' } as const;
type Word = keyof typeof PAGES;

/** What of a page can be cited. */
interface Anchors {
  /** Of rules: those in bold count, or in lists. Of sections: `## 4. …`. */
  numbers: ReadonlySet<number>;
  headings: ReadonlySet<string>;
}
export type Spec = Record<Word, Anchors>;

export interface Citation {
  word: Word;
  /** Rules or sections; absent where a heading is cited. */
  numbers?: number[];
  heading?: string;
  /** It names neither a number nor a heading. */
  vague: boolean;
  /** As written, with what follows it. */
  text: string;
}

const NUMBERS = String.raw`\d+(?:(?:, | and | to )\d+)*`;
const SECTIONS = String.raw`§\d+(?:(?:, | and | to )§\d+)*`;
const FORMS = {
  RULES: new RegExp(`^ (${NUMBERS})`),
  DESIGN: new RegExp(`^ (${SECTIONS})`),
  CARDS: new RegExp(`^ (${SECTIONS})`),
  SLACK: null,
} as const satisfies Record<Word, RegExp | null>;
const HEADING = /^, "([^"]+)"/;
const EXCERPT = 50;

/** The pages as they are. */
export function readSpec(): Spec {
  return {
    RULES: anchorsOf(page('RULES'), /^(\d+)\. /gm),
    DESIGN: anchorsOf(page('DESIGN'), /^## (\d+)\. /gm),
    CARDS: anchorsOf(page('CARDS'), /^## (\d+)\. /gm),
    SLACK: anchorsOf(page('SLACK'), null),
  };
}

function page(word: Word): string {
  return readFileSync(join(ROOT, 'docs/spec', `${PAGES[word]}.md`), 'utf8');
}

function anchorsOf(text: string, numbered: RegExp | null): Anchors {
  const numbers = numbered === null ? [] : [...text.matchAll(numbered)].map(([, number]) => Number(number));
  const headings = [...text.matchAll(/^#+ (?:\d+\. )?(.+)$/gm)].map(([, heading = '']) => heading.trim());
  return { numbers: new Set(numbers), headings: new Set(headings.flatMap((one) => [one, withoutNote(one)])) };
}

/** `Status × command ("–": refused …)` is cited without what stands in brackets. */
function withoutNote(heading: string): string {
  return heading.replace(/ \(.*\)$/, '');
}

/** Every citation in a text, also one that a line break of a comment divides. */
export function citationsIn(text: string): Citation[] {
  const flat = text.replace(/\s*\n[ \t]*(?:\*(?!\/)|\/\/)?[ \t]*/g, ' ');
  return [...flat.matchAll(/\b(RULES|DESIGN|CARDS|SLACK)\b/g)].map((match) => {
    const word = match[1] as Word;
    const rest = flat.slice(match.index + word.length);
    const cited = { word, text: flat.slice(match.index, match.index + EXCERPT) };
    const numbered = FORMS[word]?.exec(rest)?.[1];
    if (numbered !== undefined) return { ...cited, numbers: expand(numbered), vague: false };
    const heading = HEADING.exec(rest)?.[1];
    return heading === undefined ? { ...cited, vague: true } : { ...cited, heading, vague: false };
  });
}

/** `3 to 5 and 9` are 3, 4, 5, 9. */
export function expand(written: string): number[] {
  return written
    .replaceAll('§', '')
    .split(/, | and /)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split(' to ').map(Number);
      return Array.from({ length: Math.max(to - from + 1, 1) }, (_, index) => from + index);
    });
}

/** What is wrong with a citation; null: it resolves. */
export function problemOf(citation: Citation, spec: Spec): string | null {
  const { word, numbers = [], heading, vague, text } = citation;
  if (vague) return `${text}: names no number and no heading`;
  const missing = numbers.filter((number) => !spec[word].numbers.has(number));
  if (missing.length > 0) return `${text}: ${PAGES[word]}.md has no ${missing.join(', ')}`;
  const known = heading === undefined || spec[word].headings.has(heading);
  return known ? null : `${text}: ${PAGES[word]}.md has no heading "${heading}"`;
}

/** Rules that names of tests in this text begin with: `rule 24: …`, `RULES 8: …`, `rules 26, 27 and 29 …`. */
export function rulesNamedIn(text: string): number[] {
  const names = new RegExp(`['"\`](?:rules?|RULES) (${NUMBERS})[: ]`, 'g');
  return [...text.matchAll(names)].flatMap(([, written = '']) => expand(written));
}

export interface File {
  /** From the root of the repository. */
  path: string;
  text: string;
}

/** Text files below a folder, or the one file, by their endings. */
export function filesBelow(place: string, endings: RegExp): File[] {
  const paths = endings.test(place)
    ? [place]
    : readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' }).map((path) => join(place, path));
  return paths
    .filter((path) => endings.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}
