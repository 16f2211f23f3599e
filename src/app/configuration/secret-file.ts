import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Problem } from './problem.ts';

const FILE = 'file:';

export function namesFile(written: string): boolean {
  return written.startsWith(FILE);
}

/** What stands in the file that `file:/path` names, without the line end that editors and tools put behind it. */
export function readSecretFile(written: string): string | Problem {
  const path = written.slice(FILE.length);
  if (!isAbsolute(path)) {
    return {
      what: `"${written}" names no absolute path`,
      todo: 'write file:/path, as in file:/run/secrets/git-token',
    };
  }
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return {
      what: `the file ${path} cannot be read`,
      todo: 'put it there, readable for the user of Slipway',
    };
  }
  return text.trim() === '' ? { what: `the file ${path} is empty`, todo: 'write the secret into it' } : text;
}
