import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { Settings } from '../../flow/settings/settings.ts';
import { hasCode } from '../../runner/files/errno.ts';
import { secretFilesOf } from './file/raw.ts';
import { nodeAt, writtenAt } from './file/source.ts';
import { syntaxErrors } from './file/syntax.ts';
import { explain, type PlacedError, toError } from './problems/explain.ts';
import type { ConfigurationError, Path } from './problems/problem.ts';
import { crossErrors } from './rules.ts';
import { configurationSchema } from './schema.ts';
import { toSettings } from './settings.ts';
import type { Variables } from './values/given.ts';
import { NOTHING_SPARED, type Spared } from './values/values.ts';

/** Top-level blocks with this prefix are ignored. Users can keep anchors there, as in Compose. */
const EXTENSION = 'x-';

/** The result of reading `slipway.yml`. */
export type LoadedConfiguration =
  | { kind: 'ok'; settings: Settings }
  /** All errors at once, in the order of the file. `onlyAbsent`: each is about a value that is not here. */
  | { kind: 'wrong'; errors: ConfigurationError[]; onlyAbsent?: true };

/**
 * Reads and checks `slipway.yml`. `variables`: the environment for `env:NAME` values. `spared`: values that may be
 * unset.
 */
export function loadConfiguration(
  file: string,
  variables: Variables,
  spared: Spared = NOTHING_SPARED,
): LoadedConfiguration {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return { kind: 'wrong', errors: [unreadable(file, error)] };
  }
  const text = isUtf8(bytes) ? bytes.toString('utf8') : null;
  if (text === null) {
    const todo = 'save it as UTF-8 in your editor';
    return { kind: 'wrong', errors: [{ path: file, what: 'it is not UTF-8 text', todo }] };
  }
  return parseConfiguration(text, variables, { file, spared });
}

/** Like `loadConfiguration`, for a text. `file`: its name, for errors that concern the whole file. */
export function parseConfiguration(
  text: string,
  variables: Variables,
  { file = 'slipway.yml', spared = NOTHING_SPARED }: { file?: string; spared?: Spared } = {},
): LoadedConfiguration {
  const lines = new LineCounter();
  // prettyErrors would add an excerpt of the file, possibly a secret, to messages.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const syntax = syntaxErrors([...document.errors, ...document.warnings], lines, file);
  if (syntax.length > 0) return { kind: 'wrong', errors: syntax };
  let raw: unknown;
  try {
    raw = document.toJS();
  } catch (error) {
    // An alias without its anchor, too many aliases, or a merge key whose value is not a block.
    const isAlias = error instanceof ReferenceError;
    const what = isAlias ? error.message : 'it cannot be read as YAML';
    const todo = 'correct the aliases (*name) in it';
    const merges = '; << takes the alias of a block, or a list of aliases';
    return { kind: 'wrong', errors: [{ path: file, what, todo: isAlias ? todo : todo + merges }] };
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    const what = raw === null ? 'the file is empty' : 'the file is not a block of fields';
    return { kind: 'wrong', errors: [{ path: file, what, todo: 'begin it with products:' }] };
  }
  raw = Object.fromEntries(Object.entries(raw).filter(([key]) => !key.startsWith(EXTENSION)));
  const parsed = configurationSchema(variables, spared).safeParse(raw);
  const written = (path: Path) => writtenAt(document, path);
  const errors = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => explain(issue, raw, written))),
    ...crossErrors(raw),
  ];
  if (parsed.success && errors.length === 0)
    return { kind: 'ok', settings: toSettings(parsed.data, secretFilesOf(raw, variables)) };
  const onlyAbsent = errors.every(({ absent }) => absent);
  return {
    kind: 'wrong',
    errors: inFileOrder(errors, document).map(toError),
    ...(onlyAbsent ? { onlyAbsent } : {}),
  };
}

function inFileOrder(errors: PlacedError[], document: Document): PlacedError[] {
  return errors
    .map((error) => ({ error, position: positionOf(document, error.path) }))
    .sort((a, b) => a.position - b.position || a.error.path.length - b.error.path.length)
    .map(({ error }) => error);
}

/** Position of a path in the file. A missing field has the position of the block it belongs to. */
function positionOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length));
    if (node?.range) return node.range[0];
  }
  return 0;
}

function unreadable(file: string, error: unknown): ConfigurationError {
  if (hasCode(error, 'ENOENT')) {
    const todo = 'create it as the README shows, or name another with --config FILE';
    return { path: file, what: 'there is no such file', todo };
  }
  if (hasCode(error, 'EACCES')) {
    return { path: file, what: 'Slipway may not read it', todo: "let Slipway's user read it" };
  }
  if (hasCode(error, 'EISDIR')) {
    return { path: file, what: 'it is a directory', todo: 'name the file in it with --config FILE' };
  }
  return { path: file, what: 'it cannot be read', todo: 'see whether its disk works' };
}
