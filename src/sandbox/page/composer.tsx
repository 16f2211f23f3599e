import { type KeyboardEvent, useRef, useState } from 'react';
import type { SandboxChannel, SandboxState } from '../protocol.ts';
import { Hints, hintsFor } from './hints.tsx';
import { send } from './server.ts';

interface ComposerProps {
  state: SandboxState;
  channel: SandboxChannel;
  /** null: the channel itself. */
  threadTs: string | null;
}

/** Takes a message or a slash command; remembers what was sent, as a shell does. */
export function Composer({ state, channel, threadTs }: ComposerProps) {
  const [text, setText] = useState('');
  const [sent, setSent] = useState<string[]>([]);
  const [back, setBack] = useState(0);
  const [problem, setProblem] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const hinted = threadTs === null ? text : '';
  const submit = async () => {
    const words = text.trim();
    if (!words) return;
    if (threadTs !== null && words.startsWith('/')) {
      setProblem('Slash commands do not work in threads. Use the channel.');
      return;
    }
    setText('');
    setProblem('');
    setSent((before) => [...before, words]);
    setBack(0);
    const target = { as: state.as, channel: channel.id, text: words };
    const answer = words.startsWith('/')
      ? await send('/sandbox/command', target)
      : await send('/sandbox/message', { ...target, threadTs });
    if (!answer.ok) setProblem(answer.error);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Tab' && !event.shiftKey && hintsFor(hinted)[0]) {
      event.preventDefault();
      setText(`${hintsFor(hinted)[0]?.command} `);
    } else if (event.key === 'ArrowUp' && (text === '' || back > 0) && back < sent.length) {
      event.preventDefault();
      setBack(back + 1);
      setText(sent.at(-1 - back) ?? '');
    } else if (event.key === 'ArrowDown' && back > 0) {
      event.preventDefault();
      setBack(back - 1);
      setText(back > 1 ? (sent.at(1 - back) ?? '') : '');
    }
  };
  const where = threadTs !== null ? 'Reply' : `Message ${channel.isDirect ? '' : '#'}${channel.name}`;
  return (
    <div className="composer">
      {problem ? (
        <p className="error" role="alert">
          {problem}
        </p>
      ) : null}
      <Hints
        typed={hinted}
        choose={(command) => {
          setText(command);
          field.current?.focus();
        }}
      />
      <div className="composer-box">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={where}
          placeholder={threadTs !== null ? where : `${where}, or type /release help`}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          className="button primary"
          disabled={!text.trim()}
          onClick={() => void submit()}
        >
          Send
        </button>
      </div>
    </div>
  );
}
