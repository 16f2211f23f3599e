import { isProject } from '../../../flow/services/forge-projects.ts';
import type { ForgeKind } from '../../../flow/settings/forges.ts';
import type { ProductSettings } from '../../../flow/settings/settings.ts';

/** `forge` and `project` of a step, as written. */
export interface WrittenPlace {
  forge?: string | undefined;
  project?: string | undefined;
}

/** Where a workflow or pipeline runs. */
export type RunPlace =
  | { kind: 'found'; forge: string; project: string }
  /** The step names no forge, and the product's is of another kind, or there is none. */
  | { kind: 'noForge'; product: ProductSettings['forge'] }
  | { kind: 'unknownForge'; forge: string }
  | { kind: 'wrongForge'; forge: string; is: ForgeKind }
  /** The forge is another than the product's, so it must be said what it calls the project. */
  | { kind: 'noProject'; forge: string }
  | { kind: 'wrongProject'; project: string };

/** Finds the forge and the project of a step: those that it names, else the product's. */
export function findRunPlace(
  kind: ForgeKind,
  { forge, project }: WrittenPlace,
  product: ProductSettings['forge'],
  forges: ReadonlyMap<string, ForgeKind>,
): RunPlace {
  if (forge === undefined && product?.kind !== kind) return { kind: 'noForge', product };
  const name = forge ?? product?.name ?? '';
  const is = forges.get(name);
  if (is === undefined) return { kind: 'unknownForge', forge: name };
  if (is !== kind) return { kind: 'wrongForge', forge: name, is };
  const found = project ?? (product?.name === name ? product.project : undefined);
  if (found === undefined) return { kind: 'noProject', forge: name };
  if (!isProject(found, kind)) return { kind: 'wrongProject', project: found };
  return { kind: 'found', forge: name, project: found };
}
