import type { Logger } from 'pino';
import { mirrorPath, treesPath } from '../flow/services/paths.ts';
import type { Services } from '../flow/services/services.ts';
import type { ForgeSettings } from '../flow/settings/forges.ts';
import { KEEP, mustKnow, type ProductSettings, type Settings } from '../flow/settings/settings.ts';
import { changingAccess, NO_ACCESS, openAccess } from '../git/commands/access.ts';
import { openMirror } from '../git/mirror/mirror.ts';
import { remembering } from '../git/mirror/remember.ts';
import { parseRepositoryUrl, splitLogin } from '../git/names/repository-url.ts';
import { openPool } from '../git/trees/pool.ts';
import type { Forges } from '../ports/forge.ts';
import { guardIsGone } from '../runner/files/lock.ts';
import { askForge, loginForge, type Source } from './forge-login.ts';

interface Options {
  now: () => number;
  /** See `Timing`. */
  fetchRestMs: number;
  /** Asked for the login at the hosts of forges. */
  forge: Forges;
  /** Called for each of its products when heads and tags of a repository were fetched because somebody named a commit. */
  onFetched?: (product: string) => void;
}

/** What a process keeps of repositories. */
export interface Repositories extends Pick<Services, 'mirror' | 'trees'> {
  /**
   * Goes on with another configuration: logins are new from then on, also for what is open. Where a product's clone is,
   * and of which address, must be as before (`clones.ts`).
   */
  goOnWith(settings: Settings): void;
}

/**
 * Opens what this process keeps of repositories below its data directory, on first use: a pool of worktrees for each
 * product, and a mirror that products share which fetch the same address with the same access. It is that of the first of
 * them. A product that leaves the configuration throws `NotConfigured` from then on.
 */
export function openRepositories(
  first: Settings,
  dataDirectory: string,
  log: Logger,
  { now, fetchRestMs, forge, onFetched = () => {} }: Options,
): Repositories {
  let settings = first;
  const productOf = (name: string) => mustKnow(settings, name);
  const own = once((name) => {
    const { repository } = productOf(name);
    const directory = mirrorPath(dataDirectory, name);
    const access = changingAccess(
      lastOf(
        () => productOf(name),
        (product) =>
          openAccess({
            repository: product.repository,
            settings: product.git?.access ?? NO_ACCESS,
            directory: `${directory}.access`,
            askLogin: askForge(product, settings.forges ?? [], forge),
          }),
      ),
    );
    const tell = () => {
      for (const one of sharing(settings, productOf(name))) onFetched(one.name);
    };
    return remembering(
      openMirror({ directory, repository, access, now, restMs: fetchRestMs, onFetched: tell }),
    );
  });
  const mirror = once((name) => own(sharing(settings, productOf(name))[0].name));
  const trees = once((name) => {
    const isFirst = sharing(settings, productOf(name))[0].name === name;
    return openPool({
      directory: treesPath(dataDirectory, name),
      mirror: mirror(name),
      ...(isFirst ? {} : { indexes: name }),
      submodules: productOf(name).git?.submodules ?? true,
      lfs: productOf(name).git?.lfs ?? true,
      guardIsGone,
      kept: () => (settings.keep ?? KEEP).trees,
      now,
      onProblem: (error, directory) =>
        log.warn(
          { err: error, directory },
          'a worktree can neither be reused nor removed; another replaces it',
        ),
    });
  });
  return {
    mirror,
    trees,
    goOnWith(next) {
      settings = next;
    },
  };
}

/** The products that share a mirror with this one, itself among them, in the order of the file: it is that of the first. */
export function sharing(
  { products, forges = [] }: Settings,
  product: ProductSettings,
): [ProductSettings, ...ProductSettings[]] {
  const source = sourceOf(product, forges);
  const [first = product, ...others] = products.filter((other) => sourceOf(other, forges) === source);
  return [first, ...others];
}

/** Makes a value of what `present` returns, and keeps it until that returns something else. */
function lastOf<K, T>(present: () => K, make: (of: K) => T): () => T {
  let last: { of: K; made: T } | null = null;
  return () => {
    const of = present();
    if (last?.of !== of) last = { of, made: make(of) };
    return last.made;
  };
}

/** Equal for products that fetch the same address with the same access. Holds secrets. */
export function sourceOf(product: Source, forges: readonly ForgeSettings[]): string {
  const { repository, git, forge } = product;
  const { address, login } = splitLogin(repository);
  const parsed = parseRepositoryUrl(repository);
  const isRemote = parsed.kind === 'ok' && parsed.url.transport !== 'file';
  const { user, token, sshKey, knownHosts } = git?.access ?? NO_ACCESS;
  return JSON.stringify([
    isRemote ? address.replace(/\/+$/, '').replace(/\.git$/, '') : address,
    login,
    [user, token, sshKey, knownHosts],
    loginForge(product, forges) === null ? null : [forge?.name, forge?.project],
  ]);
}

function once<T>(open: (product: string) => T): (product: string) => T {
  const opened = new Map<string, T>();
  return (product) => {
    const value = opened.get(product) ?? open(product);
    opened.set(product, value);
    return value;
  };
}
