import type { EnvironmentView, Surroundings } from '../chat/view.ts';
import { type Environment, findRelease } from '../domain/environment.ts';
import { releaseId } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import { ChatError } from '../ports/chat.ts';
import type { ChatParts } from './parts.ts';
import type { ProductSettings } from './settings.ts';

/**
 * What every answer may need: names of people, links of commits and of the cards of these releases. What of `environments`
 * the releases are of is not read again.
 */
export async function surroundings(
  parts: ChatParts,
  product: ProductSettings,
  environments: readonly EnvironmentView[],
  releases: readonly string[],
): Promise<Surroundings> {
  const ids = environments.flatMap(({ policy }) => [
    ...(policy.approvals.from ?? []),
    ...(policy.acceptFrom ?? []),
  ]);
  return {
    now: parts.now(),
    names: await names(parts, ids),
    commitUrl: product.commitUrl,
    cards: await cardLinks(parts, environments, releases),
  };
}

async function names(parts: ChatParts, ids: readonly string[]): Promise<Record<string, string>> {
  const known: Record<string, string> = {};
  for (const id of new Set(ids)) {
    try {
      known[id] = (await parts.chat.member(id)).name;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      parts.log.info({ err: error, id }, 'a name could not be looked up; its id is shown');
    }
  }
  return known;
}

async function cardLinks(
  parts: ChatParts,
  environments: readonly EnvironmentView[],
  releases: readonly string[],
): Promise<Record<string, string>> {
  const links: Record<string, string> = {};
  for (const id of releases) {
    const link = await cardLink(parts, environments, id);
    if (link !== null) links[id] = link;
  }
  return links;
}

/** null: the card is not posted yet, or Slack does not say where it is. */
async function cardLink(
  parts: ChatParts,
  environments: readonly EnvironmentView[],
  id: string,
): Promise<string | null> {
  const [place = '', number = ''] = id.split('#');
  const known = environments.find(({ environment }) => environment.id === place)?.environment;
  const stored = known ?? (await parts.store.load('environments', place));
  const release = stored ? await releaseOf(parts, stored, Number(number)) : null;
  const card = release ? await parts.store.load('cards', release.card) : null;
  if (!card?.ts || !card.channel) return null;
  try {
    return await parts.chat.permalink({ channel: card.channel, ts: card.ts });
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return null;
  }
}

/** Open, lately ended, or in the history; null: there is none of this number. */
export async function releaseOf(
  parts: ChatParts,
  environment: Environment,
  number: number,
): Promise<Release | null> {
  const release = findRelease(environment, number);
  if (release) return release;
  return (await parts.store.findRelease(releaseId(environment.id, number)))?.release ?? null;
}
