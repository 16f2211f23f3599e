import type { SandboxChannel, SandboxState } from '../protocol.ts';
import { MessageList } from './channel.tsx';
import { Composer } from './composer.tsx';

interface ThreadProps {
  state: SandboxState;
  channel: SandboxChannel;
  ts: string;
  close: () => void;
}

export function Thread({ state, channel, ts, close }: ThreadProps) {
  const messages = state.messages.filter(
    (message) => message.channel === channel.id && (message.ts === ts || message.threadTs === ts),
  );
  return (
    <aside className="thread" aria-label="Thread">
      <header className="top">
        <h2>
          Thread <span>{channel.isDirect ? '' : `# ${channel.name}`}</span>
        </h2>
        <button type="button" className="icon" aria-label="Close the thread" onClick={close}>
          ✕
        </button>
      </header>
      <MessageList messages={messages} state={state} highlight={null} />
      <Composer key={ts} state={state} channel={channel} threadTs={ts} />
    </aside>
  );
}
