import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { SandboxChannel, SandboxState } from '../protocol.ts';
import { Avatar } from './shared/avatar.tsx';
import type { News } from './shared/reading.ts';
import { Faults } from './top/faults.tsx';

interface SideProps {
  state: SandboxState;
  /** Id of the open channel. `app`: the app is open. */
  current: string;
  news: ReadonlyMap<string, News>;
  /** Whether the drawer is open. The list is a drawer only in narrow windows. */
  open: boolean;
  notice: string;
  choose: (channel: SandboxChannel) => void;
  chooseApp: () => void;
  run: (index: number) => Promise<void>;
  close: () => void;
}

const NO_NEWS: News = { count: 0, forMe: 0 };

/** The list of channels and the app, and what the sandbox's host adds. */
export function Side(props: SideProps) {
  const { state, current, news, open, notice, choose, chooseApp, run, close } = props;
  const side = useRef<HTMLElement>(null);
  const bot = state.people.find(({ isBot }) => isBot)?.name ?? '';
  const direct = state.channels.find(({ isDirect }) => isDirect);
  useEffect(() => {
    if (open) side.current?.querySelector<HTMLElement>('[aria-current], button')?.focus();
  }, [open]);
  return (
    <>
      {open ? (
        <button type="button" className="scrim" aria-label="Close the channel list" onClick={close} />
      ) : null}
      <nav ref={side} className={open ? 'side open' : 'side'} aria-label="Channels and apps">
        <h1>
          {state.team}
          <span>local sandbox, not Slack</span>
        </h1>
        <h2 id="side-channels">Channels</h2>
        <ul aria-labelledby="side-channels">
          {state.channels
            .filter(({ isDirect }) => !isDirect)
            .map((channel) => (
              <li key={channel.id}>
                <Entry
                  sign={<i aria-hidden="true">{channel.isPrivate ? '🔒' : '#'}</i>}
                  name={channel.name}
                  isCurrent={channel.id === current}
                  news={news.get(channel.id) ?? NO_NEWS}
                  choose={() => choose(channel)}
                />
              </li>
            ))}
        </ul>
        <h2 id="side-apps">Apps</h2>
        <ul aria-labelledby="side-apps">
          <li>
            <Entry
              sign={<Avatar name={bot} isBot />}
              name={bot}
              isCurrent={current === 'app'}
              news={news.get(direct?.id ?? '') ?? NO_NEWS}
              choose={chooseApp}
            />
          </li>
        </ul>
        <Links links={state.links} />
        {state.actions.length > 0 ? (
          <section>
            <h2>Try it</h2>
            {state.actions.map(({ label, description }, index) => (
              <div key={label} className="try">
                <TryButton label={label} run={() => run(index)} />
                <p>{description}</p>
              </div>
            ))}
            <p className="notice" role="status">
              {notice}
            </p>
          </section>
        ) : null}
        <Faults on={state.faults} />
      </nav>
    </>
  );
}

interface EntryProps {
  sign: ReactNode;
  name: string;
  isCurrent: boolean;
  news: News;
  choose: () => void;
}

function Entry({ sign, name, isCurrent, news, choose }: EntryProps) {
  const unread = !isCurrent && news.count > 0;
  return (
    <button
      type="button"
      className={isCurrent ? 'channel current' : unread ? 'channel unread' : 'channel'}
      aria-current={isCurrent ? 'page' : undefined}
      title={name}
      onClick={choose}
    >
      {sign}
      <bdi>{name}</bdi>
      {unread ? (
        <>
          <span className="unseen"> unread</span>
          {news.forMe > 0 ? (
            <b className="badge">
              {news.forMe}
              <span className="unseen"> for you</span>
            </b>
          ) : (
            <b className="dot" />
          )}
        </>
      ) : null}
    </button>
  );
}

function Links({ links }: { links: SandboxState['links'] }) {
  if (links.length === 0) return null;
  return (
    <section>
      <h2>What runs</h2>
      <ul className="links">
        {links.map(({ label, url, status }) => (
          <li key={url}>
            <a href={url} target="_blank" rel="noreferrer">
              {label}
            </a>
            <span>{status ?? '…'}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function TryButton({ label, run }: { label: string; run: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    await run();
    setBusy(false);
  };
  return (
    <button
      type="button"
      className="button primary"
      aria-busy={busy}
      disabled={busy}
      onClick={() => void press()}
    >
      {label}
    </button>
  );
}
