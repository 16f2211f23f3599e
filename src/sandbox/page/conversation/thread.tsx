import type { SandboxChannel, SandboxState } from '../../protocol.ts';
import type { LinkedMessage } from '../shared/links.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './list.tsx';

interface ThreadProps {
  state: SandboxState;
  channel: SandboxChannel;
  ts: string;
  highlight: LinkedMessage | null;
  close: () => void;
}

const NONE: ReadonlyMap<string, number> = new Map();

/** A thread beside its channel. */
export function Thread({ state, channel, ts, highlight, close }: ThreadProps) {
  const messages = state.messages.filter(
    (message) => message.channel === channel.id && (message.ts === ts || message.threadTs === ts),
  );
  return (
    <aside className="thread" aria-label="Thread">
      <header className="top">
        <h2>
          Thread{' '}
          <span>
            <bdi>{channel.isDirect ? '' : `# ${channel.name}`}</bdi>
          </span>
        </h2>
        <button type="button" className="icon" aria-label="Close the thread" onClick={close}>
          ✕
        </button>
      </header>
      <MessageList
        key={ts}
        label="Messages of the thread"
        empty="This thread no longer exists."
        messages={messages}
        highlight={highlight}
        seenBefore={null}
        newReplies={NONE}
      />
      <Composer key={`to ${ts}`} state={state} channel={channel} threadTs={ts} />
    </aside>
  );
}
