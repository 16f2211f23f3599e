import type { Problem } from '../problems/problem.ts';
import type { Variables } from './given.ts';
import { isSpared, NOTHING_SPARED, readVariable, type Spared, type Value } from './values.ts';

/** Reads a value that must always be set, because every process that fetches needs it. */
function readSecret(written: string, variables: Variables, spared: Spared): Value | Problem {
  return readVariable(written, variables, spared.everything ? spared : NOTHING_SPARED);
}

/** Reads a user name, token or password: one line that is not empty. */
export function readLogin(written: string, variables: Variables, spared: Spared): string | Problem {
  const value = readSecret(written, variables, spared);
  if ('what' in value) return value;
  if (value.text !== '' && !/[\r\n\0]/.test(value.text)) return value.text;
  return {
    what: 'it is empty, or longer than one line',
    todo: 'write one line: env:GIT_TOKEN or file:/run/secrets/git-token',
  };
}

/** Reads the token of a forge, which is sent in a header. */
export function readToken(written: string, variables: Variables, spared: Spared): string | Problem {
  const token = readLogin(written, variables, spared);
  if (typeof token !== 'string' || /^[\x21-\x7e]+$/.test(token)) return token;
  return {
    what: 'it contains a blank, or a character that no token has',
    todo: 'copy it again, without what stands around it',
  };
}

/** Reads a private key for ssh. */
export function readSshKey(written: string, variables: Variables, spared: Spared): string | Problem {
  return readPrivateKey(written, variables, {
    spared,
    otherwise: {
      what: 'it is not an ssh private key',
      todo: 'name a file that contains one, as in file:/run/secrets/deploy-key, or a variable, as in env:DEPLOY_KEY',
    },
  });
}

/** Reads the private key of a GitHub App. */
export function readAppKey(written: string, variables: Variables, spared: Spared): string | Problem {
  return readPrivateKey(written, variables, {
    spared,
    otherwise: {
      what: 'it is not the private key of a GitHub App',
      todo: 'name the .pem file that GitHub made, as in file:/run/secrets/slipway.pem, or a variable that contains it, as in env:GITHUB_APP_KEY',
    },
  });
}

function readPrivateKey(
  written: string,
  variables: Variables,
  { spared, otherwise }: { spared: Spared; otherwise: Problem },
): string | Problem {
  const value = readSecret(written, variables, spared);
  if ('what' in value) return value;
  if (isSpared(written, variables, spared)) return value.text;
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(value.text)) return otherwise;
  if (!hasPassphrase(value.text)) return value.text;
  return {
    what: 'it has a passphrase, and nobody is there to type it',
    todo: 'make a key without one, or take it off a copy: ssh-keygen -p -N "" -f FILE',
  };
}

/** What a key of OpenSSH begins with, before the name of its cipher. */
const OPENSSH = Buffer.from('openssh-key-v1\0');

function hasPassphrase(key: string): boolean {
  if (/Proc-Type: *4,ENCRYPTED|BEGIN ENCRYPTED /.test(key)) return true;
  const [, body = ''] = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)/.exec(key) ?? [];
  const bytes = Buffer.from(body.replaceAll('\\n', ''), 'base64');
  if (!bytes.subarray(0, OPENSSH.length).equals(OPENSSH)) return false;
  const length = bytes.length < OPENSSH.length + 4 ? 0 : bytes.readUInt32BE(OPENSSH.length);
  return bytes.toString('latin1', OPENSSH.length + 4, OPENSSH.length + 4 + length) !== 'none';
}

/** Reads the content of a `known_hosts` file with at least one host. */
export function readKnownHosts(written: string, variables: Variables, spared: Spared): string | Problem {
  const value = readSecret(written, variables, spared);
  if ('what' in value) return value;
  if (isSpared(written, variables, spared)) return value.text;
  // What ssh-keyscan prints of a host that does not answer are comments alone.
  if (/^[ \t]*[^\s#]\S*[ \t]+\S+[ \t]+\S+/m.test(value.text)) return value.text;
  return {
    what: 'it contains no known host',
    todo: 'name a file that contains what ssh-keyscan prints, as in file:/etc/slipway/known_hosts',
  };
}
