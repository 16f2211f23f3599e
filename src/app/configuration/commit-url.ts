import { parseRepositoryUrl } from '../../git/repository-url.ts';

/**
 * Where a forge shows a commit, with `{sha}` in its place. null: the repository is a path on this machine, or on an
 * ssh host whose name is only an alias.
 */
export function commitUrl(repository: string): string | null {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid' || parsed.url.transport === 'file') return null;
  const { transport, host, port, path } = parsed.url;
  if (transport === 'ssh' && !host.includes('.')) return null;
  // The port of ssh says nothing about that of the web pages.
  const origin = transport === 'https' && port !== null ? `https://${host}:${port}` : `https://${host}`;
  const home = path.split('/').map(encodeURIComponent).join('/');
  return `${origin}/${home}${commitPath(host)}/{sha}`;
}

function commitPath(host: string): string {
  if (host.split('.').includes('gitlab')) return '/-/commit';
  if (host === 'bitbucket.org') return '/commits';
  return '/commit';
}
