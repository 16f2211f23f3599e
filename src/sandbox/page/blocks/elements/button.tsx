import { useState } from 'react';
import { follow } from '../../shared/links.ts';
import { useSurface } from '../surface.ts';
import { asText, wordsOf } from '../unknown.ts';
import { Confirm } from './confirm.tsx';

interface ActionButtonProps {
  button: Record<string, unknown>;
  blockId: string;
}

/** A button that asks for confirmation if its `confirm` says so, and follows its `url` if it has one. */
export function ActionButton({ button, blockId }: ActionButtonProps) {
  const { act } = useSurface();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const label = wordsOf(button.text);
  const url = asText(button.url);
  const go = async () => {
    setAsking(false);
    setBusy(true);
    // Opened during the click event. Later, the browser would block the new tab as a pop-up.
    if (url) follow(url);
    await act(blockId, asText(button.action_id));
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        className={`button ${asText(button.style)}`}
        aria-label={asText(button.accessibility_label) || label}
        aria-busy={busy}
        disabled={busy}
        onClick={() => (button.confirm ? setAsking(true) : void go())}
      >
        {label}
      </button>
      {asking ? <Confirm confirm={button.confirm} yes={() => void go()} no={() => setAsking(false)} /> : null}
    </>
  );
}
