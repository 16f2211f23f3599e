import type { KeyboardEvent } from 'react';
import type { AppTab } from '../shared/place.ts';

const TABS: readonly { tab: AppTab; label: string }[] = [
  { tab: 'home', label: 'Home' },
  { tab: 'messages', label: 'Messages' },
];

interface AppTabsProps {
  tab: AppTab;
  /** Number of unread direct messages. */
  unread: number;
  choose: (tab: AppTab) => void;
}

/** The tabs of the app: ← and → go from one to the other. */
export function AppTabs({ tab, unread, choose }: AppTabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const other = tab === 'home' ? 'messages' : 'home';
    choose(other);
    document.getElementById(`tab-${other}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label="Views of the app">
      {TABS.map(({ tab: each, label }) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          role="tab"
          aria-selected={each === tab}
          tabIndex={each === tab ? 0 : -1}
          onKeyDown={onKeyDown}
          onClick={() => choose(each)}
        >
          {label}
          {each === 'messages' && unread > 0 ? <b className="badge">{unread}</b> : null}
        </button>
      ))}
    </div>
  );
}
