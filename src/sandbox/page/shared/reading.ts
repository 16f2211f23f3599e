import { useEffect, useMemo, useRef, useState } from 'react';
import type { SandboxMessage, SandboxState } from '../../protocol.ts';
import { mentions } from './words.ts';

/** Newest `ts` that a person has seen, by place: `U1 C1` for a channel, `U1 C1 TS` for a thread. */
type Marks = Record<string, string>;

const STORED = 'sandbox.read';

/** What is new in a channel for the acting person. */
export interface News {
  count: number;
  /** How many of them need the person: mentions, and everything in a direct message. */
  forMe: number;
}

export interface Reading {
  /** News by channel id. Channels without news are absent. */
  channels: ReadonlyMap<string, News>;
  /** New replies by the `ts` of the thread's first message, in threads that the person follows. */
  threads: ReadonlyMap<string, number>;
  /** Newest `ts` that had been seen when the open channel was opened. null: nothing was new then. */
  seenBefore: string | null;
}

/** Tracks what each person has read. What is open counts as read. The marks survive a reload. */
export function useReading(
  state: SandboxState | null,
  channel: string | null,
  thread: string | null,
): Reading {
  const [marks, setMarks] = useState(load);
  const [seenBefore, setSeenBefore] = useState<string | null>(null);
  const as = state?.as ?? '';
  const messages = state?.messages;
  const here = as && channel ? `${as} ${channel}` : null;
  const there = here && thread ? `${here} ${thread}` : null;
  const newest = useMemo(() => newestIn(messages ?? [], channel), [messages, channel]);
  const newestReply = useMemo(
    () => newestReplyIn(messages ?? [], channel, thread),
    [messages, channel, thread],
  );
  const latest = useRef(marks);
  latest.current = marks;
  const atOpening = useRef(newest);
  atOpening.current = newest;
  // Comes before the effects that mark. What arrives while the channel is open is not new.
  useEffect(() => {
    const seen = here ? (latest.current[here] ?? null) : null;
    setSeenBefore(seen !== null && (atOpening.current ?? '') > seen ? seen : null);
  }, [here]);
  useEffect(() => {
    const now: [string | null, string | undefined][] = [
      [here, newest],
      [there, newestReply],
    ];
    const seen = now.filter(([place, ts]) => place && ts && (latest.current[place] ?? '') < ts);
    if (seen.length === 0) return;
    const next = { ...load(), ...Object.fromEntries(seen) };
    localStorage.setItem(STORED, JSON.stringify(next));
    setMarks(next);
  }, [here, there, newest, newestReply]);
  const { channels, threads } = useMemo(
    () => newsOf(state, marks, channel, thread),
    [state, marks, channel, thread],
  );
  return { channels, threads, seenBefore };
}

function load(): Marks {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}') as Marks;
  } catch {
    return {};
  }
}

/** A message of the channel itself, not only of a thread. */
function isInChannel({ threadTs, broadcast }: SandboxMessage): boolean {
  return threadTs === null || broadcast;
}

function newestIn(messages: readonly SandboxMessage[], channel: string | null): string | undefined {
  return messages.findLast((message) => message.channel === channel && isInChannel(message))?.ts;
}

function newestReplyIn(
  messages: readonly SandboxMessage[],
  channel: string | null,
  thread: string | null,
): string | undefined {
  if (thread === null) return undefined;
  return messages.findLast(
    (message) => message.channel === channel && (message.threadTs === thread || message.ts === thread),
  )?.ts;
}

function newsOf(state: SandboxState | null, marks: Marks, channel: string | null, thread: string | null) {
  const channels = new Map<string, News>();
  const threads = new Map<string, number>();
  const { as = '', messages = [] } = state ?? {};
  const direct = new Set(state?.channels.filter(({ isDirect }) => isDirect).map(({ id }) => id));
  const written = new Map<string, string>();
  const add = (where: string, needsMe: boolean) => {
    if (where === channel) return;
    const news = channels.get(where) ?? { count: 0, forMe: 0 };
    channels.set(where, { count: news.count + 1, forMe: news.forMe + (needsMe ? 1 : 0) });
  };
  for (const message of messages) {
    const { ts, user, threadTs, channel: where } = message;
    if (threadTs !== null && user === as) written.set(threadTs, ts);
    if (user === as) continue;
    const mentioned = mentions(message, as);
    const inChannel = isInChannel(message) && ts > (marks[`${as} ${where}`] ?? '');
    if (threadTs !== null && !(where === channel && threadTs === thread)) {
      const seen = marks[`${as} ${where} ${threadTs}`] ?? written.get(threadTs);
      // A thread is followed by those who opened it, wrote in it, or are mentioned in it.
      if (seen === undefined ? mentioned : ts > seen) {
        threads.set(threadTs, (threads.get(threadTs) ?? 0) + 1);
        if (mentioned && !inChannel) add(where, true);
      }
    }
    if (inChannel) add(where, mentioned || direct.has(where));
  }
  return { channels, threads };
}
