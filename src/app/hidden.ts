import { realpathSync, type Stats, statSync } from 'node:fs';
import type { Hidden } from '../runner/isolation/bubblewrap.ts';

/** Returns what is hidden from commands, evaluated at each call. */
export type Hiding = () => Hidden;

/**
 * What is hidden from commands: `dataDirectory`, which must exist, and the files named by `file:` values and `NAME_FILE`, of
 * which a configuration has its own. A command that redirects a link reveals nothing, because the link's first target stays
 * hidden too. The function throws when the directory was replaced by another one since.
 */
export function hiding(dataDirectory: string): (secretFiles: readonly string[]) => Hiding {
  const directory = realpathSync(dataDirectory);
  const first = statSync(directory);
  return (secretFiles) => {
    const files = [...new Set([...secretFiles, ...secretFiles.flatMap(realOf)])];
    return () => hiddenNow({ directory, files }, first);
  };
}

function hiddenNow({ directory, files }: Hidden, first: Stats): Hidden {
  const now = statSync(directory, { throwIfNoEntry: false });
  if (now?.ino !== first.ino || now.dev !== first.dev) {
    throw new Error(
      `${directory} is no longer the directory that Slipway started with: put the original back, and restart Slipway`,
    );
  }
  return { directory, files };
}

function realOf(file: string): string[] {
  try {
    return [realpathSync(file)];
  } catch {
    return [];
  }
}
