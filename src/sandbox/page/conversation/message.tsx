import { memo, useContext, useState } from 'react';
import type { SandboxMessage } from '../../protocol.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { NamesContext } from '../blocks/text.tsx';
import { Avatar } from '../shared/avatar.tsx';
import { catchLinks } from '../shared/links.ts';
import { send } from '../shared/server.ts';
import { clockTime, fullTime } from '../shared/time.ts';

interface MessageProps {
  message: SandboxMessage;
  /** False: the message follows one of the same author, so the name is not repeated. */
  headed: boolean;
  highlighted: boolean;
  /** Absent inside a thread. */
  openThread?: ((ts: string) => void) | undefined;
}

/** Rendered again only when its properties changed, because a channel shows hundreds of messages. */
export const MessageRow = memo(function MessageRow(props: MessageProps) {
  const { message, headed, highlighted, openThread } = props;
  const { people, as } = useContext(NamesContext);
  const author = people.find(({ id }) => id === message.user);
  const name = author?.name ?? message.user;
  const [problem, setProblem] = useState('');
  const press = async (blockId: string, actionId: string) => {
    const { channel, ts } = message;
    const answer = await send('/sandbox/click', { as, channel, ts, blockId, actionId });
    setProblem(answer.ok ? '' : answer.error);
  };
  const blocks =
    message.blocks.length > 0
      ? message.blocks
      : [{ type: 'section', text: { type: 'mrkdwn', text: message.text || ' ' } }];
  const edited = message.edited ? <span className="edited">(edited)</span> : null;
  const root = message.threadTs ?? message.ts;
  return (
    <article
      data-ts={message.ts}
      className={[
        'message',
        headed ? 'headed' : '',
        message.ephemeral ? 'ephemeral' : '',
        highlighted ? 'linked' : '',
      ].join(' ')}
      aria-label={`${name}, ${fullTime(message.ts)}`}
    >
      <div className="gutter">
        {headed ? (
          <Avatar name={name} isBot={author?.isBot ?? false} />
        ) : (
          <time>{clockTime(message.ts)}</time>
        )}
      </div>
      <div className="content">
        {message.ephemeral ? (
          <p className="only-you">
            <span aria-hidden="true">👁 </span>Only visible to you ·{' '}
            <button
              type="button"
              className="link"
              onClick={() => void send('/sandbox/dismiss', { as, channel: message.channel, ts: message.ts })}
            >
              Dismiss
            </button>
          </p>
        ) : null}
        {headed ? (
          <p className="who">
            <strong>{name}</strong>
            {author?.isBot ? <span className="app-badge">APP</span> : null}
            <time title={fullTime(message.ts)}>{clockTime(message.ts)}</time>
            {edited}
          </p>
        ) : null}
        {message.broadcast && openThread ? (
          <p className="replied">
            replied to{' '}
            <button type="button" className="link" onClick={() => openThread(root)}>
              a thread
            </button>
          </p>
        ) : null}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the links inside take the keyboard */}
        <div onClick={catchLinks}>
          <Blocks blocks={blocks} press={press} />
        </div>
        {headed ? null : edited}
        {problem ? (
          <p className="error" role="alert">
            {problem}
          </p>
        ) : null}
        {openThread && message.replies === 0 && message.threadTs === null && !message.ephemeral ? (
          <button type="button" className="thread-link start" onClick={() => openThread(root)}>
            Reply in thread
          </button>
        ) : null}
        {openThread && message.replies > 0 ? (
          <button type="button" className="thread-link" onClick={() => openThread(root)}>
            {message.replies} {message.replies === 1 ? 'reply' : 'replies'}
          </button>
        ) : null}
      </div>
    </article>
  );
});
