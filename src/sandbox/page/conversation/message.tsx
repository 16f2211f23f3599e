import { memo, useContext, useEffect, useMemo, useState } from 'react';
import type { SandboxMessage, SandboxValues } from '../../protocol.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { type Surface, SurfaceContext, withValue } from '../blocks/surface.ts';
import { NamesContext } from '../blocks/text.tsx';
import { Avatar } from '../shared/avatar.tsx';
import { catchLinks } from '../shared/links.ts';
import { send, suggest } from '../shared/server.ts';
import { clockTime, fullTime } from '../shared/time.ts';
import { MessageMenu } from './message-menu.tsx';

interface MessageProps {
  message: SandboxMessage;
  /** False: the message follows one of the same author, so the name is not repeated. */
  headed: boolean;
  highlighted: boolean;
  /** Number of replies that the reader has not seen. */
  newReplies: number;
  /** Absent inside a thread. */
  openThread?: ((ts: string) => void) | undefined;
}

/** Rendered again only when its properties changed, because a channel shows hundreds of messages. */
export const MessageRow = memo(function MessageRow(props: MessageProps) {
  const { message, headed, highlighted, newReplies, openThread } = props;
  const { people, as } = useContext(NamesContext);
  const author = people.find(({ id }) => id === message.user);
  const name = author?.name ?? message.user;
  const [problem, setProblem] = useState('');
  const [values, setValues] = useState<SandboxValues>({});
  const { channel, ts, blocks: sent } = message;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other blocks begin with what the bot set
  useEffect(() => setValues({}), [sent]);
  const surface = useMemo<Surface>(
    () => ({
      values,
      errors: {},
      set: (blockId, actionId, value) => setValues((before) => withValue(before, blockId, actionId, value)),
      async act(blockId, actionId, value) {
        const chosen = value === undefined ? {} : { value };
        const answer = await send('/sandbox/click', { as, channel, ts, blockId, actionId, ...chosen });
        setProblem(answer.ok ? '' : answer.error);
      },
      suggest: (blockId, actionId, query) =>
        suggest({ as, place: { channel, ts }, blockId, actionId, query }),
    }),
    [values, as, channel, ts],
  );
  const blocks =
    message.blocks.length > 0
      ? message.blocks
      : [{ type: 'section', text: { type: 'mrkdwn', text: message.text || ' ' } }];
  const edited = message.edited ? <span className="edited">(edited)</span> : null;
  const root = message.threadTs ?? message.ts;
  return (
    <article
      tabIndex={-1}
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
            <strong>
              <bdi>{name}</bdi>
            </strong>
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
          <SurfaceContext value={surface}>
            <Blocks blocks={blocks} />
          </SurfaceContext>
        </div>
        {headed ? null : edited}
        {problem ? (
          <p className="error" role="alert">
            {problem}
          </p>
        ) : null}
        {openThread && message.replies > 0 ? (
          <button type="button" className="thread-link" onClick={() => openThread(root)}>
            {message.replies} {message.replies === 1 ? 'reply' : 'replies'}{' '}
            {newReplies > 0 ? <b className="badge">{newReplies} new</b> : null}
          </button>
        ) : null}
      </div>
      {message.ephemeral ? null : (
        <div className="tools">
          {openThread ? (
            <button type="button" className="tool" onClick={() => openThread(root)}>
              Reply in thread
            </button>
          ) : null}
          <MessageMenu message={message} reply={openThread && (() => openThread(root))} tell={setProblem} />
        </div>
      )}
    </article>
  );
});
