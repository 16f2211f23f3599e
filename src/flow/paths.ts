import { join } from 'node:path';

/** The tree that a build made and every deploy of that commit uses. */
export function treePath(dataDirectory: string, product: string, sha: string): string {
  return join(dataDirectory, 'trees', product, sha);
}

export function mirrorPath(dataDirectory: string, product: string): string {
  return join(dataDirectory, 'mirrors', `${product}.git`);
}

/** Log of one attempt in an environment (`storefront/prod`). */
export function attemptLogPath(dataDirectory: string, environment: string, attempt: number): string {
  return join(dataDirectory, 'logs', environment, `${attempt}.log`);
}

export function buildLogPath(dataDirectory: string, product: string, sha: string, attempt: number): string {
  return join(dataDirectory, 'logs', product, 'builds', `${sha}-${attempt}.log`);
}

/** Held by the guard of the command that runs in this environment, or for this build: one at a time. */
export function guardLockPath(dataDirectory: string, place: string): string {
  return join(dataDirectory, 'locks', `${place.replaceAll('/', '~')}.lock`);
}
