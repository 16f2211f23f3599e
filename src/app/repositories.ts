import type { Logger } from 'pino';
import { mirrorPath, treesPath } from '../flow/services/paths.ts';
import type { Services } from '../flow/services/services.ts';
import type { ForgeSettings } from '../flow/settings/forges.ts';
import { findProduct, KEEP, type ProductSettings, type Settings } from '../flow/settings/settings.ts';
import { NO_ACCESS } from '../git/commands/access.ts';
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

/**
 * Opens what this process keeps of repositories below its data directory, on first use: a pool of worktrees for each
 * product, and a mirror that products share which fetch the same address with the same access. It is that of the first of
 * them.
 */
export function openRepositories(
  settings: Settings,
  dataDirectory: string,
  log: Logger,
  { now, fetchRestMs, forge, onFetched = () => {} }: Options,
): Pick<Services, 'mirror' | 'trees'> {
  const { forges = [] } = settings;
  const productOf = (name: string) => {
    const product = findProduct(settings, name);
    if (!product) throw new TypeError(`${name} is not a product`);
    return product;
  };
  const sharing = (name: string): [ProductSettings, ...ProductSettings[]] => {
    const product = productOf(name);
    const source = sourceOf(product, forges);
    const [first = product, ...others] = settings.products.filter(
      (other) => sourceOf(other, forges) === source,
    );
    return [first, ...others];
  };
  const own = once((name) => {
    const product = productOf(name);
    const { repository, git } = product;
    const directory = mirrorPath(dataDirectory, name);
    const access = git?.access ?? NO_ACCESS;
    const askLogin = askForge(product, forges, forge);
    const tell = () => {
      for (const one of sharing(name)) onFetched(one.name);
    };
    return remembering(
      openMirror({ directory, repository, access, askLogin, now, restMs: fetchRestMs, onFetched: tell }),
    );
  });
  const mirror = once((name) => own(sharing(name)[0].name));
  const trees = once((name) => {
    const isFirst = sharing(name)[0].name === name;
    return openPool({
      directory: treesPath(dataDirectory, name),
      mirror: mirror(name),
      ...(isFirst ? {} : { indexes: name }),
      submodules: productOf(name).git?.submodules ?? true,
      lfs: productOf(name).git?.lfs ?? true,
      guardIsGone,
      kept: (settings.keep ?? KEEP).trees,
      now,
      onProblem: (error, directory) =>
        log.warn(
          { err: error, directory },
          'a worktree can neither be reused nor removed; another replaces it',
        ),
    });
  });
  return { mirror, trees };
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
