import type { KnownBlock } from '@slack/types';
import { homeBlocks, homeForOthers } from '../../chat/home/home.ts';
import { cardUrl } from '../../chat/text/references.ts';
import type { HomeView } from '../../chat/view-model.ts';
import { newProfile, type Profile } from '../../domain/documents/profile.ts';
import { releaseId } from '../../domain/ids.ts';
import type { ChatServices } from '../services/services.ts';
import { askReader } from './ask-reader.ts';
import type { Reader } from './homes.ts';
import { readHome, readProducts } from './read-home.ts';
import { situationOf } from './situation.ts';

/**
 * Brings the Home tab of one person up to date. `opened`: Slack is asked who they are, and it is published in any case,
 * because Slack may show something else; `used`: the same, but published only if it changes; `watched`: also drawn from what
 * Slack last said of them, if it was asked. One at a time for each person, so that what was read first is not published last.
 * Returns whether it was published. Throws `ChatError` and `StoreError`.
 */
export async function showHome(
  services: ChatServices,
  user: string,
  why: 'opened' | 'used' | 'watched',
): Promise<boolean> {
  return services.turns.take(`home ${user}`, async () => {
    const { chat, homes } = services;
    const reader = why === 'watched' ? homes.readerOf(user) : await askReader(services, user);
    if (reader === null) return false;
    const shown = why === 'opened' ? null : homes.shownTo(user);
    const kept = reader.info.member ? await services.store.load('people', user) : null;
    const profile = kept ?? newProfile(user);
    if (why === 'watched' && isElsewhere(services, profile)) {
      homes.close(user);
      return false;
    }
    const drawn = await draw(services, reader, profile, shown?.situation ?? null, why === 'watched');
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

/** The tab was opened or used through another process since, which keeps it up to date now. */
function isElsewhere({ worker }: ChatServices, { home }: Profile): boolean {
  return home?.worker !== undefined && home.worker !== worker;
}

/**
 * null: it would show what it showed in the `situation` before. `strict`: throws `ChatError` where Slack may describe a group
 * later; if not, it may lack what that group would see, and is to be drawn again.
 */
async function draw(
  services: ChatServices,
  { info, products, complete }: Reader,
  profile: Profile,
  situation: string | null,
  strict: boolean,
): Promise<{ situation: string | null; blocks: KnownBlock[] } | null> {
  if (!info.member) return { situation: null, blocks: homeForOthers() };
  const known = await readProducts(services, products);
  const now = situationOf(profile, known, { now: services.now(), complete });
  if (now === situation) return null;
  const view = await readHome(services, info, profile, { known, complete, strict });
  return { situation: strict && isLinked(view) ? now : null, blocks: homeBlocks(view) };
}

/** False: a card that it names is not posted yet. That it is posted later changes no environment. */
function isLinked({ waiting, releases }: HomeView): boolean {
  return [...waiting, ...releases].every(
    (view) => cardUrl(view, releaseId(view.here.environment.id, view.release.number)) !== null,
  );
}
