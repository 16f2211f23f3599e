import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Absolute path of a program in `PATH`. null: not found. */
export function inPath(name: string): string | null {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => isAbsolute(directory));
  const found = directories.map((directory) => join(directory, name)).find(isExecutable);
  return found ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
