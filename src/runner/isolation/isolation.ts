import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../guard/types.ts';
import { type Bubblewrap, enclosure, type Hidden, type Shown } from './bubblewrap.ts';
import { hasOnlyKept } from './capabilities.ts';
import { inPath } from './in-path.ts';

export const ISOLATIONS = ['auto', 'bubblewrap', 'none'] as const;
/** The `isolation` setting as configured. */
export type IsolationSetting = (typeof ISOLATIONS)[number];

/** How commands are isolated on this machine. */
export type Isolation =
  | { kind: 'bubblewrap'; bubblewrap: Bubblewrap }
  /** `why`: what is missing. null: configured as `none`. */
  | { kind: 'none'; why: string | null };

/** `bubblewrap` is configured but does not work on this machine. */
export class IsolationUnavailable extends Error {
  constructor(why: string) {
    super(`bubblewrap does not work here: ${why}`);
    this.name = 'IsolationUnavailable';
  }
}

const PROBE_MS = 10_000;

/** Chooses the isolation for a setting. Throws `IsolationUnavailable`. */
export async function findIsolation(setting: IsolationSetting): Promise<Isolation> {
  if (setting === 'none') return { kind: 'none', why: null };
  const found = await findBubblewrap();
  if (typeof found !== 'string') return { kind: 'bubblewrap', bubblewrap: found };
  if (setting === 'bubblewrap') throw new IsolationUnavailable(found);
  return { kind: 'none', why: found };
}

/** null: the command is not isolated. Throws when the isolation cannot be set up. */
export function enclose(isolation: Isolation, hidden: Hidden, shown: Shown): Sandbox | null {
  return isolation.kind === 'none' ? null : enclosure(isolation.bubblewrap, hidden, shown);
}

/** Returns the reason as text when bubblewrap cannot be used. */
async function findBubblewrap(): Promise<Bubblewrap | string> {
  const program = inPath('bwrap');
  if (program === null) return 'bwrap is not in PATH (the package is called bubblewrap)';
  const bubblewrap = { program, asRoot: process.getuid?.() === 0 };
  const complaint = await tryOut(bubblewrap);
  return complaint === null ? bubblewrap : complaint;
}

/** Runs bubblewrap once with something to hide and something to show. null: it works; otherwise what is wrong. */
async function tryOut(bubblewrap: Bubblewrap): Promise<string | null> {
  let directory: string;
  try {
    directory = mkdtempSync(join(tmpdir(), 'slipway-isolation-'));
  } catch (error) {
    return `nothing can be written to ${tmpdir()}, where it is tried out (${complaintOf(error)}). Make that writable, or set TMPDIR to a directory that is`;
  }
  const [tree, other] = [join(directory, 'tree'), join(directory, 'other')];
  try {
    for (const path of [tree, other]) mkdirSync(path);
    const secret = join(directory, 'secret');
    writeFileSync(secret, 'secret');
    const place = enclosure(bubblewrap, { directory, files: [] }, { own: [tree], borrowed: [] });
    const script = 'touch tried && test ! -e ../secret && test ! -e ../other && cat /proc/self/status';
    const args = [...place.args, '--chdir', tree, '--', '/bin/sh', '-c', script];
    const { stdout, stderr } = await promisify(execFile)(place.program, args, {
      cwd: '/',
      env: {},
      timeout: PROBE_MS,
    });
    if (hasOnlyKept(stdout)) return null;
    return ['commands in it have more privileges than they should', stderr.trim()].filter(Boolean).join(': ');
  } catch (error) {
    return complaintOf(error);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function complaintOf(error: unknown): string {
  const hasSaid = typeof error === 'object' && error !== null && 'stderr' in error;
  const said = hasSaid ? String(error.stderr).trim() : '';
  if (said !== '') return said.split('\n').at(-1) ?? said;
  return error instanceof Error ? error.message : String(error);
}
