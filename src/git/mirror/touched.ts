import type { Ask } from './history.ts';

/** A commit with the names of the files that it changes; of a renamed file both. */
export interface Touched {
  sha: string;
  files: string[];
}

/** No name of a file is empty, so only the beginning of a commit has two NUL in a row. */
const FORMAT = '--format=%x00%x00%H';
const COMMIT = /\0{2,}([0-9a-f]{40,64})\0/;

/**
 * Commits in `to` that are not in `from`, newest first. Of a merge, the files that are as in none of its parents: what it
 * brings from a parent is counted there.
 */
export async function readTouched(ask: Ask, from: string, to: string): Promise<Touched[]> {
  const how = ['-c', '--name-only', '--no-renames', '-z', FORMAT];
  const { stdout } = await ask(['-c', 'log.showRoot=true', 'log', ...how, to, `^${from}`, '--']);
  // The parts take turns: a commit, and what follows it.
  const [, ...parts] = stdout.split(COMMIT);
  return parts.flatMap((sha, index) => (index % 2 === 0 ? [{ sha, files: filesIn(parts[index + 1]) }] : []));
}

function filesIn(names = ''): string[] {
  return names
    .replace(/^\n/, '')
    .split('\0')
    .filter((name) => name !== '');
}
