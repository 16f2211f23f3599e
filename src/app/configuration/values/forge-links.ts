import { parseRepositoryUrl } from '../../../git/names/repository-url.ts';

/** Links to web pages of a forge. */
export interface ForgeLinks {
  /** Page of a commit, with `{sha}` as a placeholder. */
  commitUrl: string | null;
  /** Page of a comparison, with `{from}` and `{to}` as placeholders: the commits in `to` that are not in `from`. */
  compareUrl: string | null;
}

/** Both links are null when the repository is a path on this machine, or on an ssh host whose name is only an alias. */
export function forgeLinks(repository: string): ForgeLinks {
  const none = { commitUrl: null, compareUrl: null };
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid' || parsed.url.transport === 'file') return none;
  const { transport, host, port, path } = parsed.url;
  if (transport === 'ssh' && !host.includes('.')) return none;
  // The port of ssh says nothing about the port of the web pages.
  const origin = transport === 'https' && port !== null ? `https://${host}:${port}` : `https://${host}`;
  const home = path.split('/').map(encodeURIComponent).join('/');
  const { commit, compare } = pathsAt(host);
  return { commitUrl: `${origin}/${home}${commit}`, compareUrl: `${origin}/${home}${compare}` };
}

function pathsAt(host: string): { commit: string; compare: string } {
  if (host.split('.').includes('gitlab'))
    return { commit: '/-/commit/{sha}', compare: '/-/compare/{from}...{to}' };
  // Bitbucket puts the newer commit first.
  if (host === 'bitbucket.org')
    return { commit: '/commits/{sha}', compare: '/branches/compare/{to}..{from}' };
  return { commit: '/commit/{sha}', compare: '/compare/{from}...{to}' };
}
