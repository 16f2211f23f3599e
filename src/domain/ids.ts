declare const kind: unique symbol;

/** Text that was made or parsed as an id of this kind. Plain text is not assignable to it. */
type Id<K extends string> = string & { readonly [kind]: K };

/** Id of an environment's document: `storefront/prod`. */
export type EnvironmentId = Id<'environment'>;

/** Id of a build's document: `storefront@<full sha>`. */
export type BuildId = Id<'build'>;

/** Id of a release: `storefront/prod#42`. */
export type ReleaseId = Id<'release'>;

/** A name contains none of these: with one of them, an id could be read in two ways. */
const NAME = '[^/@#:\\s]+';
const ENVIRONMENT = new RegExp(`^(${NAME})/(${NAME})$`);
const RELEASE = new RegExp(`^(${NAME}/${NAME})#(0|[1-9]\\d{0,14})$`);
const BUILD = new RegExp(`^(${NAME})@([0-9a-f]{40})$`);
const BUILD_RUN = /^(.*)#([1-9]\d{0,14})$/;
const FULL_SHA = /^[0-9a-f]{40}$/;

/** The id of an environment, from the names of its product and itself. */
export function environmentId(product: string, environment: string): EnvironmentId {
  return `${product}/${environment}` as EnvironmentId;
}

/** The parts of an environment's id. */
export function parseEnvironmentId(id: EnvironmentId): { product: string; environment: string };
/** The parts of the id; null: the text is not the id of an environment. */
export function parseEnvironmentId(id: string): { product: string; environment: string } | null;
export function parseEnvironmentId(id: string): { product: string; environment: string } | null {
  const [, product, environment] = ENVIRONMENT.exec(id) ?? [];
  return product === undefined || environment === undefined ? null : { product, environment };
}

export function isEnvironmentId(text: string): text is EnvironmentId {
  return ENVIRONMENT.test(text);
}

/** The ids of all environments of a product begin with this. */
export function environmentPrefix(product: string): string {
  return `${product}/`;
}

/** The id of the build of a commit. `sha`: in full. */
export function buildId(product: string, sha: string): BuildId {
  return `${product}@${sha}` as BuildId;
}

/** The parts of a build's id. */
export function parseBuildId(id: BuildId): { product: string; sha: string };
/** The parts of the id; null: the text is not the id of a build. */
export function parseBuildId(id: string): { product: string; sha: string } | null;
export function parseBuildId(id: string): { product: string; sha: string } | null {
  const [, product, sha] = BUILD.exec(id) ?? [];
  return product === undefined || sha === undefined ? null : { product, sha };
}

export function isBuildId(text: string): text is BuildId {
  return BUILD.test(text);
}

/** Id of one attempt at a build, under which its result is kept: `storefront@<full sha>#2`. */
export function buildRunId(run: { product: string; sha: string; attempt: number }): string {
  return `${buildId(run.product, run.sha)}#${run.attempt}`;
}

/** The parts of a build run's id; null: the text is not one. */
export function parseBuildRunId(id: string): { product: string; sha: string; attempt: number } | null {
  const [, build = '', attempt] = BUILD_RUN.exec(id) ?? [];
  const parsed = parseBuildId(build);
  return parsed === null ? null : { ...parsed, attempt: Number(attempt) };
}

/** The id of a release, from its environment and its number there. */
export function releaseId(environment: EnvironmentId, number: number): ReleaseId {
  return `${environment}#${number}` as ReleaseId;
}

/** A release as people read and type it where the product is clear: `prod#42`. */
export function releaseName(environment: string, number: number): string {
  return `${environment}#${number}`;
}

/** The parts of a release's id. */
export function parseReleaseId(id: ReleaseId): { environment: EnvironmentId; number: number };
/** The parts of the id; null: the text is not the id of a release. */
export function parseReleaseId(id: string): { environment: EnvironmentId; number: number } | null;
export function parseReleaseId(id: string): { environment: EnvironmentId; number: number } | null {
  const [, environment, number] = RELEASE.exec(id) ?? [];
  return environment === undefined || number === undefined
    ? null
    : { environment: environment as EnvironmentId, number: Number(number) };
}

export function isReleaseId(text: string): text is ReleaseId {
  return RELEASE.test(text);
}

/** Id of the card of a push, which becomes the card of its continuous release: `storefront@head-7`. */
export function pushCardId(product: string, head: number): string {
  return `${product}@head-${head}`;
}

/** The product of a document of any kind: what its id begins with. */
export function productOfDocument(id: string): string {
  return id.split(/[/@#:]/, 1)[0] ?? id;
}

/** True: a full, lower-case SHA-1 commit name. */
export function isFullSha(text: string): boolean {
  return FULL_SHA.test(text);
}

/** The abbreviated SHA that people read: seven characters. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** The abbreviated SHA in commands that Slipway writes: twelve characters, which stay unique for longer. */
export function commandSha(sha: string): string {
  return sha.slice(0, 12);
}
