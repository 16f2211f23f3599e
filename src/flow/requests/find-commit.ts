import type { Problem } from '../../chat/answers/problems/problem.ts';
import type { Request } from '../../chat/command/request.ts';
import { newestWanted } from '../../domain/documents/product.ts';
import { buildId, commandSha, type EnvironmentId, environmentId, isFullSha } from '../../domain/ids.ts';
import { undecorated } from '../../domain/pasted.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Resolved } from '../../git/mirror/resolve.ts';
import type { Mirror } from '../../git/mirror/types.ts';
import { type NotOne, readPasted } from '../../git/names/pasted.ts';
import { reportMove } from '../pipeline/fetch/fetch-branch.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Services } from '../services/services.ts';
import { findProduct, type ProductSettings } from '../settings/settings.ts';
import { releaseOf } from '../views/render-context.ts';
import { environmentView } from '../views/views.ts';

/** How many characters of a branch's or tag's name are kept with a release. */
const REF_MAX = 100;

/** The commit that a person meant, or the problem to report. */
export type Found =
  | { kind: 'found'; sha: string; ref: string | null }
  | { kind: 'problem'; problem: Problem };

/**
 * The commit to prepare when a person names none: the newest accepted below. In the lowest environment it is the newest head
 * of the branch that was not left out, as Slipway last recorded it, because this machine's mirror may be older.
 */
export async function newestBelow(
  services: Pick<Services, 'settings' | 'store'>,
  productName: string,
  id: EnvironmentId,
): Promise<Found> {
  const here = await environmentView(services, id);
  if (here.policy.below === null) {
    const product = findProduct(services.settings, productName);
    const known = await services.store.load('products', productName);
    const head = known && (newestWanted(known) ?? known.heads.at(-1));
    if (product && head) {
      const branch = typeof product.branch === 'string' ? product.branch : null;
      return { kind: 'found', sha: head.sha, ref: head.tag?.name ?? branch };
    }
    return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below: null } };
  }
  const below = await environmentView(services, environmentId(productName, here.policy.below));
  const { accepted } = below.environment;
  if (accepted) return { kind: 'found', sha: accepted.sha, ref: accepted.ref };
  return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below } };
}

/**
 * The commit for what a person typed or pasted. An unknown commit is fetched once; a branch or tag is looked up as it is
 * now.
 */
export async function findCommit(
  services: Services,
  product: string,
  typed: string,
  asked: Request,
): Promise<Found> {
  const settings = findProduct(services.settings, product);
  if (!settings) throw new NotConfigured(product);
  const { names, otherwise } = readPasted(typed, settings);
  const resolved = await resolve(services, product, names, otherwise);
  switch (resolved.kind) {
    case 'found':
      return {
        ...resolved,
        ref: resolved.ref?.replace(/^refs\/(?:heads|tags)\//, '').slice(0, REF_MAX) ?? null,
      };
    case 'invalid':
      return { kind: 'problem', problem: { kind: 'invalidCommit', typed } };
    case 'range':
      return {
        kind: 'problem',
        problem: { kind: 'twoCommits', typed, asked, commits: [resolved.to, resolved.from] },
      };
    case 'page':
      return { kind: 'problem', problem: { kind: 'noCommitPage', typed, product } };
    case 'elsewhere': {
      const { theirs, ours } = resolved;
      return { kind: 'problem', problem: { kind: 'otherRepository', product, theirs, ours } };
    }
    case 'unknown':
      return {
        kind: 'problem',
        problem: {
          kind: 'unknownCommit',
          product,
          typed,
          fetchedAt: services.now(),
          suggestions: [...(await otherwiseCalled(services, settings, typed)), ...resolved.suggestions].slice(
            0,
            5,
          ),
          asked,
        },
      };
    case 'ambiguous': {
      const { candidates } = resolved;
      return {
        kind: 'problem',
        problem: { kind: 'ambiguousCommit', product, typed, total: candidates.length, candidates, asked },
      };
    }
    default:
      return resolved satisfies never;
  }
}

const HEAD_WORDS = ['head', 'latest', 'newest', 'tip', 'trunk'];

/**
 * Suggestions for a name that git does not know: the commit of a release or environment with that name, or the branch or
 * newest tag for `HEAD` and the like.
 */
async function otherwiseCalled(
  services: Pick<Services, 'settings' | 'store'>,
  { name: product, branch, environments }: ProductSettings,
  typed: string,
): Promise<{ ref: string; what: 'branch' | 'tag' | 'commit' }[]> {
  const word = undecorated(typed).toLowerCase();
  if (HEAD_WORDS.includes(word)) {
    if (typeof branch === 'string') return [{ ref: branch, what: 'branch' }];
    const tag = (await services.store.load('products', product))?.heads.at(-1)?.tag;
    return tag ? [{ ref: tag.name, what: 'tag' }] : [];
  }
  const [, place = '', number] = /^(?:[\w-]+\/)?([\w-]+?)(?:#(\d{1,9}))?$/.exec(word) ?? [];
  const policy = environments.find((environment) => environment.policy.name === place)?.policy;
  if (policy === undefined) return [];
  const { environment } = await environmentView(services, environmentId(product, policy.name));
  const sha =
    number === undefined
      ? environment.deployed?.sha
      : (await releaseOf(services, environment, Number(number)))?.sha;
  return sha === undefined ? [] : [{ ref: commandSha(sha), what: 'commit' }];
}

/** The commits among `shas` that a pasted SHA, or a link to a commit, names. Git is not asked. */
export function namedAmong(
  services: Pick<Services, 'settings'>,
  product: string,
  typed: string,
  shas: readonly string[],
): readonly string[] {
  const settings = findProduct(services.settings, product);
  if (!settings) throw new NotConfigured(product);
  const { names, otherwise } = readPasted(typed, settings);
  const prefix = names.at(-1)?.toLowerCase() ?? '';
  return otherwise === null && /^[0-9a-f]{7,40}$/.test(prefix)
    ? shas.filter((sha) => sha.startsWith(prefix))
    : [];
}

async function resolve(
  services: Services,
  product: string,
  names: readonly string[],
  otherwise: NotOne | null,
): Promise<Resolved | NotOne> {
  const mirror = services.mirror(product);
  const here = await resolveIfFetched(mirror, names);
  // The meaning of a SHA never changes; a branch or tag may have moved since this machine last fetched.
  if (here?.kind === 'invalid') return otherwise ?? here;
  if (here?.kind === 'ambiguous' || (here?.kind === 'found' && here.ref === null)) return here;
  const sha = names.at(-1)?.toLowerCase() ?? '';
  if (await isOurs(services, product, sha)) {
    // A force push may have removed it since it was built, and this machine may never have had it.
    await mirror.ensureCommit(sha);
    return { kind: 'found', sha, ref: null };
  }
  try {
    await mirror.fetch();
  } catch (error) {
    if (here === null || here.kind === 'unknown') throw error;
    // A rollback must not wait for a forge; the answer shows which commit was taken.
    services.log.warn(
      { err: error, product, names },
      'could not fetch; names are resolved as of the last fetch',
    );
    return here;
  }
  await reportMove(services, product);
  const now = await resolveFirst(mirror, names);
  return now.kind === 'unknown' ? (otherwise ?? now) : now;
}

/** The first name that exists. */
async function resolveFirst(mirror: Mirror, names: readonly string[]): Promise<Resolved> {
  let last: Resolved = { kind: 'invalid' };
  for (const name of names) {
    const resolved = await mirror.resolve(name);
    if (resolved.kind === 'found' || resolved.kind === 'ambiguous') return resolved;
    if (resolved.kind === 'unknown') last = resolved;
  }
  return last;
}

/** True: a full SHA that Slipway was once asked to build. It is trusted, whatever refs contain it today. */
async function isOurs(services: Pick<Services, 'store'>, product: string, typed: string): Promise<boolean> {
  return isFullSha(typed) && (await services.store.load('builds', buildId(product, typed))) !== null;
}

/** null: the mirror does not exist yet, because nothing was fetched. */
async function resolveIfFetched(mirror: Mirror, names: readonly string[]): Promise<Resolved | null> {
  try {
    return await resolveFirst(mirror, names);
  } catch (error) {
    if (error instanceof GitError && error.kind === 'notFound') return null;
    throw error;
  }
}
