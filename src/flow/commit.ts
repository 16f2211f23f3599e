import type { Asked } from '../chat/asked.ts';
import type { Problem } from '../chat/problems.ts';
import { environmentId } from '../domain/names.ts';
import { GitError } from '../git/git-error.ts';
import type { Parts } from './parts.ts';
import { findProduct } from './settings.ts';
import { commitLine, environmentView } from './views.ts';

/** How much of a branch's or tag's name is kept with a release. */
const REF_MAX = 100;

export type Found =
  | { kind: 'found'; sha: string; ref: string | null }
  | { kind: 'problem'; problem: Problem };

/** Left out, a commit is the newest accepted below; in the lowest environment, the head of the branch. */
export async function newestBelow(parts: Parts, productName: string, id: string): Promise<Found> {
  const here = await environmentView(parts, id);
  if (here.policy.below === null) {
    const product = findProduct(parts.settings, productName);
    const sha = product ? await parts.mirror(productName).head(product.branch) : null;
    if (product && sha) return { kind: 'found', sha, ref: product.branch };
    return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below: null } };
  }
  const below = await environmentView(parts, environmentId(productName, here.policy.below));
  const { accepted } = below.environment;
  if (accepted) return { kind: 'found', sha: accepted.sha, ref: accepted.ref };
  return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below } };
}

/** One commit for what a person typed. What is not known yet is fetched once. */
export async function findCommit(parts: Parts, product: string, typed: string, asked: Asked): Promise<Found> {
  const mirror = parts.mirror(product);
  let resolved = await resolveIfFetched(parts, product, typed);
  if (resolved === null || resolved.kind === 'unknown') {
    await mirror.fetch();
    resolved = await mirror.resolve(typed);
  }
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
      const lines = await Promise.all(resolved.candidates.map(({ sha }) => commitLine(parts, product, sha)));
      const candidates = resolved.candidates.map(
        ({ sha, subject }, index) => lines[index] ?? { sha, subject, author: '' },
      );
      return {
        kind: 'problem',
        problem: { kind: 'ambiguousCommit', product, typed, total: candidates.length, candidates, asked },
      };
    }
    default:
      return resolved satisfies never;
  }
}

async function resolveIfFetched(parts: Parts, product: string, typed: string) {
  try {
    return await parts.mirror(product).resolve(typed);
  } catch (error) {
    if (error instanceof GitError && error.kind === 'notFound') return null;
    throw error;
  }
}
