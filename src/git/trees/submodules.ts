import { GitError } from '../commands/git-error.ts';
import type { Mirror } from '../mirror/types.ts';
import { parseRepositoryUrl } from '../names/repository-url.ts';

/** A directory of a commit that is a commit of another repository, whose address is in `.gitmodules`. */
export interface Submodule {
  name: string;
  path: string;
  sha: string;
  /** Mirror of the submodule's repository. */
  mirror: Mirror;
}

/**
 * The submodules of a commit that the mirror has. Fetches none of them. Throws `GitError` when an address or a name
 * is invalid.
 */
export async function submodulesOf(mirror: Mirror, sha: string): Promise<Submodule[]> {
  const [file] = await mirror.entries(sha, '.gitmodules');
  if (file?.type !== 'blob') return [];
  const settings = await settingsOf(mirror, sha);
  const paths = [...settings.values()].flatMap(({ path }) => (path === undefined ? [] : [path]));
  const entries = paths.length === 0 ? [] : await mirror.entries(sha, ...paths);
  const links = new Map(entries.map((entry) => [entry.path, entry]));
  return [...settings].flatMap(([name, { path = '', url }]) => {
    const link = links.get(path);
    if (link?.type !== 'commit' || url === undefined) return [];
    return { name: checkedName(name), path, sha: link.sha, mirror: mirrorOf(mirror, path, url) };
  });
}

async function settingsOf(
  mirror: Mirror,
  sha: string,
): Promise<Map<string, { path?: string; url?: string }>> {
  const { stdout } = await mirror.ask(['config', '--blob', `${sha}:.gitmodules`, '--null', '--list']);
  const found = new Map<string, { path?: string; url?: string }>();
  for (const entry of stdout.split('\0')) {
    const [, name, what, value = ''] = /^submodule\.(.+)\.(path|url)\n(.*)$/s.exec(entry) ?? [];
    if (name === undefined) continue;
    const text = what === 'path' ? value.replace(/\/+$/, '') : value;
    found.set(name, { ...found.get(name), [what === 'path' ? 'path' : 'url']: text });
  }
  return found;
}

function mirrorOf(mirror: Mirror, path: string, url: string): Mirror {
  const address = isRelative(url) ? relativeTo(mirror.address, url) : url;
  const parsed = parseRepositoryUrl(address);
  if (parsed.kind === 'ok') return mirror.submodule(address);
  throw new GitError('other', `the submodule ${path} cannot be fetched: ${parsed.reason}`, '');
}

function isRelative(url: string): boolean {
  return url.startsWith('./') || url.startsWith('../');
}

/**
 * Resolves like git: each `../` removes the last segment of the address, which starts after `/` or, when there is
 * none, after `:`.
 */
export function relativeTo(address: string, url: string): string {
  let base = address.replace(/\/+$/, '');
  let rest = url;
  let separator = '/';
  while (isRelative(rest)) {
    const up = rest.startsWith('../');
    rest = rest.slice(up ? 3 : 2);
    if (!up) continue;
    const end = Math.max(base.lastIndexOf('/'), base.lastIndexOf('/') === -1 ? base.lastIndexOf(':') : -1);
    if (end === -1) throw new GitError('other', `${url} points outside ${address}`, '');
    separator = base.charAt(end);
    base = base.slice(0, end);
  }
  return `${base}${separator}${rest}`.replace(/\/+$/, '');
}

/** Checks the name, because it becomes part of a path. Throws `GitError`. */
function checkedName(name: string): string {
  const parts = name.split('/');
  const isPath = parts.every((part) => part !== '' && part !== '..' && part !== '.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (isPath && !/[\u0000-\u001f\\]/.test(name)) return name;
  throw new GitError('other', `${JSON.stringify(name)} cannot be the name of a submodule`, '');
}
