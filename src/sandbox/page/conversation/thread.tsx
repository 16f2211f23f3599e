import type { SandboxChannel, SandboxState } from '../../protocol.ts';
import type { LinkedMessage } from '../shared/links.ts';
import { MessageList } from './channel.tsx';
import { Composer } from './composer.tsx';

interface ThreadProps {
  state: SandboxState;
  channel: SandboxChannel;
  ts: string;
  highlight: LinkedMessage | null;
  close: () => void;
}

export function Thread({ state, channel, ts, highlight, close }: ThreadProps) {
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
      <MessageList key={ts} messages={messages} highlight={highlight} />
      <Composer key={ts} state={state} channel={channel} threadTs={ts} />
    </aside>
  );
}
