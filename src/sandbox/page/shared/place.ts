import { useCallback, useEffect, useRef, useState } from 'react';
import type { SandboxChannel, SandboxState } from '../../protocol.ts';
import { type LinkedMessage, linkedMessage, onFollowed } from './links.ts';

export type AppTab = 'home' | 'messages';

/** What is open beside the list of channels. `channel` null: the first one. */
export type Place = { app: false; channel: string | null } | { app: true; tab: AppTab };

export interface Whereabouts {
  place: Place;
  /** The thread that is open beside the channel. null: none. */
  threadTs: string | null;
  /** Message that a permalink points to. null: none. */
  link: LinkedMessage | null;
  go: (place: Place) => void;
  openThread: (ts: string) => void;
  /** The keyboard goes back to where the thread was opened. */
  closeThread: () => void;
}

/** What is open, which links change too. `arrived` is called for each change. */
export function useWhereabouts(state: SandboxState | null, arrived: () => void): Whereabouts {
  const [place, setPlace] = useState<Place>({ app: false, channel: null });
  const [threadTs, setThreadTs] = useState<string | null>(null);
  const [link, setLink] = useState(() => linkedMessage(window.location.href));
  const opener = useRef<Element | null>(null);
  const latest = useRef(arrived);
  latest.current = arrived;
  useEffect(() => onFollowed((followed) => setLink({ ...followed })), []);
  const linked = state?.messages.find(({ channel, ts }) => channel === link?.channel && ts === link.ts);
  const { channel, threadTs: linkedThread, broadcast } = linked ?? {};
  const isDirect = state?.channels.some((each) => each.id === channel && each.isDirect) ?? false;
  const open = useCallback((to: Place, thread: string | null) => {
    setPlace(to);
    setThreadTs(thread);
    latest.current();
  }, []);
  // Runs once for each followed link, not for each new message.
  useEffect(() => {
    if (!link || !channel) return;
    const to: Place = isDirect ? { app: true, tab: 'messages' } : { app: false, channel };
    open(to, broadcast ? null : (linkedThread ?? null));
  }, [open, link, channel, linkedThread, broadcast, isDirect]);
  return {
    place,
    threadTs,
    link,
    go: (to) => open(to, null),
    openThread: useCallback((ts: string) => {
      opener.current = document.activeElement;
      setThreadTs(ts);
    }, []),
    closeThread() {
      setThreadTs(null);
      const from = opener.current;
      // The tools of a message can take the keyboard only while the message has it.
      from?.closest<HTMLElement>('.message')?.focus();
      if (from instanceof HTMLElement) from.focus();
    },
  };
}

export function placeOf(channel: SandboxChannel): Place {
  return channel.isDirect ? { app: true, tab: 'messages' } : { app: false, channel: channel.id };
}

/** The channel at this place. A direct message that nobody has begun yet has the person's id. */
export function channelAt(state: SandboxState, place: Place): SandboxChannel | undefined {
  const { channels, as, people } = state;
  if (!place.app) {
    return channels.find(({ id }) => id === place.channel) ?? channels.find(({ isDirect }) => !isDirect);
  }
  const name = people.find(({ isBot }) => isBot)?.name ?? '';
  const begun = channels.find(({ isDirect }) => isDirect);
  return begun ?? { id: as, name, isDirect: true, isPrivate: true, archived: false, joined: true };
}
