import { parseRepositoryUrl } from '../../git/names/repository-url.ts';
import type { ForgeAccess, ForgeKind } from '../settings/forges.ts';
import type { ProductSettings } from '../settings/settings.ts';

/** Hosts that are the same forge for everybody. */
const WELL_KNOWN: ReadonlyMap<string, ForgeKind> = new Map([
  ['github.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['bitbucket.org', 'bitbucket'],
  ['codeberg.org', 'gitea'],
  ['gitea.com', 'gitea'],
]);

/** The kind of the forge that everybody knows under this name; null: another one. */
export function wellKnownKind(name: string): ForgeKind | null {
  return WELL_KNOWN.get(name) ?? null;
}

const SEGMENT = '[A-Za-z0-9_.~-]+';
const TWO = new RegExp(`^${SEGMENT}/${SEGMENT}$`);
/** GitLab nests groups. */
const TWO_OR_MORE = new RegExp(`^${SEGMENT}(/${SEGMENT})+$`);

/** Whether a text can be what a forge of this kind calls a project: owner (or groups) and name. */
export function isProject(text: string, kind: ForgeKind): boolean {
  return (kind === 'gitlab' ? TWO_OR_MORE : TWO).test(text);
}

/** What a forge of this kind calls the repository. null: its address does not say. */
export function projectIn(repository: string, kind: ForgeKind): string | null {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid' || parsed.url.transport === 'file') return null;
  const { path, transport } = parsed.url;
  // Bitbucket Data Center clones over https from …/scm/PROJECT/repository.
  const project = kind === 'bitbucket' && transport !== 'ssh' ? path.replace(/^(.*\/)?scm\//, '') : path;
  return isProject(project, kind) ? project : null;
}

/** The kind of the forge that a product is at. null: no forge is configured for it, and its host is not well-known. */
export function forgeKindOf({
  forge,
  repository,
}: {
  forge?: ProductSettings['forge'] | undefined;
  repository: string;
}): ForgeKind | null {
  if (forge !== undefined) return forge.kind;
  const parsed = parseRepositoryUrl(repository);
  return parsed.kind === 'ok' ? wellKnownKind(parsed.url.host) : null;
}

/** What is secret about the access to a forge. */
export function secretsOf(access: ForgeAccess): string[] {
  switch (access.kind) {
    case 'token':
      return [access.token];
    case 'app':
      return [access.key];
    case 'none':
      return [];
    default:
      return access satisfies never;
  }
}
