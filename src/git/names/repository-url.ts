import { posix } from 'node:path';

/** A parsed repository address. */
export interface RepositoryUrl {
  /** `http` only for loopback addresses. */
  transport: 'https' | 'http' | 'ssh' | 'file';
  /** In lower case; empty for `file`. Of `ssh.github.com` and the like the forge's own. */
  host: string;
  /** null: the transport's default port. */
  port: number | null;
  /** Without leading and trailing slashes and without `.git`. For `file` the absolute path. */
  path: string;
  /** Exactly as configured; may contain a login. git receives `plainAddress`. */
  text: string;
}

/** `reason`: a clause for people, such as "it has a query or a fragment". */
export type ParsedRepositoryUrl = { kind: 'ok'; url: RepositoryUrl } | { kind: 'invalid'; reason: string };

/** Hosts that ignore case in paths. */
const CASE_BLIND = new Set(['github.com', 'gitlab.com', 'bitbucket.org']);
/** Hosts that answer ssh at port 443 alone, where firewalls let nothing else through. */
const SSH_ONLY = new Map([
  ['ssh.github.com', 'github.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
  ['altssh.bitbucket.org', 'bitbucket.org'],
]);
const DEFAULT_PORTS = { https: 443, http: 80, ssh: 22, file: null };
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const HOST = /^[a-z0-9_]([a-z0-9._-]*[a-z0-9])?$|^\[[0-9a-f:.]+\]$/;
const USER = /^[A-Za-z0-9_][^\s@/:]*$/;
/** `user@host:path`, the scp-like form of ssh and git. */
const SCP = /^(?:([^\s@/:]+)@)?([^\s@/:]+|\[[^\s\]]+\]):(?!\/\/)(\S+)$/;

/**
 * Parses a repository address of the configuration (DESIGN §8): `https`, `ssh` (also as `git@host:path`) and, for
 * trials, an absolute `file` path or `http` on this machine. Rejects everything that git or ssh could read as an
 * option.
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
  return invalid('it is neither an https, ssh or file address nor an absolute path');
}

/**
 * Whether two addresses name the same repository, such as a webhook's clone, ssh or web address and the configured
 * one. Ignores the transport, the user, `.git`, a trailing slash and the case of the host. An address that cannot be
 * parsed equals nothing.
 */
export function sameRepository(a: string, b: string): boolean {
  const left = comparable(a);
  const right = comparable(b);
  if (left === null || right === null) return false;
  if ((left.transport === 'file') !== (right.transport === 'file')) return false;
  if (left.host !== right.host || left.path !== right.path) return false;
  // Ports of different transports are not comparable.
  return left.transport !== right.transport || left.port === right.port;
}

/** True: the host is this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Blanks out `user:password@` in every address in a text. As the length of a scheme is bounded, the time is linear: the text
 * may be what a repository's server printed.
 */
export function redactCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@'"]*(?:@[^\s/@'"]*)*@/gi, '$1***@');
}

/** The login that git uses at one web origin. */
export interface Login {
  /** `https://git.acme.dev:8443` */
  origin: string;
  user: string;
  /** null: only the user is known. A credential helper may know the password. */
  password: string | null;
}

/**
 * Separates an address from the login in it; null: no login. The user of an ssh address stays part of the address.
 * Text that cannot be parsed is returned unchanged.
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

/** The address without a login: safe in arguments, configurations and messages. */
export function plainAddress(text: string): string {
  return splitLogin(text).address;
}

function passwordOf({ password }: URL): string | null {
  return password === '' ? null : (decoded(password) ?? password);
}

/**
 * The https origin of the repository's forge; for an ssh address that of the same host. null: the repository is on
 * this machine's disk.
 */
export function webOrigin(text: string): string | null {
  const parsed = parseRepositoryUrl(text);
  if (parsed.kind === 'invalid') return null;
  const { transport, host, port } = parsed.url;
  if (transport === 'file') return null;
  if (transport === 'ssh') return `https://${host}`;
  return port === null ? `${transport}://${host}` : `${transport}://${host}:${port}`;
}

function comparable(text: string): RepositoryUrl | null {
  // A forge inside a company may report plain http addresses. They are compared only, never fetched from.
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
      if (!isLoopback(url.hostname)) return invalid('"http" is accepted only for this machine: use https');
      return remote('http', text, url.hostname, port, url.pathname);
    case 'ssh:':
      return ssh(text, url.username || undefined, url.hostname.toLowerCase(), port, url.pathname);
    case 'file:':
      if (url.hostname !== '') return invalid('a file address has no host');
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
  const known = SSH_ONLY.get(host);
  return known === undefined ? remote('ssh', text, host, port, path) : remote('ssh', text, known, null, path);
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
  if (plain === undefined || plain === '') return invalid('it does not name a repository on its host');
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
