import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { needsEngine, type Settings } from '../../flow/settings/settings.ts';
import { inPath } from '../../runner/isolation/in-path.ts';
import { findCommandRuntime, missingIsolation } from '../command-runtime.ts';
import type { Role } from '../configuration/environment.ts';
import { type Finding, fine, warning, wrong } from '../online/finding.ts';
import type { Question } from '../online/question.ts';
import { missingProgram } from '../process/missing-program.ts';

type Version = readonly [major: number, minor: number];

/** The oldest versions that Slipway works with, as README.md says. */
const NODE: Version = [20, 19];
const GIT: Version = [2, 32];

/** What this machine must have for what a process of this role does. */
export function machineQuestions(settings: Settings, role: Role): Question[] {
  const runs = role !== 'bot';
  return [
    { what: 'Node.js', ask: async () => [nodeFinding(process.version)] },
    { what: 'git', ask: async () => [await gitFinding()] },
    ...(runs && wantsLfs(settings) ? [{ what: 'git-lfs', ask: async () => [await lfsFinding()] }] : []),
    ...(runs ? [{ what: 'isolation', ask: async () => [await isolationFinding(settings)] }] : []),
    ...(runs && needsEngine(settings)
      ? [{ what: 'containers', ask: async () => [await engineFinding(settings)] }]
      : []),
  ];
}

export function nodeFinding(version: string): Finding {
  return versionFinding('Node.js', version, NODE);
}

async function gitFinding(): Promise<Finding> {
  const said = await versionOf('git', ['--version']);
  if (said === null)
    return wrong(
      'git',
      'is not in PATH, or does not work',
      'install it: Slipway fetches repositories with it',
    );
  return versionFinding('git', said, GIT);
}

async function lfsFinding(): Promise<Finding> {
  const said = await versionOf('git-lfs', ['version']);
  if (said !== null) return fine('git-lfs', `is there: ${said}`);
  return warning(
    'git-lfs',
    'is not in PATH: a commit with files in Git LFS is not built',
    'install it, or write git: { lfs: false } where files may stay pointers, if any repository uses Git LFS',
  );
}

async function isolationFinding(settings: Settings): Promise<Finding> {
  const what = 'isolation';
  try {
    const { isolation } = await findCommandRuntime({ ...settings, products: [] });
    const open = missingIsolation(isolation);
    if (open !== null) return warning(what, open.says, open.todo);
    return isolation.kind === 'none'
      ? fine(what, 'none, as configured: anyone who can push can read what Slipway can, and so approve')
      : fine(what, 'bubblewrap: a command was run in it, and saw nothing that it must not');
  } catch (error) {
    return missing(what, error);
  }
}

/** Whether the engine does something here shows only when it runs something; that it starts is a good sign. */
async function engineFinding(settings: Settings): Promise<Finding> {
  const what = 'containers';
  try {
    const { engine } = await findCommandRuntime({ ...settings, isolation: 'none' });
    if (engine === null) return fine(what, 'are not needed');
    if ((await versionOf(engine.program, ['info'])) !== null) return fine(what, `${engine.kind} answers`);
    return wrong(
      what,
      `${engine.kind} is in PATH, and does not answer`,
      `run ${engine.kind} info as Slipway's user, and mend what it says`,
    );
  } catch (error) {
    return missing(what, error);
  }
}

/** A program that the configuration needs. Throws any other error. */
function missing(what: string, error: unknown): Finding {
  const found = missingProgram(error);
  if (found === null) throw error;
  return wrong(what, found.what, found.todo);
}

function wantsLfs({ products }: Settings): boolean {
  return products.some(({ git }) => git?.lfs ?? true);
}

const PROGRAM_MS = 5_000;

/** The first line of what a program says; null: it is not there, or fails. */
async function versionOf(name: string, args: string[]): Promise<string | null> {
  const program = name.startsWith('/') ? name : inPath(name);
  if (program === null) return null;
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: PROGRAM_MS });
    return stdout.split('\n')[0]?.trim() ?? '';
  } catch {
    return null;
  }
}

/** `said` contains the version: `git version 2.39.5`, `v22.3.0`. */
export function versionFinding(what: string, said: string, least: Version): Finding {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said) ?? [];
  const [number = said] = /\d+(?:\.\d+)+/.exec(said) ?? [];
  const wanted = least.join('.');
  if (major === undefined)
    return warning(
      what,
      `does not say its version${said === '' ? '' : ` (${said})`}`,
      `use ${wanted} or later`,
    );
  const isOld = Number(major) < least[0] || (Number(major) === least[0] && Number(minor) < least[1]);
  return isOld
    ? wrong(what, `${number} is too old`, `install ${wanted} or later`)
    : fine(what, `${number}; ${wanted} or later is enough`);
}
