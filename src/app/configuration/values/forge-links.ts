import { forgeKindOf, projectIn } from '../../../flow/services/forge-projects.ts';
import type { ForgeKind, ProductSettings } from '../../../flow/services/settings.ts';
import { parseRepositoryUrl, webOrigin } from '../../../git/names/repository-url.ts';
import { isHostName } from './forge-values.ts';

/** Links to web pages of a forge. */
export interface ForgeLinks {
  /** Page of a commit, with `{sha}` as a placeholder. */
  commitUrl: string | null;
  /** Page of a comparison, with `{from}` and `{to}` as placeholders: the commits in `to` that are not in `from`. */
  compareUrl: string | null;
}

const NONE: ForgeLinks = { commitUrl: null, compareUrl: null };

/** Both links are null when the web pages of the repository are not known. */
export function forgeLinks(repository: string, forge: ProductSettings['forge']): ForgeLinks {
  const origin = originOf(repository, forge);
  if (origin === null) return NONE;
  const host = new URL(origin).hostname;
  const kind =
    forgeKindOf({ forge, repository }) ?? (host.split('.').includes('gitlab') ? 'gitlab' : 'github');
  const project = forge?.project ?? projectIn(repository, kind) ?? pathOf(repository);
  const { home, commit, compare } = pagesOf(kind, host, project.split('/').map(encodeURIComponent));
  return { commitUrl: `${origin}/${home}${commit}`, compareUrl: `${origin}/${home}${compare}` };
}

/**
 * The address of the forge's web pages. null: the repository is a path on this machine, or on an ssh host whose name is
 * only an alias, and no forge is named like a host.
 */
function originOf(repository: string, forge: ProductSettings['forge']): string | null {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid') return null;
  const { transport, host } = parsed.url;
  const isOnWeb = transport === 'https' || transport === 'http';
  if (forge !== undefined && isHostName(forge.name)) {
    // The repository's address knows the port of the web pages; a mirror has none.
    const isThere = isOnWeb && forge.name.replace(/:\d+$/, '') === host;
    return isThere ? webOrigin(repository) : `https://${forge.name}`;
  }
  return isOnWeb || host.includes('.') ? webOrigin(repository) : null;
}

function pathOf(repository: string): string {
  const parsed = parseRepositoryUrl(repository);
  return parsed.kind === 'ok' ? parsed.url.path : '';
}

/** Paths below the forge's address. */
interface Pages {
  home: string;
  commit: string;
  compare: string;
}

function pagesOf(kind: ForgeKind, host: string, project: readonly string[]): Pages {
  const home = project.join('/');
  switch (kind) {
    case 'gitlab':
      return { home, commit: '/-/commit/{sha}', compare: '/-/compare/{from}...{to}' };
    case 'bitbucket':
      return host === 'bitbucket.org'
        ? // The newer commit comes first.
          { home, commit: '/commits/{sha}', compare: '/branches/compare/{to}..{from}' }
        : dataCenterPages(project);
    case 'github':
    case 'gitea':
      return { home, commit: '/commit/{sha}', compare: '/compare/{from}...{to}' };
    default:
      return kind satisfies never;
  }
}

/** Bitbucket Data Center. */
function dataCenterPages([owner = '', name = '']: readonly string[]): Pages {
  return {
    home: `projects/${owner}/repos/${name}`,
    commit: '/commits/{sha}',
    compare: '/compare/commits?sourceBranch={to}&targetBranch={from}',
  };
}
