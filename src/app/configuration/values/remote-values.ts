import { namesIn, unknownWords, WORDS } from '../../../adapters/executors/words.ts';
import { isStandardSecret } from '../../../adapters/standard-webhooks.ts';
import { isLoopback } from '../../../git/names/repository-url.ts';
import type { Problem } from '../problems/problem.ts';
import { readLogin } from './git-values.ts';
import type { Variables } from './given.ts';
import { branchProblem, readVariable, type Spared, withoutLineEnd } from './values.ts';

/** Who knows the secret can deploy, and may guess it at leisure from one request. */
const SHORTEST_SECRET = 16;
const LONGEST_VALUE = 10_000;

/** A text with words in braces. */
export function wordsProblem(text: string): Problem | null {
  const [unknown] = unknownWords(text);
  if (unknown !== undefined) {
    const known = WORDS.map((word) => `{${word}}`).join(', ');
    return { what: `{${unknown.slice(0, 40)}} stands for nothing`, todo: `the words are ${known}` };
  }
  if (text.length <= LONGEST_VALUE) return null;
  return { what: `it is longer than ${LONGEST_VALUE.toLocaleString('en')} characters`, todo: 'shorten it' };
}

/** The branch or tag of a workflow or pipeline. */
export function runRefProblem(ref: string): Problem | null {
  if (!ref.startsWith('refs/') && namesIn(ref).length > 0) return wordsProblem(ref);
  const problem = branchProblem(ref);
  return problem && { ...problem, todo: problem.todo.replace('branch: ', 'ref: ') };
}

/** The file of a workflow, by its name alone, as GitHub's API takes it. */
export function workflowProblem(workflow: string): Problem | null {
  if (/^[^/\s{}]+\.ya?ml$/.test(workflow)) return null;
  const base = workflow.split('/').at(-1) ?? '';
  const likely = /^[\w.-]+\.ya?ml$/.test(base) ? base : 'deploy.yml';
  return {
    what: `"${workflow.slice(0, 60)}" is not the name of a workflow's file`,
    todo: `write the file in .github/workflows, without its folder: workflow: ${likely}`,
  };
}

/** Pattern for what an input or a variable can be called elsewhere, also used by editors. */
export const INPUT_NAME = '^[A-Za-z_][A-Za-z0-9_.-]{0,254}$';

export function inputNameProblem(name: string): Problem | null {
  // zod silently drops __proto__.
  if (new RegExp(INPUT_NAME).test(name) && name !== '__proto__') return null;
  return {
    what: `"${name.slice(0, 60)}" cannot be the name of an input`,
    todo: 'use letters, digits, _, - and ., and do not begin with a digit, - or .',
  };
}

/** The address of a server that deploys. */
export function addressProblem(address: string): Problem | null {
  return urlProblem(address, {
    example: 'url: https://deploy.acme.dev/slipway',
    login: 'remove them: requests are signed with the secret',
    words: 'write it without: the server is told product, environment and step in each request',
  });
}

/** The address of a job of Jenkins. */
export function jobProblem(address: string): Problem | null {
  const example = 'job: https://ci.acme.dev/job/deploy';
  const login = 'remove them, and write user: slipway and token: env:JENKINS_TOKEN beside it';
  const words = 'name one job, and tell it by parameters what to deploy where';
  const problem = urlProblem(address, { example, login, words });
  if (problem !== null) return problem;
  const { pathname, search } = new URL(address);
  if (search !== '') return { what: 'it has a query', todo: `write for example ${example}` };
  if (/\/job\/[^/]+\/?$/.test(pathname)) return null;
  return {
    what: 'it is not the address of a job',
    todo: `copy it from the page of the job, as in ${example}`,
  };
}

function urlProblem(
  address: string,
  { example, login, words }: { example: string; login: string; words: string },
): Problem | null {
  const todo = `write for example ${example}`;
  if (!URL.canParse(address)) return { what: 'it is not an address', todo };
  if (/\s/.test(address)) return { what: 'it has a space', todo: 'write %20 for each space' };
  const { protocol, hostname, username, password, hash } = new URL(address);
  if (username !== '' || password !== '') return { what: 'it contains a user or password', todo: login };
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname)))
    return { what: `"${address}" is not an https address; http is accepted only for this machine`, todo };
  if (hash !== '') return { what: 'it has a fragment', todo };
  return namesIn(address).length === 0
    ? null
    : { what: 'words in braces are not filled in here', todo: words };
}

/** Reads the name of a user of Jenkins. A colon ends it where it is sent. */
export function readUser(written: string, variables: Variables, spared: Spared): string | Problem {
  const user = readLogin(written, variables, spared);
  if (typeof user !== 'string' || !user.includes(':')) return user;
  return {
    what: 'it contains a colon, which no user has',
    todo: 'write the token beside it: token: env:JENKINS_TOKEN',
  };
}

/** Reads a token of one line. Empty: it is not set, and may be missing here: only processes that deploy need it. */
export function readToken(written: string, variables: Variables, spared: Spared): string | Problem {
  const value = readVariable(written, variables, spared);
  if ('what' in value) return value;
  const token = withoutLineEnd(value.text, written, variables);
  if (/[\r\n\0]/.test(token)) return { what: 'it is longer than one line', todo: 'write one line' };
  if (token !== '' || isSecretName(written)) return token;
  return { what: 'it is empty', todo: 'name a variable or a file: env:NAME or file:/run/secrets/name' };
}

function isSecretName(written: string): boolean {
  return written.startsWith('env:') || written.startsWith('file:');
}

/** Reads the secret with which requests are signed. Empty: as for `readToken`. */
export function readSigningSecret(written: string, variables: Variables, spared: Spared): string | Problem {
  const secret = readToken(written, variables, spared);
  if (typeof secret !== 'string' || secret === '') return secret;
  return secretProblem(secret) ?? secret;
}

function secretProblem(secret: string): Problem | null {
  const todo = 'make one with: echo "whsec_$(openssl rand -base64 32)"';
  if (!isStandardSecret(secret)) {
    const { length } = secret.trim();
    if (length >= SHORTEST_SECRET) return null;
    return { what: `the secret has ${length} characters; it needs at least ${SHORTEST_SECRET}`, todo };
  }
  const key = secret.slice('whsec_'.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 === 1)
    return { what: 'what follows whsec_ is not base64', todo };
  const bytes = Buffer.from(key, 'base64').length;
  if (bytes >= SHORTEST_SECRET) return null;
  return { what: `the secret has ${bytes} bytes; it needs at least ${SHORTEST_SECRET}`, todo };
}
