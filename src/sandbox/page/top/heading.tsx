import type { SandboxChannel } from '../../protocol.ts';
import { Avatar } from '../shared/avatar.tsx';
import type { AppTab } from '../shared/place.ts';
import { AppTabs } from '../views/app-tabs.tsx';

interface HeadingProps {
  channel: SandboxChannel;
  /** The open tab of the app. null: a channel. */
  tab: AppTab | null;
  unreadDirects: number;
  choose: (tab: AppTab) => void;
}

/** The name of what is open, and the tabs of the app. */
export function Heading({ channel, tab, unreadDirects, choose }: HeadingProps) {
  return (
    <header className="top">
      {tab === null ? null : <Avatar name={channel.name} isBot />}
      <h2 title={channel.name}>
        {tab === null ? <span aria-hidden="true">{channel.isPrivate ? '🔒 ' : '# '}</span> : null}
        <bdi>{channel.name}</bdi>
        {channel.archived ? <span> (archived)</span> : null}
      </h2>
      {tab === null ? null : <AppTabs tab={tab} unread={unreadDirects} choose={choose} />}
    </header>
  );
}
