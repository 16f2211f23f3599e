import { type KeyboardEvent, useContext, useId, useLayoutEffect, useRef, useState } from 'react';
import type { SandboxChannel, SandboxState } from '../../protocol.ts';
import { KeptContext } from '../shared/kept.ts';
import { send } from '../shared/server.ts';

import { Hints, hintsFor } from './hints.tsx';

interface ComposerProps {
  state: SandboxState;
  channel: SandboxChannel;
  /** Thread to reply to. null: the channel itself. */
  threadTs: string | null;
}

/** Sends messages and slash commands: Enter sends, Shift+Enter begins a line. */
export function Composer({ state, channel, threadTs }: ComposerProps) {
  const { drafts } = useContext(KeptContext);
  const place = `${state.as} ${channel.id} ${threadTs}`;
  const [written, setWritten] = useState({ place, text: drafts.get(place) ?? '' });
  // Each person has their own draft.
  const text = written.place === place ? written.text : (drafts.get(place) ?? '');
  const [problem, setProblem] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const [at, setAt] = useState(0);
  const list = useId();
  // Where nothing hovers there is a keyboard on the screen, which would cover the messages.
  useLayoutEffect(() => {
    if (window.matchMedia('(hover: hover)').matches) field.current?.focus({ preventScroll: true });
  }, []);
  const bot = state.people.find(({ isBot }) => isBot)?.name ?? '';
  const people = state.people.filter(({ isBot }) => !isBot).map(({ name }) => name);
  const hints = hintsFor(text, { bot, people, inThread: threadTs !== null });
  const type = (words: string) => {
    drafts.set(place, words);
    setWritten({ place, text: words });
    setAt(0);
    setProblem('');
  };
  const submit = async () => {
    const words = text.trim();
    if (!words) return;
    if (threadTs !== null && words.startsWith('/')) {
      setProblem(
        `Slash commands do not work in threads. Write @${bot.toLowerCase()} instead, or use the channel.`,
      );
      return;
    }
    type('');
    const target = { as: state.as, channel: channel.id, text: words };
    const answer = words.startsWith('/')
      ? await send('/sandbox/command', target)
      : await send('/sandbox/message', { ...target, threadTs });
    if (answer.ok) return;
    setProblem(answer.error);
    if (drafts.get(place)) return;
    drafts.set(place, words);
    setWritten({ place, text: words });
  };
  /** True: the key was used to choose a hint. */
  const choosesHint = ({ key, shiftKey }: KeyboardEvent): boolean => {
    const chosen = hints[at];
    if (!chosen || shiftKey) return false;
    if (key === 'Escape') type('');
    else if (key === 'ArrowDown') setAt((at + 1) % hints.length);
    else if (key === 'ArrowUp') setAt((at + hints.length - 1) % hints.length);
    else if (key === 'Tab' || (key === 'Enter' && !chosen.complete)) type(`${chosen.insert} `);
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (choosesHint(event)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
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
        id={list}
        typed={text}
        hints={hints}
        at={at}
        choose={(words) => {
          type(words);
          field.current?.focus();
        }}
      />
      <div className="composer-box">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          aria-label={where}
          aria-autocomplete="list"
          aria-controls={hints.length > 0 ? list : undefined}
          aria-activedescendant={hints.length > 0 ? `${list}-${at}` : undefined}
          placeholder={threadTs !== null ? `${where} or @${bot.toLowerCase()} …` : `${where} or /release`}
          onChange={(event) => type(event.target.value)}
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
