import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { SandboxChannel, SandboxMessage, SandboxState } from '../protocol.ts';
import { NamesContext } from './blocks/text.tsx';
import { Channel } from './conversation/channel.tsx';
import { ShortcutsContext } from './conversation/message-menu.tsx';
import { Thread } from './conversation/thread.tsx';
import { Announcer } from './shared/announcer.tsx';
import { KeptContext, nothingKept } from './shared/kept.ts';
import { useKeys } from './shared/keys.ts';
import { goTo, linkedMessage, onFollowed } from './shared/links.ts';
import { useReading } from './shared/reading.ts';
import { send, useSandbox } from './shared/server.ts';
import { Side } from './side.tsx';
import { Bar } from './top/bar.tsx';
import { FaultsBanner } from './top/faults.tsx';
import { Heading } from './top/heading.tsx';
import { Search } from './top/search.tsx';
import type { AppTab } from './views/app-tabs.tsx';
import { Home } from './views/home.tsx';
import { Modal } from './views/modal.tsx';

const AS = 'sandbox.as';

/** What is open beside the list of channels. `channel` null: the first one. */
type Place = { app: false; channel: string | null } | { app: true; tab: AppTab };

/** The whole window: the list of channels, one channel or the app, and possibly a thread and a modal. */
export function App() {
  const [as, setAs] = useState(() => localStorage.getItem(AS) ?? '');
  const { state: seen, connected } = useSandbox(as);
  const state = seen && { ...seen, as: actingAs(seen, as) };
  const [place, setPlace] = useState<Place>({ app: false, channel: null });
  const [threadTs, setThreadTs] = useState<string | null>(null);
  const [drawer, setDrawer] = useState(false);
  const [notice, setNotice] = useState('');
  const [kept] = useState(nothingKept);
  const opener = useRef<Element | null>(null);
  const current = state && channelOf(state, place);
  const inHome = place.app && place.tab === 'home';
  const reading = useReading(state, inHome ? null : (current?.id ?? null), threadTs);
  const [link, setLink] = useState(() => linkedMessage(window.location.href));
  const linked = state?.messages.find(({ channel, ts }) => channel === link?.channel && ts === link.ts);

  const { people, channels, as: reader } = state ?? {};
  const names = useMemo(
    () => ({ people: people ?? [], channels: channels ?? [], as: reader ?? '' }),
    [people, channels, reader],
  );
  useEffect(() => onFollowed((followed) => setLink({ ...followed })), []);
  const { channel: linkedChannel, threadTs: linkedThread, broadcast } = linked ?? {};
  const isDirect = channels?.some((channel) => channel.id === linkedChannel && channel.isDirect) ?? false;
  // Runs once for each followed link, not for each new message.
  useEffect(() => {
    if (!link || !linkedChannel) return;
    setPlace(isDirect ? { app: true, tab: 'messages' } : { app: false, channel: linkedChannel });
    setThreadTs(broadcast ? null : (linkedThread ?? null));
    setDrawer(false);
  }, [link, linkedChannel, linkedThread, broadcast, isDirect]);
  const openThread = useCallback((ts: string) => {
    opener.current = document.activeElement;
    setThreadTs(ts);
  }, []);
  const closeThread = () => {
    setThreadTs(null);
    const from = opener.current;
    // The tools of a message can take the keyboard only while the message has it.
    from?.closest<HTMLElement>('.message')?.focus();
    if (from instanceof HTMLElement) from.focus();
  };
  useKeys(() => {
    if (drawer) setDrawer(false);
    else if (threadTs) closeThread();
  });

  if (!state || !current) return <p className="starting">Opening the workspace …</p>;
  const go = (to: Place) => {
    setPlace(to);
    setThreadTs(null);
    setDrawer(false);
  };
  const direct = state.channels.find((channel) => channel.isDirect);
  const news = reading.channels;
  const unreadDirects = news.get(direct?.id ?? '')?.count ?? 0;
  const view = state.views.at(-1);
  const run = async (index: number) => {
    const answer = await send('/sandbox/action', { as: state.as, index });
    setNotice(answer.ok ? (answer.message ?? '') : answer.error);
  };
  const heading = (
    <Heading
      channel={current}
      tab={place.app ? place.tab : null}
      unreadDirects={unreadDirects}
      choose={(tab) => go({ app: true, tab })}
    />
  );
  const shown = { state, channel: current, highlight: link };
  return (
    <NamesContext value={names}>
      <ShortcutsContext value={state.shortcuts}>
        <KeptContext value={kept}>
          <div className={`app${threadTs && !inHome ? ' has-thread' : ''}`}>
            {connected ? null : (
              <div className="banner" role="status">
                The sandbox does not answer. It may have been stopped; this page connects again by itself.
              </div>
            )}
            <Bar
              state={state}
              unread={news.size > 0}
              drawer={drawer}
              openDrawer={() => setDrawer(true)}
              act={(id) => {
                localStorage.setItem(AS, id);
                setAs(id);
              }}
            >
              <Search
                state={state}
                openChannel={(channel) => go(placeOf(channel))}
                openMessage={({ channel, ts }: SandboxMessage) => goTo({ channel, ts })}
              />
            </Bar>
            <FaultsBanner on={state.faults} />
            <Side
              state={state}
              current={place.app ? 'app' : current.id}
              news={news}
              open={drawer}
              notice={notice}
              run={run}
              choose={(channel) => go(placeOf(channel))}
              chooseApp={() => go({ app: true, tab: unreadDirects > 0 ? 'messages' : 'home' })}
              close={() => setDrawer(false)}
            />
            {inHome ? (
              <main className="main" aria-label={current.name}>
                {heading}
                <Home state={state} name={current.name} />
              </main>
            ) : (
              <Channel {...shown} reading={reading} openThread={openThread} heading={heading} />
            )}
            {threadTs && !inHome ? <Thread {...shown} ts={threadTs} close={closeThread} /> : null}
            <Announcer state={state} channel={inHome ? '' : current.id} />
            {view ? <Modal key={view.id} stack={state.views} shown={view} as={state.as} /> : null}
          </div>
        </KeptContext>
      </ShortcutsContext>
    </NamesContext>
  );
}

function placeOf(channel: SandboxChannel): Place {
  return channel.isDirect ? { app: true, tab: 'messages' } : { app: false, channel: channel.id };
}

/** The channel at this place. A direct message that nobody has begun yet has the person's id. */
function channelOf(state: SandboxState, place: Place): SandboxChannel | undefined {
  const { channels, as, people } = state;
  if (place.app) {
    const name = people.find(({ isBot }) => isBot)?.name ?? '';
    const begun = channels.find(({ isDirect }) => isDirect);
    return begun ?? { id: as, name, isDirect: true, isPrivate: true, archived: false, joined: true };
  }
  return channels.find(({ id }) => id === place.channel) ?? channels.find(({ isDirect }) => !isDirect);
}

/** The chosen person acts at once, even before their state has arrived. */
function actingAs(seen: SandboxState, chosen: string): string {
  return seen.people.some(({ id, isBot }) => id === chosen && !isBot) ? chosen : seen.as;
}
