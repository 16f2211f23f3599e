import { isProject, projectIn } from '../../../flow/services/forge-projects.ts';
import type { ForgeKind } from '../../../flow/settings/forges.ts';
import type { ProductSettings } from '../../../flow/settings/settings.ts';
import { parseRepositoryUrl } from '../../../git/names/repository-url.ts';

/** `forge` of a product, as written. */
export type WrittenForge = string | { name: string; project: string } | undefined;

/** Which forge a product is at. */
export type FoundForge =
  | { kind: 'none' }
  | { kind: 'found'; forge: NonNullable<ProductSettings['forge']> }
  | { kind: 'unknown'; name: string }
  /** The address of the repository does not say what the forge calls it. */
  | { kind: 'noProject'; name: string }
  | { kind: 'wrongProject'; project: string; forge: ForgeKind };

/** Finds the forge of a product: the one it names, else the one named like its repository's host. */
export function findForge(
  repository: string,
  written: WrittenForge,
  forges: ReadonlyMap<string, ForgeKind>,
): FoundForge {
  const name = nameIn(written) ?? hostsOf(repository).find((host) => forges.has(host));
  if (name === undefined) return { kind: 'none' };
  const kind = forges.get(name);
  if (kind === undefined) return { kind: 'unknown', name };
  if (typeof written === 'object') {
    const { project } = written;
    if (!isProject(project, kind)) return { kind: 'wrongProject', project, forge: kind };
    return { kind: 'found', forge: { name, kind, project } };
  }
  const project = projectIn(repository, kind);
  return project === null ? { kind: 'noProject', name } : { kind: 'found', forge: { name, kind, project } };
}

function nameIn(written: WrittenForge): string | undefined {
  return typeof written === 'object' ? written.name : written;
}

/** The names that the forge of a repository may have: its host, with the port and without. */
function hostsOf(repository: string): string[] {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid' || parsed.url.host === '') return [];
  const { host, port } = parsed.url;
  return port === null ? [host] : [`${host}:${port}`, host];
}
