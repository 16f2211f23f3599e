import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Absent, Problem } from '../problems/problem.ts';

/** The environment that `env:NAME` values and Slipway's own variables are read from. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What was found for a variable or in a file. */
export type Given = { text: string } | Problem | Absent;

/** Variables that other programs read too. Their `NAME_FILE` has no meaning. */
const OF_SYSTEM = /^(NODE_.*|PATH|HOME)$/;
/** More than any secret, and little enough to be read at each start. */
const LARGEST_FILE = 1024 * 1024;
const BYTE_ORDER_MARK = '\uFEFF';

/** The variable itself; null: it is not set, or empty. */
function variable(name: string, variables: Variables): string | null {
  const text = variables[name];
  // An object also has what it inherits, such as toString.
  return typeof text === 'string' && text !== '' ? text : null;
}

/** The absolute path of the file that `NAME_FILE` names; null: it names none. */
export function fileFor(name: string, variables: Variables): string | null {
  const path = OF_SYSTEM.test(name) ? null : variable(`${name}_FILE`, variables);
  return path === null ? null : resolve(path);
}

/**
 * Reads a variable: `NAME` itself if it is not empty, or else the content of the file that `NAME_FILE` names. null:
 * neither is set.
 */
export function readGiven(name: string, variables: Variables): Given | null {
  const text = variable(name, variables);
  if (text !== null) return { text };
  const path = fileFor(name, variables);
  return path === null ? null : readSecretFile(path);
}

/** Whether the value of a variable comes from a file. */
export function isFromFile(name: string, variables: Variables): boolean {
  return variable(name, variables) === null && fileFor(name, variables) !== null;
}

/** Whether a variable is set, or is to be read from a file, which may be unreadable. */
export function isGiven(name: string, variables: Variables): boolean {
  return variable(name, variables) !== null || fileFor(name, variables) !== null;
}

/** Reads a file that contains one value. Exactly one line end at its end is taken off. */
export function readSecretFile(path: string): Given {
  const bytes = bytesOf(path);
  if (bytes === null) {
    const todo = "put it there, readable for Slipway's user";
    return { what: `the file ${path} cannot be read`, todo, absent: true };
  }
  const text = isUtf8(bytes) ? bytes.toString('utf8').replace(/\r?\n$/, '') : null;
  if (text === null || text.startsWith(BYTE_ORDER_MARK)) {
    const what = text === null ? 'is not UTF-8 text' : 'begins with a byte order mark';
    return { what: `the file ${path} ${what}`, todo: 'save it as UTF-8 without a byte order mark' };
  }
  if (text.trim() !== '') return { text };
  return { what: `the file ${path} is empty`, todo: 'write the secret into it', absent: true };
}

/**
 * null: the file cannot be read, is too large, or is no file, such as a directory. A pipe or a device is not read: it
 * could block or never end.
 */
function bytesOf(path: string): Buffer | null {
  let file: number;
  try {
    // O_NONBLOCK: opening a pipe does not wait for its writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const status = fstatSync(file);
    return status.isFile() && status.size <= LARGEST_FILE ? readFileSync(file) : null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
