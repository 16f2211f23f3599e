import { recordFile } from '../../../flow/settings/records.ts';
import { plainAddress, sameRepository } from '../../../git/names/repository-url.ts';
import { isRecord, list, record } from '../file/raw.ts';
import type { PlacedError } from '../problems/explain.ts';
import type { Path } from '../problems/problem.ts';

/** `records` of a product, as far as what is written has the right shape. */
interface WrittenRecords {
  repository: string;
  branch: string;
  path: string;
  tags: boolean;
}

/** A file that one environment has in a repository. */
interface Owned {
  file: string;
  id: string;
  records: WrittenRecords;
}

/** Errors between the records of products. Ignores whatever has the wrong shape, as `rules.ts` does. */
export function recordsErrors(products: Record<string, unknown>): PlacedError[] {
  const owned: Owned[] = [];
  return Object.entries(products).flatMap(([name, product]) => {
    const records = recordsOf(product);
    if (records === null) return [];
    const path = ['products', name, 'records'];
    return [
      ...followedErrors(records, path, products),
      ...sharedErrors(records, path, { owned, files: filesOf(name, record(product), records) }),
    ];
  });
}

function recordsOf(product: unknown): WrittenRecords | null {
  const { records } = record(product);
  if (!isRecord(records)) return null;
  const { repository, branch = 'main', path = '{product}/{environment}.json', tags = false } = records;
  return typeof repository === 'string' &&
    typeof branch === 'string' &&
    typeof path === 'string' &&
    typeof tags === 'boolean'
    ? { repository, branch, path, tags }
    : null;
}

/** A record is a push: where pushes are built and deployed, each would lead to the next one. */
function followedErrors(
  { repository, branch, tags }: WrittenRecords,
  path: Path,
  products: Record<string, unknown>,
): PlacedError[] {
  for (const [name, product] of Object.entries(products)) {
    const { repository: theirs, branch: followed = 'main', tags: glob } = record(product);
    if (typeof theirs !== 'string' || !sameRepository(theirs, repository)) continue;
    if (glob === undefined && followed === branch) {
      const what = `it is the branch whose pushes ${name} builds, so each record would be built and deployed`;
      return [{ path: [...path, 'branch'], what, todo: 'name another branch, or a repository of its own' }];
    }
    if (glob !== undefined && tags) {
      const what = `${name} builds tags of this repository, and might take a tag of an acceptance for one`;
      return [{ path: [...path, 'tags'], what, todo: 'remove it, or name a repository of its own' }];
    }
  }
  return [];
}

/** Two environments that write one file would undo what the other says. */
function sharedErrors(
  { path: written }: WrittenRecords,
  path: Path,
  { owned, files }: { owned: Owned[]; files: Owned[] },
): PlacedError[] {
  for (const file of files) {
    const other = owned.find((one) => isSameFile(one, file));
    if (other !== undefined) {
      const lacks = ['{product}', '{environment}'].filter((word) => !written.includes(word));
      const todo =
        lacks.length === 0
          ? 'write another path, such as path: "{product}/{environment}.json"'
          : `write ${lacks.join(' and ')} into path, as in path: "{product}/{environment}.json"`;
      return [
        { path: [...path, 'path'], what: `${file.id} and ${other.id} would write the same file`, todo },
      ];
    }
    owned.push(file);
  }
  return [];
}

function isSameFile(a: Owned, b: Owned): boolean {
  if (a.records.branch !== b.records.branch || a.file.toLowerCase() !== b.file.toLowerCase()) return false;
  const [left, right] = [a.records.repository, b.records.repository];
  return plainAddress(left) === plainAddress(right) || sameRepository(left, right);
}

function filesOf(
  product: string,
  { environments }: Record<string, unknown>,
  records: WrittenRecords,
): Owned[] {
  return list(environments).flatMap((environment) => {
    const { name } = record(environment);
    if (typeof name !== 'string') return [];
    return { file: recordFile(records, { product, environment: name }), id: `${product}/${name}`, records };
  });
}
