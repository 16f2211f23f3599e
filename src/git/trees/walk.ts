import { lstatSync, readdirSync, type Stats } from 'node:fs';

/** An entry in a tree, other than the tree itself. */
export interface Entry {
  /**
   * Relative to the tree, with `/`. File names are bytes: each character is one byte (latin1), whatever its meaning.
   * `bytesOf` makes the path for the system.
   */
  path: string;
  stats: Stats;
}

/**
 * Files processed before yielding to the event loop, which takes some milliseconds. Yielding after each file would
 * take ten times longer.
 */
const AT_ONCE = 200;

/** Yields to the event loop every `AT_ONCE` files. For loops that process files synchronously. */
export async function turn(index: number): Promise<void> {
  if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The path for the system, from a directory and the path of an entry in it. */
export function bytesOf(directory: string | Buffer, path: string): Buffer {
  return Buffer.from(`${latin1(directory)}/${path}`, 'latin1');
}

/**
 * Yields all entries of a tree except its own `.git`: a directory before its contents, and the entries of each
 * directory together and sorted. A directory is read after it was yielded, so changes by the consumer count. Throws
 * system errors.
 */
export async function* walk(tree: string): AsyncGenerator<Entry[]> {
  const root = `${latin1(tree)}/`;
  const waiting = [''];
  let read = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = entriesOf(root, at);
    yield entries;
    for (const { path, stats } of entries) if (stats.isDirectory()) waiting.push(`${path}/`);
    read += entries.length + 1;
    if (read < AT_ONCE) continue;
    read = 0;
    await turn(AT_ONCE - 1);
  }
}

/** `at`: empty, or a directory's path with a trailing `/`. */
function entriesOf(root: string, at: string): Entry[] {
  const names = readdirSync(Buffer.from(root + at, 'latin1'), 'latin1').sort();
  const entries: Entry[] = [];
  for (const name of names) {
    if (at === '' && name === '.git') continue;
    const path = at + name;
    entries.push({ path, stats: lstatSync(Buffer.from(root + path, 'latin1')) });
  }
  return entries;
}

function latin1(path: string | Buffer): string {
  return (typeof path === 'string' ? Buffer.from(path) : path).toString('latin1');
}
