import { useState } from 'react';
import type { SandboxState } from '../protocol.ts';
import { colourOf } from './shared/avatar.tsx';

interface SideProps {
  state: SandboxState;
  current: string;
  unread: string[];
  /** Whether the drawer is open. The list is a drawer only in narrow windows. */
  open: boolean;
  notice: string;
  choose: (channel: string) => void;
  run: (index: number) => Promise<void>;
  close: () => void;
}

export function Side({ state, current, unread, open, notice, choose, run, close }: SideProps) {
  const channels = state.channels.filter(({ isDirect }) => !isDirect);
  const directs = state.channels.filter(({ isDirect }) => isDirect);
  return (
    <>
      {open ? (
        <button type="button" className="scrim" aria-label="Close the channel list" onClick={close} />
      ) : null}
      <nav className={open ? 'side open' : 'side'} aria-label="Channels">
        <h1>
          {state.team}
          <span>local sandbox, not Slack</span>
        </h1>
        <ul>
          {channels.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                className={
                  id === current ? 'channel current' : unread.includes(id) ? 'channel unread' : 'channel'
                }
                aria-current={id === current ? 'page' : undefined}
                onClick={() => choose(id)}
              >
                <i>#</i> {name}
                {unread.includes(id) ? <b className="dot" role="img" aria-label="unread" /> : null}
              </button>
            </li>
          ))}
          {directs.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                className={
                  id === current ? 'channel current' : unread.includes(id) ? 'channel unread' : 'channel'
                }
                onClick={() => choose(id)}
              >
                <i className="square" style={{ background: colourOf(name) }} /> {name}
                {unread.includes(id) ? <b className="dot" role="img" aria-label="unread" /> : null}
              </button>
            </li>
          ))}
        </ul>
        {state.links.length > 0 ? (
          <section>
            <h2>What runs</h2>
            <ul className="links">
              {state.links.map(({ label, url, status }) => (
                <li key={url}>
                  <a href={url} target="_blank" rel="noreferrer">
                    {label}
                  </a>
                  <span>{status ?? '…'}</span>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
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
      </nav>
    </>
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
