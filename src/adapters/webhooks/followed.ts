import { projectIn } from '../../flow/services/forge-projects.ts';
import type { ForgeKind } from '../../flow/settings/forges.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { sameRepository } from '../../git/names/repository-url.ts';
import type { NamedRepository } from './hook-kind.ts';

/**
 * Whether a payload is about the repository of a product. Where the product's forge is configured, what the forge calls
 * it decides; else its addresses, and its name only where a payload has none. No kind of forge has two projects whose names
 * differ in case alone.
 */
export function isOf(
  { repository, forge }: ProductSettings,
  { project, urls }: NamedRepository,
  kind: ForgeKind,
): boolean {
  if (forge !== undefined && project !== null) return isSameProject(project, forge.project);
  if (urls.length > 0) return urls.some((url) => sameRepository(url.toLowerCase(), repository.toLowerCase()));
  return isSameProject(project, projectIn(repository, kind));
}

/** Forges ignore case in the names of projects. */
export function isSameProject(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}
