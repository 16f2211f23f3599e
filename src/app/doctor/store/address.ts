import type { Unreachable } from '../../../ports/forge.ts';

/**
 * The hosts of an address, without its login and whatever else it holds. Uses no `URL`, as Node.js rejects addresses with
 * several hosts.
 */
export function hostsOf(address: string): string {
  const [, authority = ''] = /^[a-z0-9+.-]+:\/\/([^/?#]*)/i.exec(address) ?? [];
  return authority.slice(authority.lastIndexOf('@') + 1) || 'localhost';
}

/** What is wrong with a server that cannot be reached. `variable`: the one that names it. */
export function unreachableWords(how: Unreachable, variable: string): [said: string, todo: string] {
  const reach = `see whether it runs and this machine reaches it, and check ${variable}`;
  switch (how) {
    case 'silence':
      return ['does not answer', reach];
    case 'refused':
      return ['takes no connections', reach];
    case 'closed':
      return ['closes the connection', `${reach}: with or without TLS?`];
    case 'name':
      return ['has a name that is unknown here', `check ${variable}, or the name server of this machine`];
    case 'certificate':
      return [
        'has a certificate that is not trusted here',
        'if it is the right host, name the file of the authority of its certificate in NODE_EXTRA_CA_CERTS, where Slipway is started',
      ];
    default:
      return how satisfies never;
  }
}
