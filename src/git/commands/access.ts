import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Login, parseRepositoryUrl, splitLogin, webOrigin } from '../names/repository-url.ts';
import type { Reach, Setting } from './git.ts';
import { GitError } from './git-error.ts';
import { operatorSettings, trustFile } from './operator.ts';

/** How a product's configuration says its repository is reached. null: not configured. */
export interface AccessSettings {
  user: string | null;
  token: string | null;
  /** Text of a private key. */
  sshKey: string | null;
  /** Text of a `known_hosts` file. Hosts that it does not list are refused. */
  knownHosts: string | null;
}

/** Nothing is configured: the login in the address and the user's own git configuration are used. */
export const NO_ACCESS: AccessSettings = { user: null, token: null, sshKey: null, knownHosts: null };

/**
 * Asks for the login at the repository's host, each time that git is about to connect. null: there is none. `refused`: the password
 * that the host did not accept. Throws `GitError`.
 */
export type AskLogin = (refused: string | null) => Promise<{ user: string; password: string } | null>;

/** How git logs in to the hosts of one repository. */
export interface Access {
  /** Reads the operator's configuration again, asks for the login, and writes the files that ssh needs. */
  reach(): Promise<Reach>;
  /** The result of the last `reach`, with the login as it is now; calls it when there is none yet. */
  known(): Promise<Reach>;
  /** The login that was asked for last was not accepted. False: nobody can be asked for another. */
  refused(): boolean;
  /** The same access, extended by the login in a submodule's address. */
  to(repository: string): Access;
}

interface Options {
  /** As configured; the address may contain a login. */
  repository: string;
  settings: AccessSettings;
  /** Directory for the files that ssh needs. Only our user can read them. */
  directory: string;
  /** Used unless a login is configured. */
  askLogin?: AskLogin | undefined;
}

/**
 * Access that may change while it is used: each time, what `present` returns then is used. It should return the same object
 * while nothing has changed.
 */
export function changingAccess(present: () => Access): Access {
  return {
    reach: () => present().reach(),
    known: () => present().known(),
    refused: () => present().refused(),
    to(repository) {
      let last: { of: Access; to: Access } | null = null;
      return changingAccess(() => {
        const of = present();
        if (last?.of !== of) last = { of, to: of.to(repository) };
        return last.to;
      });
    },
  };
}

/** Where the login at one web origin comes from. */
interface Asked {
  origin: string;
  ask: AskLogin;
}

const SSH = 'ssh -oBatchMode=yes -oConnectTimeout=15';

/**
 * A credential helper that gives git a login from its environment. `SLIPWAY_GIT_` variables are numbered by login.
 * Each login is configured for its own host only, so a redirect or a submodule on another host receives none.
 */
const helper = (index: number) =>
  `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$SLIPWAY_GIT_USER_${index}" "$SLIPWAY_GIT_PASSWORD_${index}"; }; f`;

/** The user name that forges accept beside a token, whatever the token's name. */
const ANY_USER = 'x-access-token';

/** Throws `TypeError` when the repository's address cannot be used. */
export function openAccess({ repository, settings, directory, askLogin }: Options): Access {
  const logins = loginsOf(repository, settings);
  const origin = webOrigin(repository);
  const asked =
    askLogin === undefined || origin === null || logins.length > 0 ? null : { origin, ask: askLogin };
  return withLogins({ logins, asked, transports: transportsOf(repository), settings, directory });
}

interface Opened extends Pick<Options, 'settings' | 'directory'> {
  logins: readonly Login[];
  asked: Asked | null;
  transports: string;
}

function withLogins(opened: Opened): Access {
  const { logins, asked, transports, settings, directory } = opened;
  let last: Reach | null = null;
  let given: string | null = null;
  let refused: string | null = null;

  async function loginsNow(): Promise<readonly Login[]> {
    if (asked === null) return logins;
    const { origin, ask } = asked;
    const login = await ask(refused);
    given = login?.password ?? null;
    return login === null ? logins : [{ origin, ...login }, ...logins];
  }

  const access: Access = {
    async reach() {
      const all = await loginsNow();
      const operator = await operatorSettings();
      const trust = await trustFile(directory, operator.trusted);
      const env: Record<string, string> = {
        GIT_ALLOW_PROTOCOL: transports,
        GIT_SSH_COMMAND: await sshCommand(settings, directory),
        ...(trust === null ? {} : { GIT_CONFIG_GLOBAL: trust }),
      };
      const wanted: Setting[] = [...operator.settings];
      for (const [index, { origin, user, password }] of all.entries()) {
        wanted.push([`credential.${origin}.username`, user]);
        if (password === null) continue;
        env[`SLIPWAY_GIT_USER_${index}`] = user;
        env[`SLIPWAY_GIT_PASSWORD_${index}`] = password;
        // An empty value disables the user's own helpers for this host.
        wanted.push([`credential.${origin}.helper`, ''], [`credential.${origin}.helper`, helper(index)]);
      }
      last = { env, settings: wanted, secrets: secretsOf(all) };
      return last;
    },
    // A login that is asked for may have ended since.
    known: async () => (asked === null && last !== null ? last : access.reach()),
    refused() {
      refused = given;
      return given !== null;
    },
    to(other) {
      const more = loginsOf(other, NO_ACCESS).filter(
        ({ origin }) => origin !== asked?.origin && !logins.some((login) => login.origin === origin),
      );
      return withLogins({ ...opened, logins: [...logins, ...more] });
    },
  };
  return access;
}

/**
 * Runs what connects to the repository's host. If the host does not accept the login that was asked for, another one is asked
 * for, and it runs once more.
 */
export async function reaching<T>(access: Access, work: (reach: Reach) => Promise<T>): Promise<T> {
  const reach = await access.reach();
  try {
    return await work(reach);
  } catch (error) {
    if (!(error instanceof GitError) || error.kind !== 'auth' || !access.refused()) throw error;
    const anew = await access.reach();
    if (anew.secrets.every((secret) => reach.secrets.includes(secret))) throw error;
    return await work(anew);
  }
}

function loginsOf(repository: string, { user, token }: AccessSettings): Login[] {
  const origin = webOrigin(repository);
  if (origin === null) return [];
  const written = splitLogin(repository).login;
  if (token !== null) return [{ origin, user: user ?? written?.user ?? ANY_USER, password: token }];
  if (user !== null) return [{ origin, user, password: written?.password ?? null }];
  return written === null ? [] : [written];
}

/** The passwords as git may print them: plain and percent-encoded. */
function secretsOf(logins: readonly Login[]): string[] {
  return logins.flatMap(({ password }) =>
    password === null || password === '' ? [] : [password, encodeURIComponent(password)],
  );
}

/**
 * Protocols allowed for fetches, submodules included. Paths of this machine are allowed only when the repository
 * itself is one.
 */
function transportsOf(repository: string): string {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid') throw new TypeError(`not a repository: ${parsed.reason}`);
  const { transport } = parsed.url;
  return [...new Set(['https', 'ssh', transport])].join(':');
}

/** ssh reads keys from files only. */
async function sshCommand({ sshKey, knownHosts }: AccessSettings, directory: string): Promise<string> {
  if (sshKey === null && knownHosts === null) return SSH;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const written = async (name: string, text: string) => {
    const file = join(directory, name);
    // Another ssh may be reading the file, so it is replaced atomically.
    await writeWhole(file, text);
    return file;
  };
  const options = [SSH];
  if (sshKey !== null) {
    const file = quoted(await written('key', linesOf(sshKey)));
    options.push(`-i ${file} -oIdentitiesOnly=yes -oIdentityAgent=none`);
  }
  if (knownHosts !== null) {
    const file = await written('known_hosts', linesOf(knownHosts));
    options.push(
      `-oUserKnownHostsFile=${quoted(file)} -oGlobalKnownHostsFile=/dev/null -oStrictHostKeyChecking=yes`,
    );
  }
  return options.join(' ');
}

/** A file as ssh reads it: variables may hold its lines as `\\n`, other machines end them otherwise, and people indent them. */
function linesOf(text: string): string {
  const lines = (text.includes('\n') ? text : text.replaceAll('\\n', '\n')).trim().split('\n');
  return lines.map((line) => `${line.trim()}\n`).join('');
}

async function writeWhole(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => null)) === text) return;
  const part = `${file}.${randomUUID()}`;
  await writeFile(part, text, { mode: 0o600 });
  await rename(part, file);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
