import { Dialog } from '../dialog.tsx';
import { Text } from '../text.tsx';
import { asRecord, asText, wordsOf } from '../unknown.ts';

interface ConfirmProps {
  /** The `confirm` object of an element. */
  confirm: unknown;
  yes: () => void;
  no: () => void;
}

/** Asks before an element acts. */
export function Confirm({ confirm, yes, no }: ConfirmProps) {
  const { title: words, text, confirm: agree, deny, style } = asRecord(confirm);
  const title = wordsOf(words);
  return (
    <Dialog label={title} role="alertdialog" shown={title} close={no}>
      <header>
        <h2 dir="auto">{title}</h2>
      </header>
      <div className="dialog-body">
        <Text value={text} />
      </div>
      <footer>
        <button type="button" className="button" onClick={no}>
          {wordsOf(deny) || 'Cancel'}
        </button>
        <button type="button" data-first className={`button ${asText(style) || 'primary'}`} onClick={yes}>
          {wordsOf(agree) || 'Yes'}
        </button>
      </footer>
    </Dialog>
  );
}
