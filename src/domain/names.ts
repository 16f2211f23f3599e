/** Name of an environment's aggregate: `storefront/prod`. */
export function environmentId(product: string, environment: string): string {
  return `${product}/${environment}`;
}

/** Name of a build's aggregate: `storefront@<full sha>`. */
export function buildId(product: string, sha: string): string {
  return `${product}@${sha}`;
}

/** Name of one attempt at a build, for what it made: `storefront@<full sha>#2`. */
export function buildRunId(run: { product: string; sha: string; attempt: number }): string {
  return `${buildId(run.product, run.sha)}#${run.attempt}`;
}

/** Full name of a release: `storefront/prod#42`. */
export function releaseId(environment: string, number: number): string {
  return `${environment}#${number}`;
}

/** The card of a push, which becomes the card of the continuous release it leads to: `storefront@head-7`. */
export function pushCardId(product: string, head: number): string {
  return `${product}@head-${head}`;
}

const FULL_SHA = /^[0-9a-f]{40}$/;

/** True for a full, lower-case SHA-1 name of a commit. */
export function isFullSha(text: string): boolean {
  return FULL_SHA.test(text);
}

/** The seven characters people read. */
export function short(sha: string): string {
  return sha.slice(0, 7);
}
