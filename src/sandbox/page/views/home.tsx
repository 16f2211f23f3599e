import { useEffect } from 'react';
import type { SandboxState, SandboxView } from '../../protocol.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { SurfaceContext } from '../blocks/surface.ts';
import { catchLinks } from '../shared/links.ts';
import { send } from '../shared/server.ts';
import { useForm } from './view.ts';

/** The Home tab of the bot, as it is for the acting person. The bot hears that it was opened. */
export function Home({ state, name }: { state: SandboxState; name: string }) {
  const { as, home } = state;
  useEffect(() => void send('/sandbox/home', { as, tab: 'home' }), [as]);
  return (
    <div className="home" role="tabpanel" id="app-home" aria-labelledby="tab-home">
      {home ? (
        <Published key={home.id} home={home} as={as} />
      ) : (
        <p className="empty" role="status">
          {name} has not published a Home tab for you yet.
        </p>
      )}
    </div>
  );
}

function Published({ home, as }: { home: SandboxView; as: string }) {
  const { blocks, surface, problem } = useForm(home, as);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the links inside take the keyboard
    <div className="home-inner" onClick={catchLinks}>
      {problem ? (
        <p className="error trouble" role="alert">
          {problem}
        </p>
      ) : null}
      <SurfaceContext value={surface}>
        <Blocks blocks={blocks} />
      </SurfaceContext>
    </div>
  );
}
