import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node } from 'yaml';
import type { Path } from '../problems/problem.ts';

/** Limit for merge keys (`<<: *base`) nested in merged blocks. */
const DEEPEST = 20;

/** The node at a path of the parsed document, found through aliases and merge keys. null: there is none. */
export function nodeAt(document: Document, path: Path): Node | null {
  let node = resolved(document, document.contents);
  for (const key of path) {
    if (node === null) return null;
    node = resolved(document, childOf(document, node, key, 0));
  }
  return node;
}

/** A scalar as written in the file. null: not a plain (unquoted) scalar. */
export function writtenAt(document: Document, path: Path): string | null {
  const node = nodeAt(document, path);
  return isScalar(node) && node.type === 'PLAIN' ? (node.source ?? null) : null;
}

function resolved(document: Document, node: unknown): Node | null {
  if (isAlias(node)) return node.resolve(document) ?? null;
  return isNode(node) ? node : null;
}

function childOf(document: Document, node: Node, key: string | number, depth: number): unknown {
  if (isSeq(node)) return node.items[Number(key)];
  if (!isMap(node) || depth > DEEPEST) return null;
  const own = node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
  if (own) return own.value;
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key) || String(pair.key.source ?? pair.key.value) !== '<<') continue;
    const merged = resolved(document, pair.value);
    for (const each of isSeq(merged) ? merged.items : [merged]) {
      const block = resolved(document, each);
      const child = block && childOf(document, block, key, depth + 1);
      if (child) return child;
    }
  }
  return null;
}
