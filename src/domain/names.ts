/** Id of an environment's document: `storefront/prod`. */
export function environmentId(product: string, environment: string): string {
  return `${product}/${environment}`;
}

/** Id of a build's document: `storefront@<full sha>`. */
export function buildId(product: string, sha: string): string {
  return `${product}@${sha}`;
}

/** Id of one attempt at a build, under which its result is kept: `storefront@<full sha>#2`. */
export function buildRunId(run: { product: string; sha: string; attempt: number }): string {
  return `${buildId(run.product, run.sha)}#${run.attempt}`;
}

/** Id of a release: `storefront/prod#42`. */
export function releaseId(environment: string, number: number): string {
  return `${environment}#${number}`;
}

/** Id of the card of a push, which becomes the card of its continuous release: `storefront@head-7`. */
export function pushCardId(product: string, head: number): string {
  return `${product}@head-${head}`;
}

const FULL_SHA = /^[0-9a-f]{40}$/;

/** True: a full, lower-case SHA-1 commit name. */
export function isFullSha(text: string): boolean {
  return FULL_SHA.test(text);
}

/** The abbreviated SHA that people read: seven characters. */
export function short(sha: string): string {
  return sha.slice(0, 7);
}
