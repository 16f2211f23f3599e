import { realpathSync, statSync } from 'node:fs';
import type { Hidden } from '../runner/isolation/bubblewrap.ts';

/**
 * What commands are to see nothing of, as it stands now: `dataDirectory`, which must be there, and the files that `file:` values name. A command that
 * turns a link elsewhere uncovers nothing: where it led at first stays hidden too. The answer throws where the directory is not the
 * one of now any more: what is at its place then was put there by somebody else.
 */
export function hiding(dataDirectory: string, secretFiles: readonly string[]): () => Hidden {
  const directory = realpathSync(dataDirectory);
  const first = statSync(directory);
  const files = [...new Set([...secretFiles, ...secretFiles.flatMap(realOf)])];
  return () => {
    const now = statSync(directory, { throwIfNoEntry: false });
    if (now?.ino !== first.ino || now.dev !== first.dev) {
      throw new Error(
        `${directory} is not the directory that Slipway began with: put that back in its place, and start Slipway again`,
      );
    }
    return { directory, files };
  };
}

function realOf(file: string): string[] {
  try {
    return [realpathSync(file)];
  } catch {
    return [];
  }
}
