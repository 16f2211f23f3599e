import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';

/** Something in a tree that is not the tree itself. */
export interface Entry {
  /**
   * Relative to the tree, with `/`. File names are bytes: each character of this text is one of them (latin1), whatever
   * they mean. `bytesOf` makes the path that the system takes.
   */
  path: string;
  stats: BigIntStats;
}

/** A path for the system from a directory and a path of an entry in it. */
export function bytesOf(directory: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(directory), Buffer.from(`/${path}`, 'latin1')]);
}

/**
 * All that is in a tree, a directory before what is in it, each directory's own entries at once and in one order;
 * without the tree's own `.git`. It reads one directory without giving way, as asking for each file would cost
 * some ten times more; between two directories everybody else has a turn. Throws what the system says.
 */
export async function* walk(tree: string): AsyncGenerator<Entry[]> {
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = entriesOf(tree, at);
    yield entries;
    for (const { path, stats } of entries) if (stats.isDirectory()) waiting.push(`${path}/`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** `at`: empty, or the path of a directory with its `/`. */
function entriesOf(tree: string, at: string): Entry[] {
  return readdirSync(bytesOf(tree, at), { encoding: 'latin1' })
    .filter((name) => at !== '' || name !== '.git')
    .sort()
    .map((name) => {
      const path = at + name;
      return { path, stats: lstatSync(bytesOf(tree, path), { bigint: true }) };
    });
}
