import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { isMerged } from './merged.ts';
import { indexIn, pathText, wrongKind } from './path.ts';
import type { Setting } from './setting.ts';
import { ValueError } from './value-error.ts';
import { blockText, flowText, scalarText } from './yaml-text.ts';

/** The tag of what is text whatever it looks like. */
const TEXT = 'tag:yaml.org,2002:str';

/** Comparing all keys with each other takes minutes in a large file; those on the way are compared where it is followed. */
const READING = { uniqueKeys: false } as const;

type Parsed = Document.Parsed<ParsedNode>;

/** Where a value is to be written. */
type Target =
  /** A node that the value takes the place of. */
  | { kind: 'node'; node: ParsedNode; inFlow: boolean }
  /** A map that gets a pair, which is the value behind these keys. */
  | { kind: 'map'; map: YAMLMap.Parsed; rest: string[] }
  /** Nothing stands where a map is needed: what is written there is the value behind these keys. */
  | { kind: 'nothing'; node: ParsedNode; rest: string[] }
  /** The document is empty. */
  | { kind: 'empty'; rest: string[] };

/** Sets a value in YAML. Throws `ValueError`. */
export function setInYaml(text: string, setting: Setting): string {
  const documents = parse(text);
  const { document, index } = choose(documents, setting);
  const target =
    document === null ? { kind: 'empty' as const, rest: keysOf(setting.path, 0) } : follow(document, setting);
  if (isThere(target, setting.value)) return text;
  const edited = write(text, target, setting.value);
  if (!stands(edited, index, documents.length, setting))
    throw new ValueError(
      `${pathText(setting.path)} cannot be set as the file is written: put it there by hand once`,
    );
  return edited;
}

function parse(text: string): Parsed[] {
  const documents = parseAllDocuments(text, READING);
  const all = 'empty' in documents ? [] : documents;
  for (const { errors } of all) {
    const [error] = errors;
    if (error !== undefined) {
      const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
      const what =
        error.code === 'DUPLICATE_KEY' ? 'a key stands there twice, and no YAML has that' : 'it is not YAML';
      throw new ValueError(`${what} (line ${line}, column ${col})`);
    }
  }
  return all;
}

/** The document that has the path; where none has, the only one. null: the file is empty. */
function choose(documents: readonly Parsed[], setting: Setting): { document: Parsed | null; index: number } {
  const filled = documents.flatMap((document, index) =>
    document.contents === null || isNothing(document.contents) ? [] : [{ document, index }],
  );
  const [first, ...others] = filled;
  if (first === undefined) return { document: null, index: 0 };
  if (others.length === 0) return first;
  const having = filled.filter(({ document }) => has(document, setting));
  const [only, ...more] = having;
  const path = pathText(setting.path);
  if (only === undefined)
    throw new ValueError(`none of its ${filled.length} documents has ${path}: put it there by hand once`);
  if (more.length > 0)
    throw new ValueError(`${having.length} of its documents have ${path}: keep them in files of their own`);
  return only;
}

function has(document: Parsed, setting: Setting): boolean {
  try {
    return follow(document, setting).kind === 'node';
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}

function follow(document: Parsed, { path }: Setting): Target {
  const { contents } = document;
  if (contents === null) return { kind: 'empty', rest: keysOf(path, 0) };
  let node: ParsedNode = contents;
  let inFlow = false;
  for (let at = 0; at < path.length; at++) {
    if (isMap(node)) {
      inFlow ||= node.flow === true;
      const named: Pair<ParsedNode, ParsedNode | null>[] = node.items.filter(
        ({ key }) => isScalar(key) && String(key.value) === String(path[at]),
      );
      if (named.length > 1)
        throw new ValueError(
          `${pathText(path.slice(0, at + 1))} stands there ${named.length} times: remove all but one`,
        );
      const [pair] = named;
      if (pair === undefined) {
        const rest = keysOf(path, at);
        // The map that is made here would hide the one that is merged.
        if (rest.length > 1 && isMerged(document, node, String(path[at])))
          throw wrongKind(
            path.slice(0, at + 1),
            'taken from another place by <<',
            'name that place, or write it out here',
          );
        return { kind: 'map', map: node, rest };
      }
      if (pair.value === null) throw wrongKind(path.slice(0, at + 1), 'a key without a colon', 'add one');
      node = pair.value;
    } else if (isSeq(node)) {
      inFlow ||= node.flow === true;
      const item: ParsedNode | undefined = node.items[indexIn(node.items.length, path, at)] as ParsedNode;
      node = item;
    } else if (isNothing(node)) return { kind: 'nothing', node, rest: keysOf(path, at) };
    else if (isAlias(node))
      throw wrongKind(
        path.slice(0, at),
        `*${node.source}, which stands for another place`,
        'name that place, or write it out here',
      );
    else throw wrongKind(path.slice(0, at), 'a value and no map', 'nothing can be set in it');
  }
  if (isMap(node)) throw wrongKind(path, 'a map', 'name a value in it');
  if (isSeq(node)) throw wrongKind(path, 'a list', 'name an item of it');
  if (!isAlias(node) && node.tag !== undefined && node.tag !== TEXT)
    throw wrongKind(path, `of the type ${node.tag}`, 'take that off, as values are text');
  return { kind: 'node', node, inFlow };
}

function keysOf(path: Setting['path'], from: number): string[] {
  return path.slice(from).map(String);
}

/** `key:` alone, `null` or `~`. */
function isNothing(node: ParsedNode): node is Scalar.Parsed {
  return isScalar(node) && node.value === null;
}

function isThere(target: Target, value: string): boolean {
  return target.kind === 'node' && isScalar(target.node) && target.node.value === value;
}

function write(text: string, target: Target, value: string): string {
  switch (target.kind) {
    case 'node': {
      const { node, inFlow } = target;
      const quote = isScalar(node) ? node.type : undefined;
      return replaced(text, node, scalarText(value, quote, inFlow));
    }
    case 'nothing':
      return replaced(text, target.node, flowText(target.rest, value));
    case 'empty': {
      const end = text === '' || text.endsWith('\n') ? text : `${text}${eolOf(text)}`;
      return `${end}${blockText(target.rest, value, '', eolOf(text))}`;
    }
    case 'map':
      return target.map.flow
        ? inFlowMap(text, target.map, target.rest, value)
        : inBlockMap(text, target.map, target.rest, value);
    default:
      return target satisfies never;
  }
}

function replaced(text: string, node: ParsedNode, by: string): string {
  const [start, end] = node.range;
  const before = text.slice(0, start);
  const gap = /[:\-?]$/.test(before) && start === end ? ' ' : '';
  // A block of lines ends with its last line end.
  const after = text.slice(start, end).endsWith('\n') ? eolOf(text) : '';
  const rest = text.slice(end);
  const space = start === end && rest.startsWith('#') ? ' ' : '';
  return `${before}${gap}${by}${after}${space}${rest}`;
}

function inFlowMap(text: string, map: YAMLMap.Parsed, [key = '', ...rest]: string[], value: string): string {
  const pair = `${scalarText(key, 'PLAIN', true)}: ${rest.length === 0 ? scalarText(value, 'PLAIN', true) : flowText(rest, value)}`;
  const last = map.items.at(-1);
  if (last === undefined) return splice(text, map.range[0] + 1, map.range[1] - 1, ` ${pair} `);
  return splice(text, ...at(endOf(last)), `, ${pair}`);
}

/** Adds a pair below the last one of a map, after the comment on its line. */
function inBlockMap(text: string, map: YAMLMap.Parsed, keys: string[], value: string): string {
  const [first] = map.items;
  const last = map.items.at(-1);
  if (first === undefined || last === undefined) throw new TypeError('a map in blocks has a pair');
  const eol = eolOf(text);
  const start = first.key.range[0];
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const end = endOf(last);
  const isLineEnd = text[end - 1] === '\n';
  const next = isLineEnd ? end - 1 : text.indexOf('\n', end);
  const block = blockText(keys, value, indent, eol);
  return next === -1 ? `${text}${eol}${block}` : splice(text, ...at(next + 1), block);
}

/** Where the text of a pair ends, without comments. */
function endOf({ key, value }: Pair<ParsedNode, ParsedNode | null>): number {
  if (value === null) return key.range[1];
  const [last] = isMap(value) && !value.flow ? value.items.slice(-1) : [];
  if (last !== undefined) return endOf(last);
  if (isSeq(value) && !value.flow) {
    const item = value.items.at(-1);
    if (isMap(item) && !item.flow) {
      const end = (item as YAMLMap.Parsed).items.at(-1);
      if (end !== undefined) return endOf(end);
    }
    if (isScalar(item) || isAlias(item)) return item.range?.[1] ?? value.range[1];
  }
  return value.range[1];
}

function at(offset: number): [number, number] {
  return [offset, offset];
}

function splice(text: string, start: number, end: number, by: string): string {
  return `${text.slice(0, start)}${by}${text.slice(end)}`;
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Whether an edited file still has all its documents, with the value as text at its path. */
function stands(text: string, index: number, count: number, { path, value }: Setting): boolean {
  const documents = parseAllDocuments(text, READING);
  if ('empty' in documents || documents.length < count) return false;
  const document = documents[index];
  if (document === undefined || documents.some(({ errors }) => errors.length > 0)) return false;
  try {
    const target = follow(document, { path, value });
    return isThere(target, value);
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}
