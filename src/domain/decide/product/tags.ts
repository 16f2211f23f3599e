import type { Product } from '../../documents/product.ts';
import type { HeadTag, SeenTag, SeenTags } from '../../documents/values/tag.ts';
import { globFilter } from '../../paths.ts';

/** A tag as fetched. */
export interface FoundTag extends SeenTag {
  /** False: it is on something else than a commit. */
  isCommit: boolean;
  /** The tag's own object, which webhooks may name. Absent: that is its commit. */
  object?: string;
  /** When it was made, or, of one that says nothing itself, its commit. Milliseconds since the epoch. */
  at: number;
}

/** The tags that a product follows, of those that the repository has. */
export function followed<T extends SeenTag>(glob: string, tags: readonly T[]): T[] {
  const matches = globFilter(glob);
  return tags.filter(({ name }) => matches(name));
}

/** True: a tag is not where the last look at this glob saw it, or is gone, or there was no look. */
export function hasMoved({ tags }: Pick<Product, 'tags'>, glob: string, now: readonly SeenTag[]): boolean {
  if (tags?.glob !== glob || tags.seen.length !== now.length) return true;
  const before = byNames(tags.seen);
  return now.some(({ name, sha }) => before.get(name)?.sha !== sha);
}

type Known = Pick<Product, 'tags' | 'announced' | 'pending' | 'heads'>;

/**
 * The newest of the tags that are new or have moved since the last look; null: none has. Newest is the one that arrived last:
 * those that webhooks announced came in their order, after all others, of which the one made last counts. One that was seen
 * before its webhook came is new when that comes, and one that was announced before the newest head is not. The first look finds
 * none but those that were announced meanwhile.
 */
export function newestTag(
  product: Known,
  glob: string,
  found: readonly FoundTag[],
): (HeadTag & { sha: string }) | null {
  const { tags } = product;
  const before = tags?.glob === glob ? byNames(tags.seen) : null;
  const arrival = arrivals(product);
  const head = product.heads.findLast(({ leftOut }) => leftOut?.why !== 'old');
  const last = found.find(({ name, sha }) => name === head?.tag?.name && sha === head.sha);
  const since = last ? arrival(last) : -1;
  const isNew = (tag: FoundTag) => {
    if (!tag.isCommit || (arrival(tag) !== -1 && arrival(tag) < since)) return false;
    if (!before) return product.pending.some((push) => push.tag === tag.name);
    const seen = before.get(tag.name);
    return seen?.sha !== tag.sha || (seen.early === true && arrival(tag) !== -1);
  };
  const newest = found
    .filter(isNew)
    .toSorted((a, b) => arrival(a) - arrival(b) || a.at - b.at || byName(a.name, b.name))
    .at(-1);
  if (!newest) return null;
  const from = before?.get(newest.name)?.sha;
  const moved = from !== undefined && from !== newest.sha;
  return { name: newest.name, sha: newest.sha, ...(moved ? { from } : {}) };
}

/** What a look saw, and which tags it saw too early to know when they arrived. `newest`: what `newestTag` says of it. */
export function seenTags(
  product: Known,
  glob: string,
  found: readonly FoundTag[],
  newest: HeadTag | null,
): SeenTags {
  const before = product.tags?.glob === glob ? byNames(product.tags.seen) : null;
  const arrival = arrivals(product);
  const head = found.find(({ name }) => name === newest?.name);
  const isAnnounced = head !== undefined && arrival(head) !== -1;
  const headSeen = head && before?.get(head.name);
  const headWasEarly = headSeen?.sha === head?.sha;
  const isEarly = (tag: FoundTag) => {
    if (tag === head || arrival(tag) !== -1) return false;
    // At the first look nobody knows which were there for long; no webhook will tell of those.
    if (!before) return true;
    const seen = before.get(tag.name);
    if (seen?.sha !== tag.sha) return isAnnounced;
    // What came after it has taken its place.
    return seen.early === true && (head === undefined || headWasEarly);
  };
  const seen = found.map((tag): SeenTag => {
    const { name, sha } = tag;
    return { name, sha, ...(isEarly(tag) ? { early: true } : {}) };
  });
  return { glob, seen };
}

/** What the announced tags were said to be on, of those that are so now. */
export function shownTags({ announced = [] }: Known, found: readonly FoundTag[]): string[] {
  const there = new Set(
    found.flatMap(({ name, sha, object = sha }) => [tagOn(name, sha), tagOn(name, object)]),
  );
  const shown = announced.filter(({ tag, after }) => tag !== undefined && there.has(tagOn(tag, after)));
  return [...new Set(shown.map(({ after }) => after))];
}

function tagOn(name: string | undefined, sha: string): string {
  return JSON.stringify([name, sha]);
}

/** The place of a tag, as it is now, among the pushes that were announced; -1: none was. */
function arrivals({ announced = [] }: Known): (tag: FoundTag) => number {
  const places = new Map(announced.map(({ tag, after }, place) => [tagOn(tag, after), place]));
  const placeOf = (name: string, after: string) => places.get(tagOn(name, after)) ?? -1;
  return ({ name, sha, object = sha }) => Math.max(placeOf(name, sha), placeOf(name, object));
}

function byNames(tags: readonly SeenTag[]): Map<string, SeenTag> {
  return new Map(tags.map((tag) => [tag.name, tag]));
}

/** Numbers in names count as numbers: v1.10 comes after v1.9. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
