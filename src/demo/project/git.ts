import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GitAuthor {
  name: string;
}

/**
 * Runs git with nobody's own configuration: the demo is the same on every machine. The output, trimmed. A failure
 * carries what git said.
 */
export async function git(directory: string, args: readonly string[], author?: GitAuthor): Promise<string> {
  const { stdout } = await run('git', args, {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      ...(author ? { GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: address(author.name) } : {}),
    },
  });
  return stdout.trim();
}

export function address(name: string): string {
  return `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@storefront.example`;
}
