import jsonc, { type Node, type ParseError } from 'jsonc-parser';
import { indexIn, wrongKind } from './path.ts';
import type { Setting } from './setting.ts';
import { ValueError } from './value-error.ts';

/** Sets a value in JSON, which may have comments. Throws `ValueError`. */
export function setInJson(text: string, { path, value }: Setting): string {
  const errors: ParseError[] = [];
  const root = jsonc.parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined || root === undefined)
    throw new ValueError(`it is not JSON (${place(text, error?.offset ?? 0)})`);
  const { node, path: found } = follow(root, path);
  if (node !== null && node.type === 'string' && node.value === value) return text;
  if (node !== null && (node.type === 'object' || node.type === 'array'))
    throw wrongKind(path, node.type === 'object' ? 'a map' : 'a list', 'name a value in it');
  const edits = jsonc.modify(text, found, value, { formattingOptions: formatting(text) });
  return jsonc.applyEdits(text, edits);
}

/** The value that stands at the path, and the path with the indexes of lists as numbers. null: there is none yet. */
function follow(root: Node, path: Setting['path']): { node: Node | null; path: (string | number)[] } {
  const found: (string | number)[] = [];
  let node: Node | null = root;
  for (const [at, part] of path.entries()) {
    // What follows is made.
    if (node === null) {
      found.push(String(part));
      continue;
    }
    const children: Node[] = node.children ?? [];
    if (node.type === 'array') {
      const index = indexIn(children.length, path, at);
      found.push(index);
      node = children[index] ?? null;
    } else if (node.type === 'object') {
      found.push(String(part));
      // Of several with the same name the last one counts, as JSON.parse has it; an edit would change the first.
      const named = children.filter(({ children: [key] = [] }) => key?.value === String(part));
      if (named.length > 1)
        throw new ValueError(`“${part}” stands there ${named.length} times: remove all but one`);
      node = named[0]?.children?.[1] ?? null;
    } else throw wrongKind(path.slice(0, at), 'a value and no map', 'nothing can be set in it');
  }
  return { node, path: found };
}

/** As the file is written already. */
function formatting(text: string): jsonc.FormattingOptions {
  const [, indent = '  '] = /\n([ \t]+)["[{]/.exec(text) ?? [];
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
