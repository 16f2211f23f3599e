import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Floating } from './floating.tsx';
import type { Option, OptionGroup } from './values.ts';

/** What the list of options shows. `note`: a sentence above them, such as "Loading …". */
export interface Offer {
  groups: readonly OptionGroup[];
  note: string;
}

interface ComboboxProps {
  /** Attributes of the field: its id, its name for screen readers, its error. */
  field: Record<string, unknown>;
  placeholder: string;
  busy: boolean;
  /** What is chosen. null: nothing. */
  chosen: Option | null;
  offer: Offer;
  /** Called with what is typed since the list was opened. null: the list was closed. */
  search: (query: string | null) => void;
  choose: (option: Option | null) => void;
  /** Whether the choice can be removed. */
  clearable: boolean;
}

/** A field that chooses from a list and searches in it. ↑ ↓ Enter choose, Escape closes the list. */
export function Combobox(props: ComboboxProps) {
  const { field, placeholder, busy, chosen, offer, search, choose, clearable } = props;
  const [query, setQuery] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const isOpen = query !== null;
  const options = offer.groups.flatMap((group) => group.options);
  const type = (words: string | null) => {
    setQuery(words);
    setAt(0);
    search(words);
  };
  const take = (option: Option | undefined) => {
    if (!option) return;
    type(null);
    choose(option);
  };
  const open = () => {
    if (isOpen) return;
    type('');
    const now = options.findIndex(({ value }) => value === chosen?.value);
    setAt(Math.max(0, now));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const { key } = event;
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: options.length - 1 };
    const step = steps[key];
    if (step !== undefined) {
      if (!isOpen) open();
      else if (options.length > 0) setAt((at + step) % options.length);
    } else if (key === 'Enter') {
      // The keyboard opens the list, as the mouse does; it never sends the form from here.
      if (isOpen) take(options[at]);
      else open();
    } else if (key === 'Escape' && isOpen) type(null);
    else if ((key === 'Backspace' || key === 'Delete') && !isOpen && chosen && clearable) choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span className="combobox">
      <input
        {...field}
        ref={input}
        type="text"
        role="combobox"
        dir="auto"
        autoComplete="off"
        aria-expanded={isOpen}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && options.length > 0 ? `${list}-${at}` : undefined}
        aria-busy={busy}
        placeholder={chosen?.text ?? placeholder}
        value={query ?? chosen?.text ?? ''}
        onFocus={({ currentTarget }) => {
          // A long choice is shown from its beginning.
          currentTarget.setSelectionRange(0, 0);
          currentTarget.scrollLeft = 0;
        }}
        onMouseDown={open}
        onChange={(event) =>
          type(isOpen || !chosen ? event.target.value : typedOver(chosen.text, event.target.value))
        }
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (isOpen) type(null);
        }}
      />
      {clearable && chosen && !isOpen ? (
        <button
          type="button"
          className="icon clear"
          aria-label={`Clear ${chosen.text}`}
          onClick={() => {
            choose(null);
            input.current?.focus();
          }}
        >
          ✕
        </button>
      ) : (
        <i aria-hidden="true">▾</i>
      )}
      {isOpen ? (
        <Floating anchor={input} kind="field">
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the field keeps the keyboard while the mouse scrolls the list */}
          <div onMouseDown={(event) => event.preventDefault()}>
            {offer.note ? (
              <p className="hint" role="status">
                {offer.note}
              </p>
            ) : null}
            <div id={list} role="listbox" aria-label="Options">
              <Groups groups={offer.groups} list={list} at={at} chosen={chosen} take={take} />
            </div>
          </div>
        </Floating>
      ) : null}
    </span>
  );
}

/** What was typed into a field that showed `before`. */
function typedOver(before: string, now: string): string {
  if (now.startsWith(before)) return now.slice(before.length);
  return now.endsWith(before) ? now.slice(0, -before.length) : now;
}

interface GroupsProps {
  groups: readonly OptionGroup[];
  list: string;
  at: number;
  chosen: Option | null;
  take: (option: Option) => void;
}

function Groups({ groups, list, at, chosen, take }: GroupsProps) {
  let index = -1;
  return groups.map((group) => {
    const rows = group.options.map((option) => {
      index += 1;
      return (
        <OptionRow
          key={option.value}
          option={option}
          id={`${list}-${index}`}
          isAt={index === at}
          isChosen={option.value === chosen?.value}
          take={() => take(option)}
        />
      );
    });
    if (!group.label) return rows;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a listbox
      <div key={group.label} role="group" aria-label={group.label}>
        <p className="group" aria-hidden="true">
          {group.label}
        </p>
        {rows}
      </div>
    );
  });
}

interface OptionRowProps {
  option: Option;
  id: string;
  isAt: boolean;
  isChosen: boolean;
  take: () => void;
}

function OptionRow({ option, id, isAt, isChosen, take }: OptionRowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isAt) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isAt]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field keeps the keyboard
    <div
      ref={row}
      id={id}
      role="option"
      dir="auto"
      aria-selected={isChosen}
      className={isAt ? 'at' : undefined}
      onClick={take}
    >
      {option.text}
      {option.description ? <span className="hint">{option.description}</span> : null}
    </div>
  );
}
