import { isLoopback } from '../../../git/names/repository-url.ts';
import type { Problem } from '../problems/problem.ts';

/** Pattern for the name of a forge, also used by editors. */
export const FORGE_NAME = '^[a-z0-9][a-z0-9._-]{0,252}(:[0-9]{1,5})?$';

export function forgeNameProblem(name: string): Problem | null {
  if (new RegExp(FORGE_NAME).test(name)) return null;
  const likely = name
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  return {
    what: `"${name.slice(0, 60)}" is not the name of a forge`,
    todo: `write the name of its host: ${new RegExp(FORGE_NAME).test(likely) ? likely : 'github.com'}`,
  };
}

/** Whether the name of a forge is that of a host, so that the address of its API follows from it. */
export function isHostName(name: string): boolean {
  return name.includes('.') || /^localhost(:|$)/.test(name);
}

/** Reads the address of an API. Returns it without slashes at its end. */
export function readApi(written: string): string | Problem {
  const todo = 'write for example api: https://git.acme.dev/api/v4';
  if (!URL.canParse(written) || /\s/.test(written)) return { what: 'it is not an address', todo };
  const { protocol, hostname, username, password, search, hash } = new URL(written);
  if (username !== '' || password !== '')
    return {
      what: 'it contains a user or password',
      todo: 'remove them, and write token: env:NAME beside it',
    };
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    return { what: `"${written}" is not an https address; http is accepted only for this machine`, todo };
  }
  if (search !== '' || hash !== '') return { what: 'it has a query or a fragment', todo };
  return written.replace(/\/+$/, '');
}
