import { type ReactNode, useState } from 'react';
import type { SandboxChannel, SandboxState } from '../../protocol.ts';
import type { LinkedMessage } from '../shared/links.ts';
import type { Reading } from '../shared/reading.ts';
import { send } from '../shared/server.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './list.tsx';

interface ChannelProps {
  state: SandboxState;
  channel: SandboxChannel;
  reading: Reading;
  /** Message that a permalink points to. null: none. */
  highlight: LinkedMessage | null;
  openThread: (ts: string) => void;
  /** The name of what is open. */
  heading: ReactNode;
}

const EMPTY = 'Nothing here yet. What the bot says appears here; type /release help to ask it.';

/** The messages of a channel, and the field to write there. */
export function Channel({ state, channel, reading, highlight, openThread, heading }: ChannelProps) {
  const messages = state.messages.filter(
    (message) => message.channel === channel.id && (message.threadTs === null || message.broadcast),
  );
  const bot = state.people.find(({ isBot }) => isBot)?.name ?? '';
  return (
    <main className="main" aria-label={channel.isDirect ? channel.name : `Channel ${channel.name}`}>
      {heading}
      <MessageList
        key={`messages of ${channel.id}`}
        label="Messages"
        empty={EMPTY}
        messages={messages}
        highlight={highlight}
        seenBefore={reading.seenBefore}
        newReplies={reading.threads}
        openThread={openThread}
      />
      {channel.archived ? (
        <p className="instead">This channel is archived. Nobody can write here.</p>
      ) : channel.joined ? null : (
        <Invite as={state.as} channel={channel} bot={bot} />
      )}
      <Composer key={`to ${channel.id}`} state={state} channel={channel} threadTs={null} />
    </main>
  );
}

function Invite({ as, channel, bot }: { as: string; channel: SandboxChannel; bot: string }) {
  const [problem, setProblem] = useState('');
  const invite = async () => {
    const answer = await send('/sandbox/invite', { as, channel: channel.id });
    setProblem(answer.ok ? '' : answer.error);
  };
  return (
    <div className="instead">
      {bot} is not in this channel.{' '}
      <button type="button" className="button" onClick={() => void invite()}>
        Invite {bot}
      </button>
      {problem ? (
        <p className="error" role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}
