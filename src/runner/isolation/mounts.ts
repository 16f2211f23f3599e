import { readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

interface Mount {
  /** Number of the file system. */
  device: string;
  /** The directory or file within the file system that is mounted. */
  root: string;
  point: string;
}

/**
 * All paths that lead to the same file: its real path, and other mounts of its file system or of a part of it. Empty:
 * the path does not exist.
 */
export function pathsOfSameFile(path: string, mounts: readonly Mount[] = readMounts()): string[] {
  const real = realOf(path);
  if (real === null) return [];
  const own = mountOf(real, mounts);
  if (own === undefined) return [real];
  const inside = join(own.root, relative(own.point, real));
  const others = mounts
    .filter(({ device }) => device === own.device)
    .flatMap(({ root, point }) => {
      if (isWithin(inside, root)) return [join(point, relative(root, inside))];
      // A part of the directory is mounted elsewhere.
      return isWithin(root, inside) && !isWithin(point, real) ? [point] : [];
    });
  return [...new Set([real, ...others.filter((other) => mountOf(other, mounts)?.device === own.device)])];
}

/** Mount points of system file systems. Nobody can rename the directories below them. */
const MADE = ['/dev', '/proc', '/sys'];

/**
 * The directories that lead to these paths, outermost first, both as named and with links resolved. Leaves out mount
 * points and the root, which nobody can move.
 */
export function leadingTo(paths: readonly string[], mounts: readonly Mount[] = readMounts()): string[] {
  const found = new Set<string>();
  for (const path of paths.map((each) => resolve(each))) {
    for (const named of [...above(path), path]) {
      const real = realOf(named);
      if (real === null) continue;
      for (const directory of above(real)) found.add(directory);
      if (named !== path) found.add(real);
    }
  }
  const fixed = new Set(['/', ...MADE, ...mounts.map(({ point }) => point)]);
  return [...found].filter((each) => !fixed.has(each)).sort((a, b) => a.length - b.length);
}

function above(path: string): string[] {
  const directory = dirname(path);
  return directory === path ? [] : [...above(directory), directory];
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Whether `path` is `directory` or below it. */
export function isWithin(path: string, directory: string): boolean {
  const steps = relative(directory, path);
  return steps === '' || (steps !== '..' && !steps.startsWith('../') && !isAbsolute(steps));
}

/** The mount that is visible at a path: among those with the longest mount point, the last one. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const covering = mounts.filter(({ point }) => isWithin(path, point));
  const longest = Math.max(...covering.map(({ point }) => point.length));
  return covering.findLast(({ point }) => point.length === longest);
}

/** Empty when this system does not list mounts. */
export function readMounts(): Mount[] {
  let text: string;
  try {
    text = readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, , device = '', root = '', point = ''] = line.split(' ');
      return { device, root: unescaped(root), point: unescaped(point) };
    });
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
