import type { z } from 'zod';
import { suggest } from '../../../domain/suggest.ts';
import { FIELDS, fieldOf, type Place, placeOf } from './fields.ts';
import { LATER } from './later.ts';
import { type ConfigurationError, type Path, type Problem, pathText } from './problem.ts';

/** An error with its path, by which errors are sorted. */
export interface PlacedError extends Problem {
  path: Path;
  /** The value is not here. */
  absent?: true;
}

/** A scalar as written in the file, if known: `1.10`, which YAML reads as the number 1.1. */
export type WrittenAt = (path: Path) => string | null;

/** Turns an issue of zod into errors in our own words. One issue can give several errors, one for each unknown field. */
export function explain(issue: z.core.$ZodIssue, raw: unknown, written: WrittenAt): PlacedError[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], ...unknownField(placeOf(path), key) }));
    case 'invalid_union': {
      // Of the forms that a field may have, the one whose kind of value was written.
      const meant = issue.errors.find((issues) => !issues.some(isOfAnotherType));
      if (meant === undefined) break;
      return meant.flatMap((inner) =>
        explain({ ...inner, path: [...issue.path, ...inner.path] }, raw, written),
      );
    }
    case 'custom':
      return [
        { path, what: issue.message, todo: todoOf(issue.params) ?? hint(path), ...absentOf(issue.params) },
      ];
  }
  return [{ path, ...explainValue(issue, path, valueAt(raw, path), written(path)) }];
}

function isOfAnotherType({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0;
}

export function toError({ path, what, todo }: PlacedError): ConfigurationError {
  return { path: pathText(path), what, todo };
}

/** The value at a path of the raw document. undefined: there is none. */
function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

function explainValue(issue: z.core.$ZodIssue, path: Path, value: unknown, written: string | null): Problem {
  if (value === undefined) return { what: 'is missing', todo: `add it: ${exampleOf(path)}` };
  if (value === null) return emptyValue(path, written);
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, path, value, written);
    case 'invalid_value':
      return { what: `${shown(value)} is not known here`, todo: `write ${issue.values.join(' or ')}` };
    case 'too_small':
      if (issue.origin === 'array') return { what: 'the list is empty', todo: emptyList(path) };
      return { what: `${shown(value)} is too small`, todo: `write ${issue.minimum} or more` };
    case 'too_big':
      return { what: `${shown(value)} is too large`, todo: `write ${issue.maximum} or less` };
    default:
      return { what: `${shown(value)} is not valid here`, todo: hint(path) };
  }
}

function emptyValue(path: Path, written: string | null): Problem {
  if (written !== null && written !== '') {
    return {
      what: `is ${written}, which YAML reads as nothing`,
      todo: `put it in quotes: "${written}", or fill it in: ${exampleOf(path)}`,
    };
  }
  if (path.at(-1) === 'channel') {
    return {
      what: 'is empty: # begins a comment in YAML',
      todo: 'put the name in quotes: channel: "#storefront-releases"',
    };
  }
  return { what: 'is empty', todo: `fill it in, or remove it: ${exampleOf(path)}` };
}

const KINDS: Record<string, string> = {
  string: 'text',
  object: 'a block of fields',
  record: 'a block of names and values',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

const DURATIONS: ReadonlySet<unknown> = new Set(['timeout', 'validFor', 'soak', 'poll', 'for', 'every']);

function wrongType(expected: string, path: Path, value: unknown, written: string | null): Problem {
  // Errors do not repeat values that may be secrets.
  const secret =
    path.at(-1) === 'secret' ||
    path.at(-1) === 'token' ||
    path.slice(2).includes('env') ||
    path.slice(2).includes('headers') ||
    path[2] === 'git' ||
    path[2] === 'records' ||
    path[0] === 'forges';
  const what = `is ${kindOf(value, secret, written)}, not ${KINDS[expected] ?? expected}`;
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  const field = path.at(-1);
  if (isPlain && DURATIONS.has(field)) {
    return { what, todo: 'write a number with a unit: 90s, 20m, 24h, 7d' };
  }
  if (expected === 'string' && isPlain) {
    return { what, todo: secret ? 'put it in quotes' : `put it in quotes: "${written ?? String(value)}"` };
  }
  return { what, todo: hint(path) };
}

function kindOf(value: unknown, secret: boolean, written: string | null): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'a block of fields';
  const kind = typeof value === 'boolean' ? 'boolean' : typeof value;
  return secret ? `a ${kind}` : `the ${kind} ${written ?? String(value)}`;
}

const PLACES = Object.keys(FIELDS) as Place[];

/** How messages refer to each object of the file. */
const HOMES: Record<Place, string> = {
  file: 'the top of the file',
  keep: 'keep at the top of the file',
  forge: 'a forge',
  app: 'app of a forge',
  product: 'a product',
  productForge: 'forge of a product',
  webhook: 'webhook of a product',
  git: 'git of a product',
  records: 'records of a product',
  links: 'links of a product',
  tickets: 'tickets of a product',
  build: 'build of a product',
  environment: 'an environment',
  deploy: 'deploy of an environment',
  verify: 'verify of an environment',
  github: 'github of a deploy or a verification',
  gitlab: 'gitlab of a deploy or a verification',
  jenkins: 'jenkins of a deploy or a verification',
  http: 'http of a deploy or a verification',
  deployGit: 'git of a deploy',
  current: 'current of an environment',
  currentHttp: 'http of current of an environment',
  approvals: 'approvals of an environment',
  accept: 'accept of an environment',
  rule: 'a rule of approvals',
  roles: 'roles of an environment',
  freeze: 'a window of freeze',
};

function unknownField(place: Place | null, key: string): Problem {
  if (place === null) return { what: 'is not a field that belongs here', todo: 'remove it' };
  if (key.startsWith('x-')) {
    return {
      what: 'your own blocks belong at the top of the file',
      todo: `move it there: ${key}: at the same depth as products:`,
    };
  }
  const later = LATER[place]?.[key];
  if (later !== undefined) return { what: 'is not built yet', todo: later };
  const [home, ...others] = PLACES.filter((other) => Object.hasOwn(FIELDS[other], key));
  if (home !== undefined && others.length === 0) {
    return { what: 'is not a field that belongs here', todo: `move it: it belongs to ${HOMES[home]}` };
  }
  const known = Object.keys(FIELDS[place]);
  const [nearest] = suggest(key, known);
  return {
    what: 'is not a field that belongs here',
    todo: nearest === undefined ? `remove it; known fields: ${known.join(', ')}` : `did you mean ${nearest}?`,
  };
}

function emptyList(path: Path): string {
  return path.at(-1) === 'from'
    ? `name at least one person, or remove it for any member: ${exampleOf(path)}`
    : `add at least one: ${exampleOf(path)}`;
}

function hint(path: Path): string {
  return `write for example ${exampleOf(path)}`;
}

function exampleOf(path: Path): string {
  // An item of a list uses the example of its list, a value of a map that of its map.
  const field = fieldOf(path) ?? fieldOf(path.slice(0, -1));
  return field?.example ?? FIELDS.file.products.example;
}

/** Shortened to keep a message on one line. Not used for values that may be secrets. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}

function absentOf(params: Record<string, unknown> | undefined): { absent?: true } {
  return params?.absent === true ? { absent: true } : {};
}

function todoOf(params: Record<string, unknown> | undefined): string | null {
  return typeof params?.todo === 'string' ? params.todo : null;
}
