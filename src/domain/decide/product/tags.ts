import type { Product } from '../../documents/product.ts';
import type { HeadTag, SeenTag } from '../../documents/values/tag.ts';
import { globFilter } from '../../paths.ts';

/** A tag as fetched. */
export interface FoundTag extends SeenTag {
  /** False: it is on something else than a commit. */
  isCommit: boolean;
  /** When it was made, or, of one that says nothing itself, its commit. Milliseconds since the epoch. */
  at: number;
}

/** The tags that a product follows, of those that the repository has. */
export function followed<T extends SeenTag>(glob: string, tags: readonly T[]): T[] {
  const matches = globFilter(glob);
  return tags.filter(({ name }) => matches(name));
}

/** True: a tag is not where the last look at this glob saw it, or there was none. */
export function hasMoved({ tags }: Pick<Product, 'tags'>, glob: string, now: readonly SeenTag[]): boolean {
  if (tags?.glob !== glob) return true;
  const before = positions(tags.seen);
  return now.some(({ name, sha }) => before.get(name) !== sha);
}

/**
 * The newest of the tags that are new or have moved since the last look; null: none has. Newest is the one that arrived last:
 * those that webhooks announced came in their order, after all others, of which the one made last counts. The first look
 * finds none but those that were announced meanwhile.
 */
export function newestTag(
  product: Pick<Product, 'tags' | 'announced' | 'pending'>,
  glob: string,
  found: readonly FoundTag[],
): (HeadTag & { sha: string }) | null {
  const { tags, announced = [], pending } = product;
  const before = tags?.glob === glob ? positions(tags.seen) : null;
  const isNew = ({ name, sha, isCommit }: FoundTag) =>
    isCommit && (before ? before.get(name) !== sha : pending.some(({ tag }) => tag === name));
  const arrival = ({ name }: FoundTag) => announced.findLastIndex(({ tag }) => tag === name);
  const newest = found
    .filter(isNew)
    .toSorted((a, b) => arrival(a) - arrival(b) || a.at - b.at || byName(a.name, b.name))
    .at(-1);
  if (!newest) return null;
  const from = before?.get(newest.name);
  return { name: newest.name, sha: newest.sha, ...(from === undefined ? {} : { from }) };
}

function positions(tags: readonly SeenTag[]): Map<string, string> {
  return new Map(tags.map(({ name, sha }) => [name, sha]));
}

/** Numbers in names count as numbers: v1.10 comes after v1.9. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
