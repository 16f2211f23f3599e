import { useEffect, useRef, useState } from 'react';
import { asRecord, asText, wordsOf } from './unknown.ts';

/** Presses a button; settles when the bot has acknowledged. */
export type Press = (blockId: string, actionId: string) => Promise<void>;

interface ActionButtonProps {
  button: Record<string, unknown>;
  blockId: string;
  press: Press;
}

export function ActionButton({ button, blockId, press }: ActionButtonProps) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const label = wordsOf(button.text);
  const url = asText(button.url);
  const go = async () => {
    setAsking(false);
    setBusy(true);
    if (url) window.open(url, '_self');
    await press(blockId, asText(button.action_id));
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
      {asking ? (
        <Confirm confirm={asRecord(button.confirm)} yes={() => void go()} no={() => setAsking(false)} />
      ) : null}
    </>
  );
}

function Confirm({
  confirm,
  yes,
  no,
}: {
  confirm: Record<string, unknown>;
  yes: () => void;
  no: () => void;
}) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <div className="veil">
      <div
        className="dialog small"
        role="alertdialog"
        aria-label={wordsOf(confirm.title)}
        onKeyDown={(event) => event.key === 'Escape' && no()}
      >
        <header>
          <h2>{wordsOf(confirm.title)}</h2>
        </header>
        <p className="dialog-body">{wordsOf(confirm.text)}</p>
        <footer>
          <button type="button" className="button" onClick={no}>
            {wordsOf(confirm.deny)}
          </button>
          <button
            type="button"
            ref={first}
            className={`button ${asText(confirm.style) || 'primary'}`}
            onClick={yes}
          >
            {wordsOf(confirm.confirm)}
          </button>
        </footer>
      </div>
    </div>
  );
}
