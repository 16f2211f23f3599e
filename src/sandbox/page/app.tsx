import { useEffect, useMemo, useState } from 'react';
import type { SandboxMessage, SandboxState } from '../protocol.ts';
import { NamesContext } from './blocks/text.tsx';
import { Channel } from './conversation/channel.tsx';
import { Thread } from './conversation/thread.tsx';
import { Modal } from './modal.tsx';
import { type LinkedMessage, linkedMessage, onFollowed } from './shared/links.ts';
import { send, useSandbox } from './shared/server.ts';
import { Side } from './side.tsx';

const AS = 'sandbox.as';

/** The whole window: the list of channels, one channel, and possibly a thread and a modal. */
export function App() {
  const [as, setAs] = useState(() => localStorage.getItem(AS) ?? '');
  const { state: seen, connected } = useSandbox(as);
  const state = seen && { ...seen, as: actingAs(seen, as) };
  const [channelId, setChannelId] = useState<string | null>(null);
  const [threadTs, setThreadTs] = useState<string | null>(null);
  const [drawer, setDrawer] = useState(false);
  const [notice, setNotice] = useState('');
  const [read, setRead] = useState<Record<string, string>>({});
  const current = state?.channels.find(({ id }) => id === channelId) ?? state?.channels[0];
  const newest = newestTs(state?.messages ?? [], current?.id);
  const [link, setLink] = useState(() => linkedMessage(window.location.href));
  const linked = findLinked(state?.messages ?? [], link);

  const currentId = current?.id;
  const { people, channels, as: reader } = state ?? {};
  const names = useMemo(
    () => ({ people: people ?? [], channels: channels ?? [], as: reader ?? '' }),
    [people, channels, reader],
  );

  useEffect(() => {
    if (currentId && newest) setRead((before) => ({ ...before, [`${as}${currentId}`]: newest }));
  }, [as, currentId, newest]);
  useEffect(() => onFollowed((followed) => setLink({ ...followed })), []);
  const { channel: linkedChannel, threadTs: linkedThread, broadcast } = linked ?? {};
  // Runs once for each followed link, not for each new message.
  useEffect(() => {
    if (!link || !linkedChannel) return;
    setChannelId(linkedChannel);
    setThreadTs(broadcast ? null : (linkedThread ?? null));
  }, [link, linkedChannel, linkedThread, broadcast]);

  if (!state || !current) return <p className="starting">Opening the workspace …</p>;
  const act = (id: string) => {
    localStorage.setItem(AS, id);
    setAs(id);
  };
  const unread = state.channels
    .filter(
      ({ id }) => id !== current.id && (newestTs(state.messages, id) ?? '') > (read[`${as}${id}`] ?? ''),
    )
    .map(({ id }) => id);
  const view = state.views.at(-1);
  const run = async (index: number) => {
    const answer = await send('/sandbox/action', { as: state.as, index });
    setNotice(answer.ok ? (answer.message ?? '') : answer.error);
  };
  return (
    <NamesContext value={names}>
      <div className={`app${threadTs ? ' has-thread' : ''}`}>
        {connected ? null : (
          <div className="banner" role="status">
            The sandbox does not answer. It may have been stopped; this page connects again by itself.
          </div>
        )}
        <Side
          state={state}
          current={current.id}
          unread={unread}
          open={drawer}
          notice={notice}
          run={run}
          choose={(id) => {
            setChannelId(id);
            setThreadTs(null);
            setDrawer(false);
          }}
          close={() => setDrawer(false)}
        />
        <Channel
          state={state}
          channel={current}
          highlight={link}
          unread={unread.length > 0}
          openThread={setThreadTs}
          openDrawer={() => setDrawer(true)}
          act={act}
        />
        {threadTs ? (
          <Thread
            state={state}
            channel={current}
            ts={threadTs}
            highlight={link}
            close={() => setThreadTs(null)}
          />
        ) : null}
        {view ? <Modal key={view.id} shown={view} state={state} /> : null}
      </div>
    </NamesContext>
  );
}

function newestTs(messages: SandboxMessage[], channel: string | undefined): string | undefined {
  return messages.filter((message) => message.channel === channel).at(-1)?.ts;
}

function findLinked(messages: SandboxMessage[], link: LinkedMessage | null): SandboxMessage | undefined {
  return messages.find(({ channel, ts }) => channel === link?.channel && ts === link.ts);
}

/** The chosen person acts at once, even before their state has arrived. */
function actingAs(seen: SandboxState, chosen: string): string {
  return seen.people.some(({ id, isBot }) => id === chosen && !isBot) ? chosen : seen.as;
}
