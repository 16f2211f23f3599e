import type { AccessSettings } from '../../git/commands/access.ts';
import type { ForgeKind } from './forges.ts';

/** Where it is recorded which commits the environments of a product have: one file for each. */
export interface RecordsSettings {
  /** The repository's address, which may contain a login. */
  repository: string;
  access: AccessSettings;
  /** The forge that the repository is at, whose login is used if there is no other. Absent: none is configured for it. */
  forge?: { name: string; kind: ForgeKind; project: string };
  branch: string;
  /** May contain the words {product} and {environment} in braces. */
  path: string;
  /** True: an acceptance is tagged. */
  tags: boolean;
  /** In which formats the product is built; null: it is not said. */
  formats: readonly string[] | null;
}

/** The file of an environment, from the root of the repository. */
export function recordFile(
  { path }: Pick<RecordsSettings, 'path'>,
  names: { product: string; environment: string },
): string {
  return path.replaceAll('{product}', names.product).replaceAll('{environment}', names.environment);
}
