import { environmentId, releaseId, releaseName, shortSha } from '../../domain/ids.ts';
import { isGroup } from '../../domain/people/groups.ts';
import type { Actor } from '../../domain/people/people.ts';
import type { RenderContext } from '../view-model.ts';
import { line, names as nameList } from './clean.ts';
import { type Inline, type InlineNode, inline, join, NOTHING } from './inline.ts';

/** A display name, which notifies nobody. */
export function person(actor: Actor | { name: string }): Inline {
  return inline`${line(actor.name, 30)}`;
}

/** The plain name of a person, by user id, or of a group, by `@handle`; the id if the name is unknown. */
export function named(id: string, context: RenderContext): string {
  if (isGroup(id)) return line(id.slice(1), 30);
  return line(Object.hasOwn(context.names, id) ? (context.names[id] ?? id) : id, 30);
}

/** The names of people and groups, by user id and `@handle`: "Ada, Lin, Mo and 9 others". */
export function namesOf(ids: readonly string[], context: RenderContext, word = 'and'): string {
  return nameList(
    ids.map((id) => named(id, context)),
    ids.length,
    word,
  );
}

/** A mention, for a person who must act. The robot is never mentioned. */
export function mention(actor: Actor): Inline {
  return actor.kind === 'person' ? [{ kind: 'mention', id: actor.id, name: line(actor.name, 30) }] : NOTHING;
}

/** A mention of a person by user id, or of a group if Slack has given its id. */
function mentionOf(id: string, context: RenderContext): Inline {
  if (!isGroup(id)) return [{ kind: 'mention', id, name: named(id, context) }];
  const known = context.groups && Object.hasOwn(context.groups, id) ? context.groups[id] : undefined;
  return known ? [{ kind: 'group', id: known.id, name: line(id, 31) }] : inline`${named(id, context)}`;
}

/** Mentions of people by user id and of groups; at most five. */
export function mentions(ids: readonly string[], context: RenderContext, between = ' '): Inline {
  const shown = ids.slice(0, 5).map((id) => mentionOf(id, context));
  const rest = ids.length - shown.length;
  return rest > 0 ? inline`${join(shown, between)} and ${rest} more` : join(shown, between);
}

/** The SHA's first seven characters, with its tag if tags are followed, linked to the forge if a URL is configured. */
export function commit(sha: string, context: RenderContext): InlineNode {
  const tag = context.tags?.get(sha);
  const text = tag === undefined ? shortSha(sha) : `${shortSha(sha)} (${line(tag, 40)})`;
  if (!context.commitUrl) return { kind: 'text', text };
  return {
    kind: 'link',
    text,
    url: context.commitUrl.replaceAll('{sha}', encodeURIComponent(sha)),
  };
}

/** A link to the forge's page of what `to` has and `from` has not; null: no such URL is configured. */
export function compare(from: string, to: string, { compareUrl }: RenderContext): InlineNode | null {
  if (!compareUrl) return null;
  const filled = { from: encodeURIComponent(from), to: encodeURIComponent(to) };
  const url = compareUrl.replace(/\{(from|to)\}/g, (_, end: 'from' | 'to') => filled[end]);
  return { kind: 'link', text: 'compare', url };
}

/** The URL of a release's card; null: not known. `release`: its id. */
export function cardUrl({ cards }: Pick<RenderContext, 'cards'>, release: string): string | null {
  return (Object.hasOwn(cards, release) && cards[release]) || null;
}

/** `prod#42`, linked to its card if its URL is known. */
export function releaseRef(
  environment: { product: string; name: string },
  number: number,
  context: RenderContext,
): InlineNode {
  const id = releaseId(environmentId(environment.product, environment.name), number);
  const url = cardUrl(context, id);
  const text = releaseName(environment.name, number);
  return url ? { kind: 'link', text, url } : { kind: 'text', text };
}

/** The address, if it is that of a web page and has at most `most` characters; null: it is not linked. */
export function webPage(url: string | null, most: number): string | null {
  return url !== null && url.length <= most && /^https?:\/\//.test(url) ? url : null;
}
