import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { git, type Setting } from './git.ts';

/**
 * Settings accepted from the user's own git configuration: logins and how hosts are reached. Settings that rewrite
 * addresses or files are ignored.
 */
const TAKEN = /^(credential|http)\./;
const TIMEOUT_MS = 60_000;

/** The accepted part of the user's own git configuration. */
export interface OperatorSettings {
  settings: Setting[];
  /** Directories of other users that our user trusts (`safe.directory`). */
  trusted: string[];
}

/** The accepted part of the user's own git configuration. Throws `GitError` when it cannot be read. */
export async function operatorSettings(): Promise<OperatorSettings> {
  const found: OperatorSettings = { settings: [], trusted: [] };
  for (const file of files().filter((each) => existsSync(each))) {
    const args = ['config', '--file', file, '--includes', '--null', '--list'];
    const { stdout } = await git({ directory: '/', args, timeoutMs: TIMEOUT_MS });
    for (const entry of stdout.split('\0')) {
      const end = entry.indexOf('\n');
      // A key without a value means "true".
      const [key, value] = end === -1 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
      if (TAKEN.test(key)) found.settings.push([key, value]);
      else if (key === 'safe.directory') found.trusted.push(value);
    }
  }
  return found;
}

function files(): string[] {
  const { GIT_CONFIG_GLOBAL: own, XDG_CONFIG_HOME: xdg, HOME: home = homedir() } = process.env;
  if (own !== undefined) return [own];
  return [join(xdg ?? join(home, '.config'), 'git', 'config'), join(home, '.gitconfig')];
}

/**
 * Writes a configuration file that contains only the trusted directories. When a repository is a path of this
 * machine, the git that serves it also reads this file; it takes nothing from the environment. null: no directory is
 * trusted.
 */
export async function trustFile(directory: string, trusted: readonly string[]): Promise<string | null> {
  if (trusted.length === 0) return null;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'gitconfig');
  const lines = trusted.map((path) => `\tdirectory = ${JSON.stringify(path)}\n`);
  await writeFile(file, `[safe]\n${lines.join('')}`, { mode: 0o600 });
  return file;
}
