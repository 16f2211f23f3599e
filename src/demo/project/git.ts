import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GitAuthor {
  name: string;
}

/**
 * Runs git without any user's configuration, so that the demo is the same on every machine. Returns the trimmed
 * output. Errors contain git's message.
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

/** The e-mail address of a person of the demo. */
export function address(name: string): string {
  return `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@storefront.example`;
}
