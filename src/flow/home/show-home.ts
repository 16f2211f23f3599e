import type { KnownBlock } from '@slack/types';
import { homeBlocks, homeForOthers } from '../../chat/home/home.ts';
import { cardUrl } from '../../chat/text/references.ts';
import type { HomeView } from '../../chat/view-model.ts';
import { newProfile } from '../../domain/documents/profile.ts';
import { releaseId } from '../../domain/ids.ts';
import type { ChatServices } from '../services/services.ts';
import { membershipOf } from './membership.ts';
import { readHome, readProducts } from './read-home.ts';
import { situationOf } from './situation.ts';

/**
 * Brings the Home tab of one person up to date, and publishes it only if it changes. One at a time for each person, so that
 * what was read first is not published last. `anew`: publishes in any case, because Slack may show something else. Returns
 * whether it was published. Throws `ChatError` and `StoreError`.
 */
export async function showHome(services: ChatServices, user: string, anew = false): Promise<boolean> {
  return services.turns.take(`home ${user}`, async () => {
    const { chat, homes } = services;
    const shown = anew ? null : homes.shownTo(user);
    const drawn = await draw(services, user, shown?.situation ?? null);
    if (drawn === null) {
      homes.record(user, shown);
      return false;
    }
    const blocks = JSON.stringify(drawn.blocks);
    const changes = blocks !== shown?.blocks;
    if (changes) await chat.publishHome(user, drawn.blocks);
    homes.record(user, { situation: drawn.situation, blocks });
    return changes;
  });
}

/** null: it would show what it showed in the `situation` before. */
async function draw(
  services: ChatServices,
  user: string,
  situation: string | null,
): Promise<{ situation: string | null; blocks: KnownBlock[] } | null> {
  const { id, name, member } = await services.chat.member(user);
  if (!member) return { situation: null, blocks: homeForOthers() };
  const profile = (await services.store.load('people', id)) ?? newProfile(id);
  const { products, complete } = await membershipOf(services, id);
  const known = await readProducts(services, products);
  const now = situationOf(profile, known, { now: services.now(), complete });
  if (now === situation) return null;
  const person = { kind: 'person', id, name, member } as const;
  const view = await readHome(services, person, profile, { known, complete });
  return { situation: isLinked(view) ? now : null, blocks: homeBlocks(view) };
}

/** False: a card that it names is not posted yet. That it is posted later changes no environment. */
function isLinked({ waiting, releases }: HomeView): boolean {
  return [...waiting, ...releases].every(
    (view) => cardUrl(view, releaseId(view.here.environment.id, view.release.number)) !== null,
  );
}
