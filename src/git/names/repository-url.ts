import { posix } from 'node:path';

export interface RepositoryUrl {
  /** `http` for loopback addresses alone. */
  transport: 'https' | 'http' | 'ssh' | 'file';
  /** In lower case; empty for `file`. */
  host: string;
  /** null: the transport's own. */
  port: number | null;
  /** Without slashes at either end and without `.git`; for `file` the absolute path. */
  path: string;
  /** Exactly what was configured; it may hold a login. `plainAddress` is what git is given. */
  text: string;
}

export type ParsedRepositoryUrl = { kind: 'ok'; url: RepositoryUrl } | { kind: 'invalid'; reason: string };

/** Hosts that take upper and lower case in a path for the same. */
const CASE_BLIND = new Set(['github.com', 'gitlab.com', 'bitbucket.org']);
const DEFAULT_PORTS = { https: 443, http: 80, ssh: 22, file: null };
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const HOST = /^[a-z0-9_]([a-z0-9._-]*[a-z0-9])?$|^\[[0-9a-f:.]+\]$/;
const USER = /^[A-Za-z0-9_][^\s@/:]*$/;
/** `user@host:path`, as ssh and git write it. */
const SCP = /^(?:([^\s@/:]+)@)?([^\s@/:]+|\[[^\s\]]+\]):(?!\/\/)(\S+)$/;

/**
 * A repository that the configuration may name (DESIGN §8): `https`, `ssh` (also as `git@host:path`) and, for
 * trying out, `file`, an absolute path, or `http` of this machine. Nothing that git or ssh could take for an option comes through.
 */
export function parseRepositoryUrl(text: string): ParsedRepositoryUrl {
  if (text === '' || text.startsWith('-')) return invalid('it is empty or begins with "-"');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\s\u0000-\u001f\u007f]/.test(text)) return invalid('it holds spaces or control characters');
  if (text.startsWith('/')) return file(text, text);
  if (text.includes('::')) {
    if (!/^[a-z]+:\/\//i.test(text) && !text.includes('['))
      return invalid('git remote helpers are not allowed');
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return withScheme(text);
  const scp = SCP.exec(text);
  if (scp !== null) return ssh(text, scp[1], (scp[2] ?? '').toLowerCase(), null, scp[3] ?? '');
  return invalid('it is no https, ssh or file address, and no absolute path');
}

/**
 * Whether two addresses name the same repository: a webhook's clone, ssh or web address and the configured one.
 * Transport, user, `.git`, a slash at the end and the case of the host do not matter. What cannot be parsed
 * is the same as nothing.
 */
export function sameRepository(a: string, b: string): boolean {
  const left = comparable(a);
  const right = comparable(b);
  if (left === null || right === null) return false;
  if ((left.transport === 'file') !== (right.transport === 'file')) return false;
  if (left.host !== right.host || left.path !== right.path) return false;
  // The ports of different transports say nothing about each other.
  return left.transport !== right.transport || left.port === right.port;
}

/** Blanks out `user:password@` in every address that a text holds. */
export function redactCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]*(?:@[^\s/@'"]*)*@/gi, '$1***@');
}

/** Who git says it is at the hosts of one web address. */
export interface Login {
  /** `https://git.acme.dev:8443` */
  origin: string;
  user: string;
  /** null: only the user is known; a credential helper of ours may know the rest. */
  password: string | null;
}

/**
 * An address and the login that stands in it; null: none does. The user of an ssh address is a part of it. What cannot be parsed is
 * left as it is.
 */
export function splitLogin(text: string): { address: string; login: Login | null } {
  if (!URL.canParse(text)) return { address: text, login: null };
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { address: text, login: null };
  const login = { user: decoded(url.username) ?? url.username, password: passwordOf(url) };
  url.password = '';
  if (url.protocol === 'ssh:') return { address: url.href, login: null };
  url.username = '';
  return { address: url.href, login: { origin: url.origin, ...login } };
}

/** What may stand in arguments, configurations and messages. */
export function plainAddress(text: string): string {
  return splitLogin(text).address;
}

function passwordOf({ password }: URL): string | null {
  return password === '' ? null : (decoded(password) ?? password);
}

/** Where the forge of a repository is asked by https: for an ssh address the same host's. null: on this machine's disk. */
export function webOrigin(text: string): string | null {
  const parsed = parseRepositoryUrl(text);
  if (parsed.kind === 'invalid') return null;
  const { transport, host, port } = parsed.url;
  if (transport === 'file') return null;
  if (transport === 'ssh') return `https://${host}`;
  return port === null ? `${transport}://${host}` : `${transport}://${host}:${port}`;
}

function comparable(text: string): RepositoryUrl | null {
  // A forge inside a company may show itself by plain http, which is never fetched from.
  const parsed = parseRepositoryUrl(
    text.replace(/^http:\/\//i, 'https://').replace(/^git:\/\//i, 'https://'),
  );
  if (parsed.kind === 'invalid') return null;
  const { url } = parsed;
  return CASE_BLIND.has(url.host) ? { ...url, path: url.path.toLowerCase() } : url;
}

function withScheme(text: string): ParsedRepositoryUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return invalid('it cannot be read as an address');
  }
  if (url.search !== '' || url.hash !== '') return invalid('it has a query or a fragment');
  const port = url.port === '' ? null : Number(url.port);
  switch (url.protocol) {
    case 'https:':
      return remote('https', text, url.hostname, port, url.pathname);
    case 'http:':
      if (!LOOPBACK.test(url.hostname)) return invalid('"http" is taken for this machine alone: use https');
      return remote('http', text, url.hostname, port, url.pathname);
    case 'ssh:':
      return ssh(text, url.username || undefined, url.hostname.toLowerCase(), port, url.pathname);
    case 'file:':
      if (url.hostname !== '') return invalid('a file address names no host');
      return file(text, url.pathname);
    default:
      return invalid(
        `"${url.protocol.slice(0, -1)}" is not allowed: use https, ssh or, for trying out, file`,
      );
  }
}

function ssh(
  text: string,
  user: string | undefined,
  host: string,
  port: number | null,
  path: string,
): ParsedRepositoryUrl {
  if (user !== undefined && !USER.test(user)) return invalid('its user name is not valid');
  if (path.startsWith('-')) return invalid('its path begins with "-"');
  return remote('ssh', text, host, port, path);
}

function remote(
  transport: 'https' | 'http' | 'ssh',
  text: string,
  host: string,
  port: number | null,
  path: string,
): ParsedRepositoryUrl {
  if (!HOST.test(host)) return invalid('its host is not valid');
  const plain = decoded(path)
    ?.replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '')
    .replace(/\/+$/, '');
  if (plain === undefined || plain === '') return invalid('it names no repository on its host');
  return {
    kind: 'ok',
    url: { transport, host, port: port === DEFAULT_PORTS[transport] ? null : port, path: plain, text },
  };
}

function file(text: string, path: string): ParsedRepositoryUrl {
  const plain = decoded(path);
  if (plain === undefined) return invalid('it cannot be read as an address');
  const clean = posix
    .normalize(plain)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');
  if (clean === '') return invalid('it names no repository');
  return { kind: 'ok', url: { transport: 'file', host: '', port: null, path: clean, text } };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function invalid(reason: string): ParsedRepositoryUrl {
  return { kind: 'invalid', reason };
}
