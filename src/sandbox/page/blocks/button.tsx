import { useState } from 'react';
import { follow } from '../shared/links.ts';
import { Dialog } from './dialog.tsx';
import { Text } from './text.tsx';
import { asRecord, asText, wordsOf } from './unknown.ts';

/** Presses a button. Resolves when the bot has acknowledged. */
export type Press = (blockId: string, actionId: string) => Promise<void>;

interface ActionButtonProps {
  button: Record<string, unknown>;
  blockId: string;
  press: Press;
}

/** A button that asks for confirmation if its `confirm` says so, and follows its `url` if it has one. */
export function ActionButton({ button, blockId, press }: ActionButtonProps) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const label = wordsOf(button.text);
  const url = asText(button.url);
  const go = async () => {
    setAsking(false);
    setBusy(true);
    // Opened during the click event. Later, the browser would block the new tab as a pop-up.
    if (url) follow(url);
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
  const title = wordsOf(confirm.title);
  return (
    <Dialog label={title} role="alertdialog" shown={title} close={no}>
      <header>
        <h2>{title}</h2>
      </header>
      <div className="dialog-body">
        <Text value={confirm.text} />
      </div>
      <footer>
        <button type="button" className="button" onClick={no}>
          {wordsOf(confirm.deny)}
        </button>
        <button
          type="button"
          data-first
          className={`button ${asText(confirm.style) || 'primary'}`}
          onClick={yes}
        >
          {wordsOf(confirm.confirm)}
        </button>
      </footer>
    </Dialog>
  );
}
