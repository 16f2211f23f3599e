import type { ReactNode } from 'react';
import type { SandboxState } from '../../protocol.ts';
import { Avatar } from '../shared/avatar.tsx';

interface BarProps {
  state: SandboxState;
  /** Whether there is news outside of what is open. */
  unread: boolean;
  drawer: boolean;
  openDrawer: () => void;
  act: (person: string) => void;
  children: ReactNode;
}

const GROUPS = [
  { kind: 'member', label: '' },
  { kind: 'guest', label: 'Guests' },
  { kind: 'partner', label: 'Of another workspace' },
] as const;

/** The bar above everything: the search, and who acts. */
export function Bar({ state, unread, drawer, openDrawer, act, children }: BarProps) {
  const me = state.people.find(({ id }) => id === state.as)?.name ?? '';
  return (
    <header className="bar">
      <button
        type="button"
        className="icon menu"
        aria-label={unread ? 'Show the channel list, something is unread' : 'Show the channel list'}
        aria-expanded={drawer}
        onClick={openDrawer}
      >
        ☰{unread ? <b className="dot" /> : null}
      </button>
      {children}
      <label className="acting">
        <span>You are</span>
        <Avatar name={me} isBot={false} />
        <select value={state.as} onChange={(event) => act(event.target.value)} aria-label="Act as">
          {GROUPS.map(({ kind, label }) => {
            const people = state.people.filter((person) => person.kind === kind);
            const options = people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ));
            if (kind === 'member' || options.length === 0) return options;
            return (
              <optgroup key={kind} label={label}>
                {options}
              </optgroup>
            );
          })}
        </select>
      </label>
    </header>
  );
}
