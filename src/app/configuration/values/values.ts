import { isAbsolute } from 'node:path';
import { CHECK_NAME_MAX, isCheckName } from '../../../domain/checks/seen.ts';
import { isRefName } from '../../../git/names/names.ts';
import { parseRepositoryUrl, redactCredentials } from '../../../git/names/repository-url.ts';
import type { Absent, Problem } from '../problems/problem.ts';
import { isFromFile, readGiven, readSecretFile, type Variables } from './given.ts';

/** A value of the configuration, after `env:` and `file:` were resolved. */
export interface Value {
  text: string;
  /** True: masked in the output of commands. */
  secret: boolean;
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Webhook secrets can be guessed from outside, without limit. */
const SHORTEST_WEBHOOK_SECRET = 8;
/** Shorter secrets are not masked by the runner, because that would blank out ordinary words. */
const SHORTEST_MASKED = 4;

const NAMES_SECRET = /^(env|file):/;

/**
 * Reads a value: the text itself, the variable that `env:NAME` names or its `NAME_FILE`, or the content of the file that
 * `file:/path` names.
 */
function readValue(written: string, variables: Variables): Value | Problem | Absent {
  if (!NAMES_SECRET.test(written)) return { text: written, secret: false };
  const found = written.startsWith('file:')
    ? readPath(written.slice('file:'.length))
    : readName(written.slice('env:'.length), variables);
  return 'what' in found ? found : { text: found.text, secret: true };
}

function readName(name: string, variables: Variables): { text: string } | Problem | Absent {
  if (!VARIABLE.test(name)) {
    return {
      what: `"env:${name}" does not name an environment variable`,
      todo: 'write env:NAME, as in env:NPM_TOKEN',
    };
  }
  const given = readGiven(name, variables);
  if (given === null) {
    const state = typeof variables[name] === 'string' ? 'is empty' : 'is not set';
    const todo = `set ${name} where Slipway is started`;
    return { what: `the environment variable ${name} ${state}`, todo, absent: true };
  }
  return 'what' in given ? { ...given, what: `${given.what} (${name}_FILE names it)` } : given;
}

function readPath(path: string): { text: string } | Problem | Absent {
  if (isAbsolute(path)) return readSecretFile(path);
  return {
    what: `"file:${path}" does not name an absolute path`,
    todo: 'write file:/path, as in file:/run/secrets/git-token',
  };
}

/**
 * The text without the line end of a variable that was filled from a file, as by `$(cat FILE; echo)`. The text of a
 * file has lost its own already.
 */
export function withoutLineEnd(text: string, written: string, variables: Variables): string {
  const isVariable = written.startsWith('env:') && !isFromFile(written.slice('env:'.length), variables);
  return isVariable ? text.replace(/\r?\n$/, '') : text;
}

/**
 * Which values may be missing in this process. Only a process that receives webhooks needs their secrets, and only a
 * process that runs commands needs their variables. So a worker's machine holds no webhook secret, and a bot's no
 * deploy key.
 */
export interface Spared {
  webhookSecrets: boolean;
  commandVariables: boolean;
  /** Any value may be missing: the file is only checked. What is missing is then `ABSENT`. */
  everything?: true;
}

/** Stands for any value that is missing where a file is only checked. */
export const ABSENT = 'a-value-that-is-not-here';

/** Every value must be set. */
export const NOTHING_SPARED: Spared = { webhookSecrets: false, commandVariables: false };

/** Whether `written` names a variable that is not set here, or a file that is not here. */
function isUnset(written: string, variables: Variables): boolean {
  const value = readValue(written, variables);
  return 'absent' in value;
}

/** Whether a value is missing, and may be. */
export function isSpared(written: string, variables: Variables, { everything }: Spared): boolean {
  return everything === true && isUnset(written, variables);
}

/** Empty: the value is not set, and may be missing here. */
export function readWebhookSecret(written: string, variables: Variables, spared: Spared): string | Problem {
  if (isSpared(written, variables, spared)) return ABSENT;
  if (spared.webhookSecrets && isUnset(written, variables)) return '';
  const value = readValue(written, variables);
  if ('what' in value) return value;
  const secret = withoutLineEnd(value.text, written, variables);
  const length = secret.trim().length;
  if (length >= SHORTEST_WEBHOOK_SECRET) return secret;
  return {
    what: `the secret has ${length} characters; it needs at least ${SHORTEST_WEBHOOK_SECRET}`,
    todo: 'make a long random one, for example with: openssl rand -hex 32',
  };
}

/** Reads an environment variable for commands. Rejects secrets that are too short to mask. */
export function readVariable(written: string, variables: Variables, spared: Spared): Value | Problem {
  if (isSpared(written, variables, spared)) return { text: ABSENT, secret: true };
  if (spared.commandVariables && isUnset(written, variables)) return { text: '', secret: false };
  const value = readValue(written, variables);
  if ('what' in value) return value;
  if (value.text.includes('\0'))
    return { what: 'it contains a NUL character', todo: 'remove that character' };
  if (!value.secret || value.text.length >= SHORTEST_MASKED) return value;
  return {
    what: `the value of ${written.replace(/^(env|file):/, '')} is shorter than ${SHORTEST_MASKED} characters, so it could not be masked in logs`,
    todo: 'use a longer secret, or write the value in this file if it is not a secret',
  };
}

/** null: commands may have a variable of this name. Likewise, all `…Problem` functions return null for valid values. */
export function variableNameProblem(name: string): Problem | null {
  // zod silently drops __proto__.
  if (!VARIABLE.test(name) || name === '__proto__') {
    return {
      what: `"${name}" is not the name of a variable`,
      todo: 'use letters, digits and _, and do not begin with a digit',
    };
  }
  if (!name.startsWith('SLIPWAY_')) return null;
  return { what: 'names that begin with SLIPWAY_ are set by Slipway itself', todo: 'choose another name' };
}

/** Checks the name of a product or an environment. */
export function nameProblem(name: string): Problem | null {
  if (/^[a-z0-9][a-z0-9-]{0,38}$/.test(name)) return null;
  return {
    what: `"${name}" is not a name that people can type in a command`,
    todo: 'use 1 to 39 of a-z, 0-9 and -, and do not begin with -',
  };
}

export function environmentNameProblem(name: string): Problem | null {
  if (name !== 'all') return nameProblem(name);
  return { what: '"all" stands for all environments in commands', todo: 'choose another name' };
}

export function repositoryProblem(address: string): Problem | null {
  const parsed = parseRepositoryUrl(address);
  if (parsed.kind === 'ok') return null;
  return {
    what: `this address cannot be used: ${parsed.reason}`,
    todo: 'write for example https://github.com/acme/storefront.git or git@github.com:acme/storefront.git',
  };
}

export function branchProblem(branch: string): Problem | null {
  if (branch.startsWith('refs/')) {
    return {
      what: 'it is a full ref name',
      todo: `write the branch alone: ${branch.replace(/^refs\/heads\//, '')}`,
    };
  }
  if (isRefName(branch)) return null;
  return { what: `"${branch}" cannot be the name of a branch`, todo: 'write for example branch: main' };
}

export function channelProblem(channel: string): Problem | null {
  // Slack's channel id, which survives a rename of the channel.
  if (/^[CG][A-Z0-9]{8,}$/.test(channel)) return null;
  if (/^#[\p{L}\p{M}\p{N}_-]{1,80}$/u.test(channel) && channel === channel.toLowerCase()) return null;
  const name = channel.replace(/^#/, '').toLowerCase();
  const likely = /^[a-z0-9_-]{1,80}$/.test(name) ? name : 'storefront-releases';
  return {
    what: `"${channel}" is not a channel name`,
    todo: `write # and the name, in lower case and in quotes: channel: "#${likely}"`,
  };
}

/** Checks an address that Slipway shows as a link. */
export function linkProblem(link: string): Problem | null {
  const todo = 'write for example url: https://integration.example.com';
  if (!URL.canParse(link) || !/^https?:\/\//i.test(link) || /\s/.test(link)) {
    return { what: `"${redactCredentials(link)}" is not an http or https address`, todo };
  }
  const { username, password } = new URL(link);
  if (username !== '' || password !== '') return { what: 'it contains a user or password', todo };
  return link.length <= 1_000 ? null : { what: 'it is longer than 1,000 characters', todo };
}

export function commandProblem(command: string): Problem | null {
  if (command.trim() === '') return { what: 'the command is empty', todo: 'write the command' };
  return command.includes('\0')
    ? { what: 'it contains a NUL character', todo: 'remove that character' }
    : null;
}

/** Pattern for the name of an image, also used by editors. */
export const IMAGE = '^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}$';

export function imageProblem(image: string): Problem | null {
  if (new RegExp(IMAGE).test(image)) return null;
  return {
    what: `"${image.slice(0, 60)}" is not the name of an image`,
    todo: 'write for example image: node:24',
  };
}

/** Pattern for a Slack user id or a user group, also used by editors. */
export const PERSON_OR_GROUP = '^([UW][A-Z0-9]{2,20}|@[a-z0-9][a-z0-9._-]{0,79})$';

/** Checks a Slack user id, or a user group as `@handle`. */
export function personProblem(person: string): Problem | null {
  if (new RegExp(PERSON_OR_GROUP).test(person)) return null;
  if (person.startsWith('@')) {
    const todo = 'write @ and its handle, in lower case and in quotes: "@release-managers"';
    return { what: `"${person}" is not the handle of a user group`, todo };
  }
  const todo =
    'name people by Slack user id, such as U0123ABCD (in Slack: profile, ⋮, Copy member ID), groups as "@handle"';
  return { what: `"${person}" is neither a Slack user id nor a group`, todo };
}

/** The name of a check, which is compared exactly. */
export function checkNameProblem(name: string): Problem | null {
  if (!isCheckName(name)) {
    return {
      what: 'cannot be the name of a check',
      todo: `write it exactly as the forge shows it, in one line of at most ${CHECK_NAME_MAX} characters`,
    };
  }
  return null;
}
