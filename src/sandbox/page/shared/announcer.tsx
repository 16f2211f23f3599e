import { useContext, useEffect, useRef, useState } from 'react';
import type { SandboxState } from '../../protocol.ts';
import { NamesContext } from '../blocks/text.tsx';
import { plainWords, wordsIn } from './words.ts';

/** Longest announcement, in characters. */
const LONGEST = 160;

/**
 * Tells screen readers about the newest message that arrived outside of what is open. The open channel and thread are
 * live regions themselves.
 */
export function Announcer({ state, channel }: { state: SandboxState; channel: string }) {
  const { people, channels } = useContext(NamesContext);
  const [said, setSaid] = useState({ channel: '', words: '' });
  const newest = state.messages.findLast(
    (message) =>
      message.channel !== channel &&
      message.user !== state.as &&
      (message.threadTs === null || message.broadcast),
  );
  const before = useRef(newest?.ts ?? '');
  useEffect(() => {
    if (!newest || newest.ts <= before.current) return;
    before.current = newest.ts;
    const name = (id: string) => [...people, ...channels].find((each) => each.id === id)?.name;
    const place = state.channels.find(({ id }) => id === newest.channel);
    const where = place?.isDirect ? 'Direct message' : `New in ${place?.name ?? 'another channel'}`;
    const words = plainWords(wordsIn(newest), name).slice(0, LONGEST);
    setSaid({ channel: newest.channel, words: `${where}, ${name(newest.user) ?? 'unknown'}: ${words}` });
  }, [newest, people, channels, state.channels]);
  return (
    <p className="unseen" role="status" aria-label="New messages">
      {said.channel === channel ? '' : said.words}
    </p>
  );
}
