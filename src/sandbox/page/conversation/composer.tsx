import { type KeyboardEvent, useRef, useState } from 'react';
import type { SandboxChannel, SandboxState } from '../../protocol.ts';
import { send } from '../shared/server.ts';
import { Hints, hintsFor } from './hints.tsx';

interface ComposerProps {
  state: SandboxState;
  channel: SandboxChannel;
  /** Thread to reply to. null: the channel itself. */
  threadTs: string | null;
}

/** Sends messages and slash commands. Arrow keys recall what was sent, as in a shell. */
export function Composer({ state, channel, threadTs }: ComposerProps) {
  const [text, setText] = useState('');
  const [sent, setSent] = useState<string[]>([]);
  const [back, setBack] = useState(0);
  const [problem, setProblem] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const [at, setAt] = useState(0);
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
  const hints = hintsFor(hinted);
  const type = (words: string) => {
    setText(words);
    setAt(0);
    setProblem('');
  };
  /** True: the key was used to choose a hint. */
  const choosesHint = ({ key, shiftKey }: KeyboardEvent): boolean => {
    const chosen = hints[at];
    if (!chosen || shiftKey) return false;
    if (key === 'Escape') type('');
    else if (key === 'ArrowDown') setAt((at + 1) % hints.length);
    else if (key === 'ArrowUp') setAt((at + hints.length - 1) % hints.length);
    // `/release` alone is a complete command, so Enter sends it.
    else if (key === 'Tab' || (key === 'Enter' && text.trim() !== '/release')) type(`${chosen.command} `);
    else return false;
    return true;
  };
  const recall = (to: number) => {
    setBack(to);
    setText(to > 0 ? (sent.at(-to) ?? '') : '');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (back === 0 && choosesHint(event)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'ArrowUp' && (text === '' || back > 0) && back < sent.length) {
      event.preventDefault();
      recall(back + 1);
    } else if (event.key === 'ArrowDown' && back > 0) {
      event.preventDefault();
      recall(back - 1);
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
        at={at}
        choose={(command) => {
          type(command);
          field.current?.focus();
        }}
      />
      <div className="composer-box">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={where}
          placeholder={threadTs !== null ? where : `${where} or /release`}
          onChange={(event) => {
            type(event.target.value);
            setBack(0);
          }}
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
