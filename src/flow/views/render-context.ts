import { namedIn } from '../../chat/text/people.ts';
import type { EnvironmentView, GroupInfo, RenderContext } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import { type Environment, findRelease } from '../../domain/documents/environment.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { parseReleaseId, type ReleaseId, releaseId } from '../../domain/ids.ts';
import { isGroup } from '../../domain/people/groups.ts';
import { ChatError } from '../../ports/chat.ts';
import type { ChatServices, Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';

/** How many members of each group are looked up by name: an answer names a few and counts the others. */
const MEMBERS_NAMED = 10;

/** What is known or wanted beside the environments. */
interface Shown {
  cards?: readonly Card[];
  members?: boolean;
  /** User ids and `@handles` that are shown too. */
  named?: readonly string[];
}

/**
 * What every answer may need: names of people, and links to commits and to the cards of these releases. `environments`
 * and `cards` are known already and are not read again. `members`: also the people with roles and the members of groups,
 * to name those who can help.
 */
export async function renderContext(
  services: Pick<ChatServices, 'chat' | 'store' | 'now' | 'log'>,
  product: ProductSettings,
  environments: readonly EnvironmentView[],
  releases: readonly ReleaseId[],
  { cards = [], members = false, named: also = [] }: Shown = {},
): Promise<RenderContext> {
  const named = [...new Set([...environments.flatMap((view) => namedIn(view, members)), ...also])];
  const groups = await groupsOf(services, named.filter(isGroup), members);
  const shown = Object.values(groups).flatMap((group) => (group.members ?? []).slice(0, MEMBERS_NAMED));
  return {
    now: services.now(),
    names: await names(services, [...named.filter((id) => !isGroup(id)), ...shown]),
    groups,
    tags: await tagsOf(services, product),
    commitUrl: product.commitUrl,
    compareUrl: product.compareUrl,
    cards: await cardLinks(services, { environments, cards }, releases),
  };
}

/** Of several tags on one commit, the one that a head came from, else the last by name. */
async function tagsOf(
  { store }: Pick<Services, 'store'>,
  { name, branch }: ProductSettings,
): Promise<RenderContext['tags']> {
  const product = typeof branch === 'string' ? null : await store.load('products', name);
  if (!product) return undefined;
  const ofHeads = product.heads.flatMap(({ sha, tag }) => (tag ? [{ sha, name: tag.name }] : []));
  const all = [...(product.tags?.seen ?? []), ...ofHeads];
  return new Map(all.map((tag) => [tag.sha, tag.name]));
}

/** The context for answers that name nobody and link nothing. */
export function emptyContext(services: Pick<Services, 'now'>): RenderContext {
  return { now: services.now(), names: {}, commitUrl: null, cards: {} };
}

/** What Slack knows about these groups; a group that Slack does not describe is left out, and shown by its handle. */
async function groupsOf(
  services: Pick<ChatServices, 'chat' | 'log'>,
  handles: readonly string[],
  members: boolean,
): Promise<Record<string, GroupInfo>> {
  const known: Record<string, GroupInfo> = {};
  for (const handle of handles) {
    try {
      const id = await services.chat.groupId(handle);
      known[handle] = { id, members: members ? await services.chat.groupMembers(handle) : null };
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      services.log.info({ err: error, handle }, 'a group could not be looked up; its handle is shown');
    }
  }
  return known;
}

async function names(
  services: Pick<ChatServices, 'chat' | 'log'>,
  ids: readonly string[],
): Promise<Record<string, string>> {
  const known: Record<string, string> = {};
  for (const id of new Set(ids)) {
    try {
      known[id] = (await services.chat.member(id)).name;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      services.log.info({ err: error, id }, 'a name could not be looked up; its id is shown');
    }
  }
  return known;
}

interface Known {
  environments: readonly EnvironmentView[];
  cards: readonly Card[];
}

async function cardLinks(
  services: Pick<ChatServices, 'chat' | 'store'>,
  known: Known,
  releases: readonly ReleaseId[],
): Promise<Record<string, string>> {
  const links: Record<string, string> = {};
  for (const id of releases) {
    const link = await cardLink(services, known, id);
    if (link !== null) links[id] = link;
  }
  return links;
}

/** null: the card is not posted yet, or Slack gives no link to it. */
async function cardLink(
  services: Pick<ChatServices, 'chat' | 'store'>,
  known: Known,
  id: ReleaseId,
): Promise<string | null> {
  const { environment, number } = parseReleaseId(id);
  const view = known.environments.find((each) => each.environment.id === environment);
  const stored = view?.environment ?? (await services.store.load('environments', environment));
  const release = stored ? await releaseOf(services, stored, number) : null;
  return cardUrl(services, release ? await cardOf(services, known, release) : null);
}

/** Address of a card's message; null: it is not posted, or Slack gives none. */
export async function cardUrl(
  services: Pick<ChatServices, 'chat'>,
  card: Card | null,
): Promise<string | null> {
  if (!card?.ts || !card.channel) return null;
  try {
    return await services.chat.permalink({ channel: card.channel, ts: card.ts });
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return null;
  }
}

async function cardOf(
  services: Pick<ChatServices, 'store'>,
  { cards }: Known,
  release: Release,
): Promise<Card | null> {
  const known = cards.find(({ id }) => id === release.card);
  return known ?? (await services.store.load('cards', release.card));
}

/** The release with this number: open, recently ended, or from the history; null: there is none. */
export async function releaseOf(
  services: Pick<Services, 'store'>,
  environment: Environment,
  number: number,
): Promise<Release | null> {
  const release = findRelease(environment, number);
  if (release) return release;
  return (await services.store.findRelease(releaseId(environment.id, number)))?.release ?? null;
}
