import { namesIn } from '../../../adapters/executors/words.ts';
import { plainAddress, sameRepository } from '../../../git/names/repository-url.ts';
import { isRecord, list, record } from '../file/raw.ts';
import type { PlacedError } from '../problems/explain.ts';
import type { Path } from '../problems/problem.ts';

/** What two words stand for, at each deploy to an environment. */
export interface Names {
  product: string;
  environment: string;
}

/** The text with these words filled in, and no others. */
export function filledFor(text: string, { product, environment }: Names): string {
  return text.replaceAll('{product}', product).replaceAll('{environment}', environment);
}

/** A value that deploys of one environment set. */
interface OneSet {
  /** `storefront/prod` */
  environment: string;
  repository: string;
  branch: string;
  /** With the words filled in that stand for the same at each deploy, as `value`. */
  file: string;
  /** The keys and indexes. */
  keys: string[];
  value: string;
}

/**
 * Environments that set one value: a deploy to one would be a deploy to the other. A value that is always the same for both is
 * none. Ignores whatever has the wrong shape, as `rules.ts` does.
 */
export function sharedSetErrors(products: Record<string, unknown>): PlacedError[] {
  const known: OneSet[] = [];
  return Object.entries(products).flatMap(([product, settings]) =>
    list(record(settings).environments).flatMap((environment, index) => {
      const { name, deploy } = record(environment);
      if (typeof name !== 'string') return [];
      const at: Path = ['products', product, 'environments', index, 'deploy', 'git'];
      const sets = setsOf(record(record(deploy).git), { product, environment: name });
      const clash = sets.flatMap((one) => known.filter((other) => isShared(one, other)).slice(0, 1))[0];
      known.push(...sets);
      if (clash === undefined) return [];
      const what = `${product}/${name} and ${clash.environment} would set ${clash.keys.join('.')} in the same file, so a deploy to one would be a deploy to the other`;
      const todo =
        'give each a file of its own, file: "apps/{product}/{environment}/values.yaml", or other keys';
      return [{ path: [...at, 'set'], what, todo }];
    }),
  );
}

function setsOf({ repository, branch = 'main', file, set }: Record<string, unknown>, names: Names): OneSet[] {
  if (typeof repository !== 'string' || typeof branch !== 'string' || typeof file !== 'string') return [];
  const pairs: [unknown[], unknown][] = isRecord(set)
    ? Object.entries(set).map(([path, value]) => [path.split('.'), value])
    : list(set).map((pair) => [list(list(pair)[0]), list(pair)[1]]);
  return pairs.flatMap(([keys, value]) =>
    typeof value === 'string'
      ? [
          {
            environment: `${names.product}/${names.environment}`,
            repository,
            branch,
            file: filledFor(file, names),
            keys: keys.map(String),
            value: filledFor(value, names),
          },
        ]
      : [],
  );
}

function isShared(one: OneSet, other: OneSet): boolean {
  const isSameFile =
    one.branch === other.branch &&
    one.file === other.file &&
    (plainAddress(one.repository) === plainAddress(other.repository) ||
      sameRepository(one.repository, other.repository));
  if (!isSameFile || JSON.stringify(one.keys) !== JSON.stringify(other.keys)) return false;
  return one.value !== other.value || namesIn(one.value).length > 0;
}
