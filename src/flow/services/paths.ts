import { join } from 'node:path';
import type { BuildStep } from '../../domain/documents/build-run.ts';

/** Worktrees of a product, numbered. */
export function treesPath(dataDirectory: string, product: string): string {
  return join(dataDirectory, 'trees', product);
}

/**
 * `HOME` of a product's commands, kept between them. Whatever is pushed writes that of builds; an environment of which people approve what runs
 * there has one of its own.
 */
export function homePath(dataDirectory: string, product: string, approvedIn: string | null): string {
  return join(dataDirectory, 'homes', approvedIn === null ? product : `${product}@${approvedIn}`);
}

/** Variables of containers that run now, a file each. */
export function environmentsPath(dataDirectory: string): string {
  return join(dataDirectory, 'environments');
}

/** Where the embedded tier keeps what builds made. */
export function artifactsPath(dataDirectory: string): string {
  return join(dataDirectory, 'artifacts');
}

export function mirrorPath(dataDirectory: string, product: string): string {
  return join(dataDirectory, 'mirrors', `${product}.git`);
}

/** Name of the log of one attempt in an environment (`storefront/prod`). */
export function attemptLog(environment: string, attempt: number): string {
  return `${environment}/${attempt}`;
}

/** Name of the log of one attempt at a build: of its build command, or of its test command. */
export function buildLog(product: string, sha: string, attempt: number, step: BuildStep): string {
  return `${product}/builds/${sha}-${attempt}${step === 'test' ? '-test' : ''}`;
}

/** Held by the guard of the command that runs in this environment, or for this build: one at a time. */
export function guardLockPath(dataDirectory: string, place: string): string {
  return join(dataDirectory, 'locks', `${place.replaceAll('/', '~')}.lock`);
}
