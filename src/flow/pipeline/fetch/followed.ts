import { followed, hasMoved, newestTag, seenTags, shownTags } from '../../../domain/decide/product/tags.ts';
import type { ProductReport } from '../../../domain/documents/commands/product.ts';
import type { Product } from '../../../domain/documents/product.ts';
import type { HeadTag, SeenTag } from '../../../domain/documents/values/tag.ts';
import type { Mirror } from '../../../git/mirror/types.ts';
import { type Followed, followedWords } from '../../settings/settings.ts';

/** What a fetch found of what the product follows. */
export type Found = Pick<
  Extract<ProductReport, { type: 'fetched' }>,
  'sha' | 'branch' | 'contains' | 'tags' | 'tag'
>;

/** The head as last fetched, and which of the announced pushes are there. */
export async function findHead(mirror: Mirror, what: Followed, product: Product): Promise<Found> {
  if (typeof what !== 'string') return findTag(mirror, what.tags, product);
  const announced = [...new Set((product.announced ?? []).map(({ after }) => after))];
  const sha = await mirror.head(what);
  const others = announced.filter((after) => after !== sha);
  return { sha, branch: what, contains: sha === null ? [] : await mirror.contained(sha, others) };
}

async function findTag(mirror: Mirror, glob: string, product: Product): Promise<Found> {
  const found = followed(glob, await mirror.tags());
  const contains = shownTags(product, found);
  const newest = newestTag(product, glob, found);
  const tags = seenTags(product, glob, found, newest);
  const head = newest ?? leftOutTag(product, found);
  if (!head) return { sha: null, branch: followedWords({ tags: glob }), contains, tags };
  const { sha, ...tag } = head;
  return { sha, branch: tag.name, contains, tags, tag };
}

/** The newest head, if it is a tag that is still there and that `paths` left out: these may be others now. */
function leftOutTag({ heads }: Product, found: readonly SeenTag[]): (HeadTag & { sha: string }) | null {
  const { sha, tag, leftOut } = heads.at(-1) ?? {};
  if (!sha || !tag || leftOut?.why !== 'paths') return null;
  return found.some((other) => other.name === tag.name && other.sha === sha) ? { ...tag, sha } : null;
}

/** Whether the repository has something now that the product has not seen. The mirror is not updated. */
export async function hasMovedThere(mirror: Mirror, what: Followed, product: Product): Promise<boolean> {
  if (typeof what !== 'string')
    return hasMoved(product, what.tags, followed(what.tags, await mirror.remoteTags()));
  const known = product.missing ? null : (product.heads.at(-1)?.sha ?? null);
  return (await mirror.remoteHead(what)) !== known;
}

/** The same for what was last fetched. */
export async function hasMovedHere(
  mirror: Mirror,
  what: Followed,
  product: Product | null,
): Promise<boolean> {
  if (typeof what !== 'string')
    return hasMoved(product ?? {}, what.tags, followed(what.tags, await mirror.tags()));
  const sha = await mirror.head(what);
  return sha !== null && product?.heads.at(-1)?.sha !== sha;
}
