import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folders that hold no page of ours. */
const FOREIGN = new Set(['node_modules', 'dist', 'coverage', '.git', '.slipway', '.slipway-demo']);

/** Every page of the project, from the root of the repository. */
export function pages(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return FOREIGN.has(entry.name) ? [] : pages(path);
      return entry.isFile() && entry.name.endsWith('.md') ? [path] : [];
    })
    .sort();
}

export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const FENCE = /^(\s*)(`{3,})(\S*)[^\n]*\n([\s\S]*?)^\1\2[ \t]*$/gm;

/** The contents of fenced blocks of one language. */
export function fences(text: string, language: string): string[] {
  return [...text.matchAll(FENCE)]
    .filter(([, , , of]) => of === language)
    .map(([, , , , inside = '']) => inside);
}

export function withoutFences(text: string): string {
  return text.replace(FENCE, '');
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchors(text: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, heading = ''] of withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    found.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return found;
}

/** The rows below a heading, without the head of their table; each cell trimmed. Of the first table there. */
export function tableUnder(text: string, heading: string): string[][] {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (from === -1) throw new RangeError(`there is no heading "${heading}"`);
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => line.startsWith('#'));
  const section = end === -1 ? rest : rest.slice(0, end);
  const first = section.findIndex((line) => line.startsWith('|'));
  const after = section.slice(first).findIndex((line) => !line.startsWith('|'));
  const table = section.slice(first, after === -1 ? undefined : first + after);
  return table.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

/** The text of a cell that is one piece of code. */
export function codeOf(cell: string | undefined): string {
  return /^`([^`]+)`$/.exec(cell ?? '')?.[1]?.replaceAll('\\|', '|') ?? '';
}
