import { useEffect, useMemo, useState } from 'react';
import type { SandboxState } from '../protocol.ts';
import { NamesContext } from './blocks/text.tsx';
import { Channel } from './conversation/channel.tsx';
import { ShortcutsContext } from './conversation/message-menu.tsx';
import { Thread } from './conversation/thread.tsx';
import { Announcer } from './shared/announcer.tsx';
import { KeptContext, nothingKept } from './shared/kept.ts';
import { useKeys } from './shared/keys.ts';
import { goTo } from './shared/links.ts';
import { channelAt, placeOf, useWhereabouts } from './shared/place.ts';
import { useReading } from './shared/reading.ts';
import { send, useSandbox } from './shared/server.ts';
import { Side } from './side.tsx';
import { Bar } from './top/bar.tsx';
import { FaultsBanner } from './top/faults.tsx';
import { Heading } from './top/heading.tsx';
import { Search } from './top/search.tsx';
import { Home } from './views/home.tsx';
import { Modal } from './views/modal.tsx';

const AS = 'sandbox.as';

/** The whole window: the list of channels, one channel or the app, and possibly a thread and a modal. */
export function App() {
  const [as, setAs] = useState(() => localStorage.getItem(AS) ?? '');
  const { state: seen, connected } = useSandbox(as);
  const state = seen && { ...seen, as: actingAs(seen, as) };
  const [drawer, setDrawer] = useState(false);
  const [notice, setNotice] = useState('');
  const [kept] = useState(nothingKept);
  const { place, threadTs, link, go, openThread, closeThread } = useWhereabouts(state, () =>
    setDrawer(false),
  );
  const current = state && channelAt(state, place);
  const inHome = place.app && place.tab === 'home';
  const reading = useReading(state, inHome ? null : (current?.id ?? null), threadTs);
  const { people, channels, as: reader, team } = state ?? {};
  const names = useMemo(
    () => ({ people: people ?? [], channels: channels ?? [], as: reader ?? '' }),
    [people, channels, reader],
  );
  useKeys(() => {
    if (drawer) setDrawer(false);
    else if (threadTs) closeThread();
  });
  const news = reading.channels;
  const title = current && `${news.size > 0 ? '● ' : ''}${current.name} · ${team} sandbox`;
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);

  if (!state || !current) return <p className="starting">Opening the workspace …</p>;
  const direct = state.channels.find((channel) => channel.isDirect);
  const unreadDirects = news.get(direct?.id ?? '')?.count ?? 0;
  const view = state.views.at(-1);
  const act = (id: string) => {
    localStorage.setItem(AS, id);
    setAs(id);
  };
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
              act={act}
            >
              <Search
                state={state}
                openChannel={(channel) => go(placeOf(channel))}
                openMessage={({ channel, ts }) => goTo({ channel, ts })}
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

/** The chosen person acts at once, even before their state has arrived. */
function actingAs(seen: SandboxState, chosen: string): string {
  return seen.people.some(({ id, isBot }) => id === chosen && !isBot) ? chosen : seen.as;
}
