import { useEffect, useRef, useState } from 'react';
import type { SandboxChannel, SandboxMessage, SandboxState } from '../../protocol.ts';
import { Avatar } from '../shared/avatar.tsx';
import type { LinkedMessage } from '../shared/links.ts';
import { dayOf } from '../shared/time.ts';
import { Composer } from './composer.tsx';
import { MessageRow } from './message.tsx';

interface ChannelProps {
  state: SandboxState;
  channel: SandboxChannel;
  /** Message that a permalink points to. null: none. */
  highlight: LinkedMessage | null;
  openThread: (ts: string) => void;
  /** Whether another channel has new messages. */
  unread: boolean;
  openDrawer: () => void;
  act: (person: string) => void;
}

/** Within this many seconds, further messages of the same author are shown without the name. */
const TOGETHER_SECONDS = 300;

export function Channel({ state, channel, highlight, unread, openThread, openDrawer, act }: ChannelProps) {
  const me = state.people.find(({ id }) => id === state.as)?.name ?? '';
  const messages = state.messages.filter(
    (message) => message.channel === channel.id && (message.threadTs === null || message.broadcast),
  );
  return (
    <main className="main">
      <header className="top">
        <button type="button" className="icon menu" aria-label="Show the channel list" onClick={openDrawer}>
          ☰{unread ? <b className="dot" /> : null}
        </button>
        <h2>
          {channel.isDirect ? '' : '# '}
          {channel.name}
        </h2>
        <label className="acting">
          <span>You are</span>
          <Avatar name={me} isBot={false} />
          <select value={state.as} onChange={(event) => act(event.target.value)} aria-label="Act as">
            {state.people
              .filter(({ isBot }) => !isBot)
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        </label>
      </header>
      <MessageList
        key={`messages of ${channel.id}`}
        messages={messages}
        highlight={highlight}
        openThread={openThread}
      />
      <Composer key={`to ${channel.id}`} state={state} channel={channel} threadTs={null} />
    </main>
  );
}

interface ListProps {
  messages: SandboxMessage[];
  highlight: LinkedMessage | null;
  openThread?: (ts: string) => void;
}

/** Keeps the newest message in view unless the reader has scrolled up. An answer to the reader is always shown. */
export function MessageList({ messages, highlight, openThread }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [away, setAway] = useState(false);
  const newest = messages.at(-1);
  const answer = newest?.ephemeral ? newest.ts : null;
  useEffect(() => {
    if (answer !== null) atEnd.current = true;
  }, [answer]);
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
  useEffect(() => {
    const linked = highlight && list.current?.querySelector(`[data-ts="${highlight.ts}"]`);
    if (!linked) return;
    atEnd.current = false;
    linked.scrollIntoView({ block: 'center' });
  }, [highlight]);
  return (
    <div
      className="messages"
      ref={list}
      role="log"
      aria-label="Messages"
      onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        const left = scrollHeight - scrollTop - clientHeight;
        atEnd.current = left < 60;
        setAway(left > clientHeight / 2);
      }}
    >
      <div className="messages-inner">
        {messages.length === 0 ? (
          <p className="empty">
            Nothing here yet. What the bot says appears here; type /release help to ask it.
          </p>
        ) : null}
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const newDay = !before || dayOf(before.ts) !== dayOf(message.ts);
          const headed =
            newDay ||
            before?.user !== message.user ||
            before.ephemeral !== message.ephemeral ||
            Number(message.ts) - Number(before.ts) > TOGETHER_SECONDS ||
            (message.broadcast && openThread !== undefined) ||
            (openThread === undefined && before.threadTs !== message.threadTs) ||
            message.blocks.length > 1;
          return (
            <div key={message.ts}>
              {newDay ? <p className="day">{dayOf(message.ts)}</p> : null}
              <MessageRow
                message={message}
                headed={headed}
                highlighted={message.ts === highlight?.ts}
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
