import { type LineCounter, YAMLParseError, type YAMLWarning } from 'yaml';
import type { ConfigurationError } from '../problems/problem.ts';

type Found = YAMLParseError | YAMLWarning;

/** Our own texts where the parser's would not help, or would quote a part of the file, which may be a secret. */
const SAID: Partial<Record<Found['code'], [what: string, todo: string]>> = {
  MULTIPLE_DOCS: [
    'a second document begins here, after ---',
    'keep one document: remove this line and what follows, or move its products under the products: above',
  ],
  TAB_AS_INDENT: ['a tab indents this line', 'indent it with spaces, and all other lines that tabs indent'],
  DUPLICATE_KEY: ['this key is already in its block', 'keep one of the two'],
  UNEXPECTED_TOKEN: [
    'YAML cannot read what is here',
    'correct the YAML there; a value with any of { } [ ] , & * # ? | > @ ` " or : in it goes in quotes',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'the line has a second ": ", or is indented further than its block',
    'put a value with ": " in it in quotes, or correct the indentation',
  ],
  BLOCK_IN_FLOW: [
    'a value between { and }, or [ and ], contains ": "',
    'put a value with ": " in it in quotes',
  ],
};

/**
 * Reports every duplicate key, but only the first error that breaks the structure: later ones are mostly its
 * consequences.
 */
export function syntaxErrors(
  found: readonly Found[],
  lines: LineCounter,
  file: string,
): ConfigurationError[] {
  const own = found.filter(({ code }) => code === 'DUPLICATE_KEY' || code === 'TAG_RESOLVE_FAILED');
  const [structural] = found
    .filter((one) => one instanceof YAMLParseError && !own.includes(one))
    .toSorted((a, b) => a.pos[0] - b.pos[0]);
  const errors = structural === undefined ? found : own.filter(({ pos }) => pos[0] < structural.pos[0]);
  return [...errors, ...(structural === undefined ? [] : [structural])].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const [what, todo] = SAID[error.code] ?? [error.message, 'correct the YAML there'];
    return { path: `${file}:${line}:${col}`, what, todo };
  });
}
