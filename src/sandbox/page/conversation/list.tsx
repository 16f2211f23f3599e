import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { SandboxMessage } from '../../protocol.ts';
import type { LinkedMessage } from '../shared/links.ts';
import { dayOf, isSameDay } from '../shared/time.ts';
import { MessageRow } from './message.tsx';

interface ListProps {
  messages: SandboxMessage[];
  highlight: LinkedMessage | null;
  /** Newest `ts` that the reader had seen before. Later messages come below a line. null: no line. */
  seenBefore: string | null;
  /** New replies by thread. */
  newReplies: ReadonlyMap<string, number>;
  label: string;
  empty: string;
  /** Absent inside a thread. */
  openThread?: (ts: string) => void;
}

/** Within this many seconds, further messages of the same author are shown without the name. */
const TOGETHER_SECONDS = 300;

/** Messages drawn at first, and added at a time when the reader scrolls up. */
const PAGE = 100;

/** Messages drawn at most while the reader stays at the end. */
const DRAWN = 300;

/** Distance from an end of the list, in pixels, that counts as being there. */
const NEAR = 60;

/**
 * Keeps the newest message in view unless the reader has scrolled up. An answer to the reader is always shown. Draws
 * only the newest messages until the reader asks for earlier ones.
 */
export function MessageList(props: ListProps) {
  const { messages, highlight, seenBefore, newReplies, label, empty, openThread } = props;
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [away, setAway] = useState(false);
  const [from, setFrom] = useState(() => startOf(messages, PAGE));
  const newest = messages.at(-1);
  const answer = newest?.ephemeral ? newest.ts : null;
  const first = messages.findIndex(({ ts }) => ts >= from);
  const drawn = first < 0 ? [] : messages.slice(first);
  const hidden = messages.length - drawn.length;
  const earlier = () => setFrom(startOf(messages, drawn.length + PAGE));
  useEffect(() => {
    if (answer !== null) atEnd.current = true;
  }, [answer]);
  useEffect(() => {
    if (atEnd.current && drawn.length > DRAWN) setFrom(startOf(messages, PAGE));
  }, [messages, drawn.length]);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const follow = () => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    };
    const observer = new ResizeObserver(follow);
    for (const each of [element, ...element.children]) observer.observe(each);
    follow();
    return () => observer.disconnect();
  });
  const linked = highlight && messages.some(({ ts }) => ts === highlight.ts) ? highlight.ts : null;
  if (linked && linked < from) setFrom(linked);
  useEffect(() => {
    const row = highlight && linked && list.current?.querySelector<HTMLElement>(`[data-ts="${linked}"]`);
    if (!row) return;
    atEnd.current = false;
    row.scrollIntoView({ block: 'center' });
    row.focus({ preventScroll: true });
  }, [highlight, linked]);
  return (
    <div
      className="messages"
      ref={list}
      role="log"
      aria-label={label}
      aria-relevant="additions"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll it and go from message to message
      tabIndex={0}
      onKeyDown={walk}
      onScroll={(event) => {
        const element = event.currentTarget;
        const left = element.scrollHeight - element.scrollTop - element.clientHeight;
        atEnd.current = left < NEAR;
        setAway(left > element.clientHeight / 2);
        if (hidden === 0 || element.scrollTop > NEAR) return;
        // The browser keeps the place of what is in view, except at the very top.
        if (element.scrollTop < 1) element.scrollTop = 1;
        earlier();
      }}
    >
      <div className="messages-inner">
        {messages.length === 0 ? <p className="empty">{empty}</p> : null}
        {hidden > 0 ? (
          <button type="button" className="earlier link" onClick={earlier}>
            Show earlier messages ({hidden})
          </button>
        ) : null}
        {drawn.map((message, index) => {
          const before = drawn[index - 1];
          const newDay = !before || !isSameDay(before.ts, message.ts);
          const isNew = isFirstNew(message, before, seenBefore);
          return (
            <div key={message.ts}>
              {newDay ? <p className="day">{dayOf(message.ts)}</p> : null}
              {isNew ? <p className="new-line">New</p> : null}
              <MessageRow
                message={message}
                headed={newDay || isNew || isHeaded(message, before, openThread !== undefined)}
                highlighted={message.ts === highlight?.ts}
                newReplies={newReplies.get(message.ts) ?? 0}
                openThread={openThread}
              />
            </div>
          );
        })}
      </div>
      {away ? (
        <button
          type="button"
          className="newest"
          onClick={() => list.current?.scrollTo({ top: list.current.scrollHeight })}
        >
          ↓ Newest
        </button>
      ) : null}
    </div>
  );
}

/** `ts` from which on `count` messages are drawn. */
function startOf(messages: readonly SandboxMessage[], count: number): string {
  return messages[Math.max(0, messages.length - count)]?.ts ?? '';
}

function isFirstNew(
  message: SandboxMessage,
  before: SandboxMessage | undefined,
  seen: string | null,
): boolean {
  return seen !== null && message.ts > seen && before !== undefined && before.ts <= seen;
}

/** Whether the author's name is shown. */
function isHeaded(message: SandboxMessage, before: SandboxMessage | undefined, inChannel: boolean): boolean {
  return (
    before?.user !== message.user ||
    before.ephemeral !== message.ephemeral ||
    Number(message.ts) - Number(before.ts) > TOGETHER_SECONDS ||
    (message.broadcast && inChannel) ||
    (!inChannel && before.threadTs !== message.threadTs) ||
    message.blocks.length > 1
  );
}

/** ↑ and ↓ go from message to message, once the list or a message has the keyboard. */
function walk(event: KeyboardEvent<HTMLDivElement>): void {
  const { key, currentTarget: list, target } = event;
  if (!(target instanceof HTMLElement) || !['ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key)) return;
  if (target !== list && !target.matches('.message')) return;
  const rows = [...list.querySelectorAll<HTMLElement>('.message')];
  const at = rows.indexOf(target);
  const up = at < 0 ? rows.length - 1 : Math.max(0, at - 1);
  const down = at < 0 ? rows.length - 1 : Math.min(rows.length - 1, at + 1);
  const next = { ArrowUp: up, ArrowDown: down, Home: 0, End: rows.length - 1 }[key] ?? at;
  event.preventDefault();
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: 'nearest' });
}
