import type { KnownBlock } from '@slack/types';
import { paragraph } from '../blocks/blocks.ts';
import { plural } from '../text/clean.ts';
import { inline } from '../text/inline.ts';
import { mrkdwn } from '../text/render.ts';
import type { HomeView } from '../view-model.ts';
import { boardBlocks } from './board.ts';
import { wantedLock } from './locks.ts';
import { ownRelease, waitingRelease } from './releases.ts';
import { switchBlocks } from './switches.ts';

/** Most blocks of each part, so that all of them together stay below Slack's 100. */
const WAITING_BLOCKS = 36;
const OWN_BLOCKS = 18;

/** What everybody sees who is no full member of the workspace. It reveals nothing. */
export function homeForOthers(): KnownBlock[] {
  return [paragraph(inline`Slipway’s Home is for full members of this workspace.`)];
}

/** What is shown while Slipway cannot read what it would show. */
export function homeUnread(): KnownBlock[] {
  return [
    paragraph(
      inline`Errored: Slipway cannot read what to show here. Nothing was changed. Open this tab again in a minute.`,
    ),
  ];
}

/** The Home tab of one person: what waits for them, their releases, the board, and their switches. */
export function homeBlocks(view: HomeView): KnownBlock[] {
  return [
    ...waiting(view),
    ...own(view),
    ...boardBlocks(view),
    { type: 'divider' },
    ...switchBlocks(view.switches),
  ];
}

function heading(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: `*${mrkdwn(inline`${text}`)}*` } };
}

function waiting(view: HomeView): KnownBlock[] {
  const { locks, waiting: releases, moreWaiting } = view;
  const count = locks.length + releases.length + moreWaiting;
  if (count === 0) return [heading('Waiting for you: nothing'), { type: 'divider' }];
  const items = [
    ...releases.map((release) => waitingRelease(release)),
    ...locks.map((lock) => wantedLock(lock, view.now)),
  ];
  const { blocks, left } = whole(items, WAITING_BLOCKS);
  const more = left + moreWaiting;
  return [
    heading(`Waiting for you: ${count}`),
    ...blocks,
    ...(more > 0 ? [moreOf(more, 'other waits for you, its card', 'others wait for you, their cards')] : []),
    { type: 'divider' },
  ];
}

function own(view: HomeView): KnownBlock[] {
  const { releases, moreReleases } = view;
  if (releases.length === 0) return [];
  const { blocks, left } = whole(
    releases.map((release) => ownRelease(release)),
    OWN_BLOCKS,
  );
  const more = left + moreReleases;
  return [
    heading(`Your releases: ${releases.length + moreReleases}`),
    ...blocks,
    ...(more > 0 ? [moreOf(more, 'other of yours, its card', 'others of yours, their cards')] : []),
    { type: 'divider' },
  ];
}

function moreOf(count: number, one: string, many: string): KnownBlock {
  const where = count === 1 ? 'is in the channel of its product' : 'are in the channels of their products';
  return paragraph(inline`+${plural(count, one, many)} ${where}.`);
}

/** The first items, each whole, as many as fit. `left`: how many do not. */
function whole(items: readonly KnownBlock[][], most: number): { blocks: KnownBlock[]; left: number } {
  const blocks: KnownBlock[] = [];
  for (const [index, item] of items.entries()) {
    if (blocks.length + item.length > most) return { blocks, left: items.length - index };
    blocks.push(...item);
  }
  return { blocks, left: 0 };
}
