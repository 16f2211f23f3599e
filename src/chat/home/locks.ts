import type { KnownBlock } from '@slack/types';
import { actions, head } from '../blocks/blocks.ts';
import { extend, handOver, keepLock, unlock } from '../locks/buttons.ts';
import { lockWords, placeName } from '../locks/text.ts';
import { names } from '../text/clean.ts';
import { inline } from '../text/inline.ts';
import { since } from '../text/times.ts';
import type { WantedLock } from '../view-model.ts';

/** A lock of the reader’s that others asked for, with what an owner can do. Handing over goes to whoever asked last. */
export function wantedLock({ place, lock }: WantedLock, now: number): KnownBlock[] {
  const last = lock.askedBy.at(-1);
  const asking = names(lock.askedBy.map(({ name }) => name));
  const title = inline`${asking} ${lock.askedBy.length === 1 ? 'asks' : 'ask'} you to unlock ${placeName(place)}`;
  const context = { now, names: {}, commitUrl: null, cards: {} };
  const line = inline`Your lock since ${since(lock.at, now)}: ${lockWords(lock, context)}.`;
  const buttons = [
    unlock(place, lock, 'primary'),
    ...(last?.kind === 'person' ? [handOver(place, lock, last)] : []),
    extend(place, lock),
    keepLock(place, lock),
  ];
  return [...head(title, line), ...actions(buttons, `home:${lock.card}:${lock.at}`)];
}
