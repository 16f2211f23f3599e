import { join } from 'node:path';
import type { BuildStep } from '../../domain/documents/values/build/run.ts';
import { buildId } from '../../domain/ids.ts';

/** Directory of a product's worktrees, which are numbered. */
export function treesPath(dataDirectory: string, product: string): string {
  return join(dataDirectory, 'trees', product);
}

/**
 * `HOME` of a product's commands, kept between them. Anything that is pushed can write to the one of builds; an
 * environment where people approve what runs has its own (`approvedIn`: its name).
 */
export function homePath(dataDirectory: string, product: string, approvedIn: string | null): string {
  return join(dataDirectory, 'homes', approvedIn === null ? product : `${product}@${approvedIn}`);
}

/** Directory of files with the variables of running containers, one file each. */
export function environmentsPath(dataDirectory: string): string {
  return join(dataDirectory, 'environments');
}

/** Where the embedded tier keeps the results of builds. */
export function artifactsPath(dataDirectory: string): string {
  return join(dataDirectory, 'artifacts');
}

/** Directory of the local mirror of a product's repository. */
export function mirrorPath(dataDirectory: string, product: string): string {
  return join(dataDirectory, 'mirrors', `${product}.git`);
}

/** Directory for changes of one repository that is not a product's. `key`: of its address and how it is reached. */
export function changesPath(dataDirectory: string, key: string): string {
  return join(dataDirectory, 'changes', key);
}

/** Name of the log of one attempt in an environment. `environment`: its id, such as `storefront/prod`. */
export function attemptLog(environment: string, attempt: number): string {
  return `${environment}/${attempt}`;
}

/** Name of the log of the last command that said which commit really runs in an environment. */
export function currentLog(environment: string): string {
  return `${environment}/current`;
}

/** Lock file held by the guard of such a command, beside that of the deploy or verification. */
export function currentLockPath(dataDirectory: string, environment: string): string {
  return guardLockPath(dataDirectory, `${environment}@current`);
}

/** Name of the log of one attempt at a build: of its build command, or of its test command. */
export function buildLog(product: string, sha: string, attempt: number, step: BuildStep): string {
  return `${product}/builds/${sha}-${attempt}${step === 'test' ? '-test' : ''}`;
}

/** Whose log it is: of an attempt in an environment or at a build; null: of neither. */
export type LogOwner = { kind: 'environments' | 'builds'; id: string; attempt: number } | null;

const BUILD_LOG = /^([^/]+)\/builds\/([0-9a-f]{40})-(\d{1,15})(?:-test)?$/;
const ATTEMPT_LOG = /^([^/]+\/[^/]+)\/(\d{1,15})$/;

/** Reads the name of a log. */
export function ownerOfLog(name: string): LogOwner {
  const [, product, sha, attempt] = BUILD_LOG.exec(name) ?? [];
  if (product !== undefined && sha !== undefined)
    return { kind: 'builds', id: buildId(product, sha), attempt: Number(attempt) };
  const [, environment, number] = ATTEMPT_LOG.exec(name) ?? [];
  return environment === undefined
    ? null
    : { kind: 'environments', id: environment, attempt: Number(number) };
}

/**
 * Lock file held by the guard of the command that runs in this environment or for this build: one at a time. `place`: id
 * of the environment or build.
 */
export function guardLockPath(dataDirectory: string, place: string): string {
  return join(dataDirectory, 'locks', `${place.replaceAll('/', '~')}.lock`);
}
