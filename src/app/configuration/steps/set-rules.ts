import { sameRepository } from '../../../git/names/repository-url.ts';
import { isRecord, list } from '../file/raw.ts';
import type { PlacedError } from '../problems/explain.ts';
import type { Path } from '../problems/problem.ts';
import { dottedPathProblem } from '../values/change-values.ts';

/** Errors between the fields of a change in a repository, and with those of its product. Ignores whatever has the wrong shape. */
export function setErrors(
  { repository, branch = 'main', set }: Record<string, unknown>,
  product: Record<string, unknown>,
  path: Path,
): PlacedError[] {
  return [...pathErrors(set, [...path, 'set']), ...loopErrors({ repository, branch }, product, path)];
}

function pathErrors(set: unknown, path: Path): PlacedError[] {
  if (isRecord(set)) {
    const names = Object.keys(set);
    if (names.length === 0)
      return [{ path, what: 'sets nothing', todo: 'write what changes: set: { image.tag: "{commit}" }' }];
    return names.flatMap((name) => {
      const problem = dottedPathProblem(name);
      return problem === null ? [] : [{ path: [...path, name], ...problem }];
    });
  }
  const seen = new Set<string>();
  return list(set).flatMap((pair, index) => {
    const key = JSON.stringify(list(pair)[0]);
    const isTwice = seen.has(key);
    seen.add(key);
    return isTwice
      ? [{ path: [...path, index], what: `${key} is set twice`, todo: 'keep one of the two' }]
      : [];
  });
}

/** A deploy that commits to the branch that is built would be built and deployed, and so on. */
function loopErrors(
  { repository, branch }: { repository: unknown; branch: unknown },
  product: Record<string, unknown>,
  path: Path,
): PlacedError[] {
  if (typeof repository !== 'string' || typeof product.repository !== 'string') return [];
  const isFollowed = product.tags === undefined && (product.branch ?? 'main') === branch;
  if (!isFollowed || product.paths !== undefined || !sameRepository(repository, product.repository))
    return [];
  return [
    {
      path,
      what: 'every deploy would be a new commit on the branch that the product follows, which is built and deployed again',
      todo: 'name another branch or repository, or leave the file out of what is built: paths: ["**", "!apps/**"] of the product',
    },
  ];
}
