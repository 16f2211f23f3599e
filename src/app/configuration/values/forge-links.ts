import { linkTemplates, type WebKind } from '../../../adapters/forges/links.ts';
import type { PullLinks } from '../../../chat/view-model.ts';
import { forgeKindOf, projectIn } from '../../../flow/services/forge-projects.ts';
import type { ForgeKind } from '../../../flow/settings/forges.ts';
import type { ProductSettings } from '../../../flow/settings/settings.ts';
import { parseRepositoryUrl, webOrigin } from '../../../git/names/repository-url.ts';
import { isHostName } from './forge-values.ts';

/** Links to web pages of a forge. */
export interface ForgeLinks {
  /** Page of a commit, with `{sha}` as a placeholder. */
  commitUrl: string | null;
  /** Page of a comparison, with `{from}` and `{to}` as placeholders: the commits in `to` that are not in `from`. */
  compareUrl: string | null;
  /** How pull requests are written, and the page of one, with `{number}` as a placeholder. */
  pullLinks: PullLinks | null;
}

/** What the APIs of all kinds have below the path of their forge. */
const API_PATH = /\/(api\/v\d+|rest(\/.*)?|2\.0)?$/;

const NONE: ForgeLinks = { commitUrl: null, compareUrl: null, pullLinks: null };

/**
 * All links are null when the web pages of the repository are not known. `api`: the address of the forge's API, if the
 * configuration has it.
 */
export function forgeLinks(
  repository: string,
  forge: ProductSettings['forge'],
  api: string | null = null,
): ForgeLinks {
  const origin = originOf(repository, forge);
  if (origin === null) return NONE;
  const host = new URL(origin).hostname;
  const kind =
    forgeKindOf({ forge, repository }) ?? (host.split('.').includes('gitlab') ? 'gitlab' : 'github');
  const project = forge?.project ?? projectIn(repository, kind) ?? pathOf(repository);
  const { commit, range, pullRequest } = linkTemplates(
    webKindOf(kind, host),
    `${origin}${pathAbove(repository, forge, api)}`,
    project,
  );
  const sign = kind === 'gitlab' ? '!' : '#';
  return { commitUrl: commit, compareUrl: range, pullLinks: { url: pullRequest, sign } };
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
    return isOnWeb && hostOf(forge.name) === host ? webOrigin(repository) : `https://${forge.name}`;
  }
  return isOnWeb || host.includes('.') ? webOrigin(repository) : null;
}

/** The path below which the forge is at its host: "/gitea", or nothing. The address of the repository knows it, or that of the API. */
function pathAbove(repository: string, forge: ProductSettings['forge'], api: string | null): string {
  if (forge === undefined) return '';
  const { name, project } = forge;
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'ok' && parsed.url.transport !== 'ssh' && parsed.url.host === hostOf(name)) {
    const path = `/${parsed.url.path}`;
    const end = [`/scm/${project}`, `/${project}`].find((each) =>
      path.toLowerCase().endsWith(each.toLowerCase()),
    );
    if (end !== undefined) return path.slice(0, -end.length);
  }
  if (api === null || new URL(api).hostname !== hostOf(name)) return '';
  return new URL(api).pathname.replace(API_PATH, '');
}

const hostOf = (name: string) => name.replace(/:\d+$/, '');

function pathOf(repository: string): string {
  const parsed = parseRepositoryUrl(repository);
  return parsed.kind === 'ok' ? parsed.url.path : '';
}

function webKindOf(kind: ForgeKind, host: string): WebKind {
  if (kind !== 'bitbucket') return kind;
  return host === 'bitbucket.org' ? 'bitbucketCloud' : 'bitbucketDataCenter';
}
