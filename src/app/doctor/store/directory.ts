import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { hasCode } from '../../../runner/files/errno.ts';
import { type Finding, fine, wrong } from '../../online/finding.ts';
import type { Question } from '../../online/question.ts';

/** The data directory of processes that keep their documents elsewhere. */
export function directoryQuestion(dataDirectory: string): Question {
  const what = 'DATA_DIR';
  const directory = resolve(dataDirectory);
  return {
    what,
    ask: async () => [
      (await unusableFinding(what, directory)) ?? fine(what, `can be written, or made: ${directory}`),
    ],
  };
}

/** null: the directory can be used, or made. */
export async function unusableFinding(what: string, directory: string): Promise<Finding | null> {
  const todo =
    "set DATA_DIR to a directory that belongs to Slipway's user, on a disk with free space, and ask as that user";
  for (const path of [directory, join(directory, 'pglite')]) {
    const kind = await kindOf(path);
    if (kind === 'file') return wrong(what, `${path} is no directory`, todo);
    if (kind !== null && !(await mayChange(path)))
      return wrong(what, `Slipway's user may not write to ${path}`, todo);
  }
  if ((await kindOf(directory)) !== null) return null;
  const above = await nearest(directory);
  if (await mayChange(above)) return null;
  return wrong(what, `${directory} is not there, and Slipway's user may not make it in ${above}`, todo);
}

/** null: nothing is there. */
export async function kindOf(path: string): Promise<'directory' | 'file' | null> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    if (hasCode(error, 'ENOTDIR')) return 'file';
    // Of a directory that may not be entered.
    if (hasCode(error, 'EACCES')) return 'directory';
    throw error;
  }
}

async function mayChange(path: string): Promise<boolean> {
  return await access(path, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The nearest directory above that is there. */
async function nearest(path: string): Promise<string> {
  const above = dirname(path);
  return above === path || (await kindOf(above)) !== null ? above : nearest(above);
}
