import { type KeyboardEvent, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { SandboxChannel, SandboxMessage, SandboxState } from '../../protocol.ts';
import { NamesContext } from '../blocks/text.tsx';
import { Option } from '../shared/option.tsx';
import { shortTime } from '../shared/time.ts';
import { plainWords, wordsIn } from '../shared/words.ts';

interface SearchProps {
  state: SandboxState;
  openChannel: (channel: SandboxChannel) => void;
  openMessage: (message: SandboxMessage) => void;
}

type Hit =
  | { key: string; channel: SandboxChannel; message: null; words: string }
  | { key: string; channel: SandboxChannel | undefined; message: SandboxMessage; words: string };

const MOST = 40;

/** Characters of a message before the first match. */
const BEFORE = 40;

/** Searches channel names and the loaded messages, the newest first. All words must occur. */
export function Search({ state, openChannel, openMessage }: SearchProps) {
  const { people, channels } = useContext(NamesContext);
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const words = useMemo(() => typed.toLowerCase().split(/\s+/).filter(Boolean), [typed]);
  const hits = useMemo(() => {
    if (!open || words.length === 0) return [];
    const name = (id: string) => [...people, ...channels].find((each) => each.id === id)?.name;
    return hitsFor(state, words, name);
  }, [open, words, state, people, channels]);
  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  const choose = (hit: Hit | undefined) => {
    if (!hit) return;
    setTyped('');
    setOpen(false);
    if (hit.message) openMessage(hit.message);
    else openChannel(hit.channel);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      if (typed) event.preventDefault();
      setTyped('');
      setOpen(false);
    } else if (event.key === 'ArrowDown') setAt(hits.length > 0 ? (at + 1) % hits.length : 0);
    else if (event.key === 'ArrowUp') setAt(hits.length > 0 ? (at + hits.length - 1) % hits.length : 0);
    else if (event.key === 'Enter') choose(hits[at]);
    else return;
    if (event.key !== 'Escape') event.preventDefault();
  };
  const shown = open && words.length > 0;
  return (
    <search
      className="search"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <input
        ref={field}
        type="search"
        role="combobox"
        dir="auto"
        aria-label="Search messages and channels"
        aria-expanded={shown}
        aria-controls="search-hits"
        aria-autocomplete="list"
        aria-activedescendant={shown && hits.length > 0 ? `search-hit-${at}` : undefined}
        aria-keyshortcuts="Control+K"
        autoComplete="off"
        placeholder={`Search ${state.team}`}
        value={typed}
        onFocus={() => setOpen(true)}
        onChange={(event) => {
          setTyped(event.target.value);
          setOpen(true);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {shown ? (
        <div className="search-panel">
          <div id="search-hits" role="listbox" aria-label="Search results">
            {hits.map((hit, index) => (
              <HitRow
                key={hit.key}
                hit={hit}
                id={`search-hit-${index}`}
                chosen={index === at}
                words={words}
                who={people.find(({ id }) => id === hit.message?.user)?.name ?? ''}
                choose={() => choose(hit)}
              />
            ))}
          </div>
          <p className="hint" role="status">
            {summary(hits.length, state.messages.length)}
          </p>
        </div>
      ) : null}
    </search>
  );
}

function summary(hits: number, loaded: number): string {
  const found = hits === 0 ? 'Nothing found' : hits === MOST ? `The newest ${MOST} results` : `${hits} found`;
  return `${found}. Searched the ${loaded} newest messages that you can see here.`;
}

interface RowProps {
  hit: Hit;
  id: string;
  chosen: boolean;
  words: readonly string[];
  who: string;
  choose: () => void;
}

function HitRow({ hit, id, chosen, words, who, choose }: RowProps) {
  const place = hit.channel?.isDirect ? hit.channel.name : `#${hit.channel?.name ?? ''}`;
  return (
    <Option id={id} chosen={chosen} choose={choose}>
      {hit.message ? (
        <>
          <p className="hint">
            <bdi>{who}</bdi> in <bdi>{place}</bdi>
            {hit.message.threadTs ? ', in a thread' : ''} · {shortTime(hit.message.ts)}
          </p>
          <p dir="auto" className="found">
            <Marked text={snippet(hit.words, words)} words={words} />
          </p>
        </>
      ) : (
        <p dir="auto">
          <Marked text={place} words={words} />
        </p>
      )}
    </Option>
  );
}

/** The text with the searched words marked. */
function Marked({ text, words }: { text: string; words: readonly string[] }) {
  const pattern = words.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  return text.split(new RegExp(`(${pattern})`, 'iu')).map((part, index) => {
    const key = `${index}-${part}`;
    return index % 2 === 1 ? <mark key={key}>{part}</mark> : part;
  });
}

function snippet(text: string, words: readonly string[]): string {
  const first = Math.max(0, text.toLowerCase().indexOf(words[0] ?? ''));
  return first > BEFORE ? `… ${text.slice(first - BEFORE)}` : text;
}

function hitsFor(
  state: SandboxState,
  words: readonly string[],
  name: (id: string) => string | undefined,
): Hit[] {
  const matches = (text: string) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
  const hits: Hit[] = state.channels
    .filter((channel) => matches(`#${channel.name}`))
    .map((channel) => ({ key: channel.id, channel, message: null, words: channel.name }));
  for (let index = state.messages.length - 1; index >= 0 && hits.length < MOST; index -= 1) {
    const message = state.messages[index];
    if (!message) continue;
    const text = plainWords(wordsIn(message), name);
    if (!matches(`${text} ${name(message.user) ?? ''}`)) continue;
    const channel = state.channels.find(({ id }) => id === message.channel);
    hits.push({ key: `${message.channel} ${message.ts}`, channel, message, words: text });
  }
  return hits;
}
