import type { Logger } from 'pino';
import { mirrorPath, treesPath } from '../flow/services/paths.ts';
import type { Services } from '../flow/services/services.ts';
import { findProduct, type Settings } from '../flow/services/settings.ts';
import { NO_ACCESS } from '../git/commands/access.ts';
import { openMirror } from '../git/mirror/mirror.ts';
import { remembering } from '../git/mirror/remember.ts';
import { openPool } from '../git/trees/pool.ts';
import { guardIsGone } from '../runner/files/lock.ts';

/**
 * Opens what this process keeps of repositories below its data directory: a mirror and a pool of worktrees for each
 * product, on first use. `onFetched`: called after heads and tags of a product were fetched because somebody named a
 * commit.
 */
export function openRepositories(
  settings: Settings,
  dataDirectory: string,
  log: Logger,
  now: () => number,
  onFetched: (product: string) => void = () => {},
): Pick<Services, 'mirror' | 'trees'> {
  const productOf = (name: string) => {
    const product = findProduct(settings, name);
    if (!product) throw new TypeError(`${name} is not a product`);
    return product;
  };
  const mirror = once((name) => {
    const { repository, git } = productOf(name);
    const directory = mirrorPath(dataDirectory, name);
    const access = git?.access ?? NO_ACCESS;
    return remembering(openMirror({ directory, repository, access, now, onFetched: () => onFetched(name) }));
  });
  const trees = once((name) =>
    openPool({
      directory: treesPath(dataDirectory, name),
      mirror: mirror(name),
      submodules: productOf(name).git?.submodules ?? true,
      lfs: productOf(name).git?.lfs ?? true,
      guardIsGone,
      now,
      onProblem: (error, directory) =>
        log.warn(
          { err: error, directory },
          'a worktree can neither be reused nor removed; another replaces it',
        ),
    }),
  );
  return { mirror, trees };
}

function once<T>(open: (product: string) => T): (product: string) => T {
  const opened = new Map<string, T>();
  return (product) => {
    const value = opened.get(product) ?? open(product);
    opened.set(product, value);
    return value;
  };
}
