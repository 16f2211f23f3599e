import { lstatSync, readdirSync, type Stats } from 'node:fs';

/** Something in a tree that is not the tree itself. */
export interface Entry {
  /**
   * Relative to the tree, with `/`. File names are bytes: each character of this text is one of them (latin1), whatever
   * they mean. `bytesOf` makes the path that the system takes.
   */
  path: string;
  stats: Stats;
}

/** So many files are looked at without giving way: some milliseconds. One at a time would cost ten times more. */
const AT_ONCE = 200;

/** Gives everybody else a turn at every so manieth file, where each is looked at without giving way. */
export async function turn(index: number): Promise<void> {
  if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A path for the system from a directory and a path of an entry in it. */
export function bytesOf(directory: string | Buffer, path: string): Buffer {
  return Buffer.from(`${latin1(directory)}/${path}`, 'latin1');
}

/**
 * All that is in a tree, a directory before what is in it, the entries of each directory together and in one order;
 * without the tree's own `.git`. What was done to a directory when it was given out counts when it is read. Throws
 * what the system says.
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

/** `at`: empty, or the path of a directory with its `/`. */
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
