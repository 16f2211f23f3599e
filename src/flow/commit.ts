import type { Asked } from '../chat/asked.ts';
import type { Problem } from '../chat/problems.ts';
import { buildId, environmentId, isFullSha } from '../domain/names.ts';
import { GitError } from '../git/git-error.ts';
import type { Resolved } from '../git/resolve.ts';
import { reportMove } from './fetch.ts';
import type { Parts } from './parts.ts';
import { findProduct } from './settings.ts';
import { environmentView } from './views.ts';

/** How much of a branch's or tag's name is kept with a release. */
const REF_MAX = 100;

export type Found =
  | { kind: 'found'; sha: string; ref: string | null }
  | { kind: 'problem'; problem: Problem };

/**
 * Left out, a commit is the newest accepted below; in the lowest environment, the head of the branch as Slipway last saw
 * it move: this machine's mirror may be older.
 */
export async function newestBelow(parts: Parts, productName: string, id: string): Promise<Found> {
  const here = await environmentView(parts, id);
  if (here.policy.below === null) {
    const product = findProduct(parts.settings, productName);
    const head = (await parts.store.load('products', productName))?.heads.at(-1);
    if (product && head) return { kind: 'found', sha: head.sha, ref: product.branch };
    return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below: null } };
  }
  const below = await environmentView(parts, environmentId(productName, here.policy.below));
  const { accepted } = below.environment;
  if (accepted) return { kind: 'found', sha: accepted.sha, ref: accepted.ref };
  return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below } };
}

/** One commit for what a person typed. What is not known yet is fetched once, and a name is looked up as it is now. */
export async function findCommit(parts: Parts, product: string, typed: string, asked: Asked): Promise<Found> {
  const resolved = await resolve(parts, product, typed);
  switch (resolved.kind) {
    case 'found':
      return { ...resolved, ref: resolved.ref?.slice(0, REF_MAX) ?? null };
    case 'invalid':
      return { kind: 'problem', problem: { kind: 'invalidCommit', typed } };
    case 'unknown':
      return {
        kind: 'problem',
        problem: {
          kind: 'unknownCommit',
          product,
          typed,
          fetchedAt: parts.now(),
          suggestions: resolved.suggestions.map((ref) => ({ ref, what: 'branch' as const })),
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

async function resolve(parts: Parts, product: string, typed: string): Promise<Resolved> {
  const mirror = parts.mirror(product);
  const here = await resolveIfFetched(parts, product, typed);
  // What a SHA means never changes; a branch or tag may have moved since this machine fetched.
  if (here?.kind === 'invalid' || here?.kind === 'ambiguous' || (here?.kind === 'found' && here.ref === null))
    return here;
  if (await isOurs(parts, product, typed)) {
    // It may have been pushed away by force since it was built, and this machine may never have seen it.
    await mirror.bring(typed);
    return { kind: 'found', sha: typed, ref: null };
  }
  try {
    await mirror.fetch();
  } catch (error) {
    if (here === null || here.kind === 'unknown') throw error;
    // A rollback must not wait for a forge; the answer shows which commit it is.
    parts.log.warn({ err: error, product, typed }, 'could not fetch; a name is taken as it was fetched last');
    return here;
  }
  await reportMove(parts, product);
  return mirror.resolve(typed);
}

/** A full SHA that Slipway was asked to build once: no stranger's, whatever refs hold it today. */
async function isOurs(parts: Parts, product: string, typed: string): Promise<boolean> {
  return isFullSha(typed) && (await parts.store.load('builds', buildId(product, typed))) !== null;
}

async function resolveIfFetched(parts: Parts, product: string, typed: string) {
  try {
    return await parts.mirror(product).resolve(typed);
  } catch (error) {
    if (error instanceof GitError && error.kind === 'notFound') return null;
    throw error;
  }
}
