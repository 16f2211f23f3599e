import { useEffect, useState } from 'react';
import type { SandboxMessage } from '../protocol.ts';
import { Channel } from './channel.tsx';
import { Modal } from './modal.tsx';
import { send, useSandbox } from './server.ts';
import { Side } from './side.tsx';
import { Thread } from './thread.tsx';

const AS = 'sandbox.as';

/** The whole window: channels, one channel, perhaps a thread, perhaps a modal. */
export function App() {
  const [as, setAs] = useState(() => localStorage.getItem(AS) ?? '');
  const { state, connected } = useSandbox(as);
  const [channelId, setChannelId] = useState<string | null>(null);
  const [threadTs, setThreadTs] = useState<string | null>(null);
  const [drawer, setDrawer] = useState(false);
  const [notice, setNotice] = useState('');
  const [read, setRead] = useState<Record<string, string>>({});
  const current = state?.channels.find(({ id }) => id === channelId) ?? state?.channels[0];
  const newest = newestTs(state?.messages ?? [], current?.id);
  const linked = useLinkedMessage(state?.messages ?? []);

  useEffect(() => {
    if (current && newest) setRead((before) => ({ ...before, [`${as}${current.id}`]: newest }));
  }, [as, current, newest]);
  useEffect(() => {
    if (linked) setChannelId(linked.channel);
  }, [linked]);

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
        act={act}
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
        highlight={linked?.ts ?? null}
        openThread={setThreadTs}
        openDrawer={() => setDrawer(true)}
        act={act}
      />
      {threadTs ? (
        <Thread state={state} channel={current} ts={threadTs} close={() => setThreadTs(null)} />
      ) : null}
      {view ? <Modal key={`${view.id}-${view.hash}`} shown={view} state={state} /> : null}
    </div>
  );
}

function newestTs(messages: SandboxMessage[], channel: string | undefined): string | undefined {
  return messages.filter((message) => message.channel === channel).at(-1)?.ts;
}

/** The message that a permalink names (`/archives/C1/p1700000000000100`). */
function useLinkedMessage(messages: SandboxMessage[]): SandboxMessage | undefined {
  const [path] = useState(() => window.location.pathname);
  const match = /^\/archives\/(\w+)\/p(\d{10})(\d+)$/.exec(path);
  const ts = match ? `${match[2]}.${match[3]}` : null;
  return messages.find((message) => message.ts === ts && message.channel === match?.[1]);
}
