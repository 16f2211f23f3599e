import type { ForgeSettings } from '../flow/settings/forges.ts';
import type { ProductSettings } from '../flow/settings/settings.ts';
import { type AskLogin, NO_ACCESS } from '../git/commands/access.ts';
import { GitError, type GitErrorKind } from '../git/commands/git-error.ts';
import { parseRepositoryUrl, splitLogin } from '../git/names/repository-url.ts';
import { ForgeError, type ForgeFault, type Forges } from '../ports/forge.ts';

/** A product as far as it says how its repository is reached. */
export type Source = Pick<ProductSettings, 'repository' | 'git' | 'forge'>;

/**
 * The forge whose login git uses for a product: its own, if that has one, the repository is at the host of that forge, and no
 * other login is configured for the product. null: git uses none of a forge.
 */
export function loginForge(
  { repository, git, forge }: Source,
  forges: readonly ForgeSettings[],
): ForgeSettings | null {
  const found = forges.find(({ name }) => name === forge?.name);
  if (found === undefined || found.access.kind === 'none') return null;
  const { user, token } = git?.access ?? NO_ACCESS;
  if (user !== null || token !== null || splitLogin(repository).login !== null) return null;
  return isAt(found, repository) ? found : null;
}

/** Whether git reaches a repository over HTTPS at the forge's host: no other host gets its login. */
function isAt({ name, api }: ForgeSettings, repository: string): boolean {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid') return false;
  const { transport, host, port } = parsed.url;
  if (transport !== 'https' && transport !== 'http') return false;
  const written = port === null ? host : `${host}:${port}`;
  const ofApi = api === null ? [] : [new URL(api).host];
  // In the cloud, the API has a host of its own.
  const hosts = [name, ...ofApi, ...ofApi.map((one) => one.replace(/^api\./, ''))];
  return hosts.includes(written) || name === host;
}

/** Asks a product's forge for the login that git uses. undefined: git uses none of a forge. */
export function askForge(
  product: Source,
  forges: readonly ForgeSettings[],
  forge: Forges,
): AskLogin | undefined {
  if (loginForge(product, forges) === null) return undefined;
  return async (refused) => {
    try {
      const project = await forge(product.forge);
      return project === null ? null : await project.cloneLogin(refused);
    } catch (error) {
      if (error instanceof ForgeError) throw new GitError(kindOf(error.fault), error.message, '');
      throw error;
    }
  };
}

/** A forge that gives no login for now says nothing about the repository. */
function kindOf(fault: ForgeFault): GitErrorKind {
  return fault.kind === 'refused' ? 'auth' : 'unreachable';
}
