import { isBrokenGlob, pathFilter } from '../../../domain/paths.ts';
import { sameRepository } from '../../../git/names/repository-url.ts';
import { isRecord, list } from '../file/raw.ts';
import type { PlacedError } from '../problems/explain.ts';
import type { Path } from '../problems/problem.ts';
import { dottedPathProblem } from '../values/change-values.ts';
import { filledFor, type Names } from './shared-sets.ts';

/** Errors between the fields of a change in a repository, and with those of its product. Ignores whatever has the wrong shape. */
export function setErrors(
  { repository, branch = 'main', file, set }: Record<string, unknown>,
  product: Record<string, unknown>,
  { path, names }: { path: Path; names: Names },
): PlacedError[] {
  const changed = typeof file === 'string' ? filledFor(file, names) : null;
  return [
    ...pathErrors(set, [...path, 'set']),
    ...loopErrors({ repository, branch, file: changed }, product, path),
  ];
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
  { repository, branch, file }: { repository: unknown; branch: unknown; file: string | null },
  product: Record<string, unknown>,
  path: Path,
): PlacedError[] {
  if (typeof repository !== 'string' || typeof product.repository !== 'string') return [];
  const isFollowed = product.tags === undefined && (product.branch ?? 'main') === branch;
  if (!isFollowed || !sameRepository(repository, product.repository) || !isBuilt(file, product.paths))
    return [];
  return [
    {
      path,
      what: 'every deploy would be a new commit on the branch that the product follows, which is built and deployed again',
      todo: 'name another branch or repository, or leave the file out of what is built: paths: ["**", "!apps/**"] of the product',
    },
  ];
}

/** Whether a change of the file would be built. null: it has the wrong shape. */
function isBuilt(file: string | null, paths: unknown): boolean {
  if (paths === undefined) return true;
  const globs = list(paths).filter((glob) => typeof glob === 'string');
  return file !== null && !globs.some(isBrokenGlob) && pathFilter(globs)(file);
}
