import { type FormEvent, useState } from 'react';
import type { SandboxView } from '../../protocol.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { Dialog } from '../blocks/dialog.tsx';
import { SurfaceContext } from '../blocks/surface.ts';
import { asRecord, wordsOf } from '../blocks/unknown.ts';
import { catchLinks } from '../shared/links.ts';
import { send } from '../shared/server.ts';
import { faultsOf, useForm } from './view.ts';

interface ModalProps {
  /** The modals of the person, the topmost last. */
  stack: readonly SandboxView[];
  shown: SandboxView;
  as: string;
}

/** The topmost modal of the acting person. */
export function Modal({ stack, shown, as }: ModalProps) {
  const view = asRecord(shown.view);
  const { blocks, surface, values, problem, setProblem, setErrors } = useForm(shown, as);
  const [busy, setBusy] = useState(false);
  const title = wordsOf(view.title);
  const isPushed = stack.length > 1;
  const close = (viewId: string) => void send('/sandbox/close', { as, viewId });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy || !view.submit) return;
    const form = event.currentTarget;
    const faults = faultsOf(blocks, values);
    setErrors(faults);
    if (Object.keys(faults).length > 0) {
      focusOn(form, faults);
      return;
    }
    setBusy(true);
    const answer = await send('/sandbox/submit', { as, viewId: shown.id, values });
    setBusy(false);
    setProblem(answer.ok || answer.errors ? '' : answer.error);
    if (answer.ok) return;
    setErrors(answer.errors ?? {});
    focusOn(form, answer.errors ?? {});
  };
  return (
    <Dialog label={title} shown={shown.hash} close={() => close(shown.id)}>
      <form noValidate onSubmit={submit} aria-busy={busy}>
        <header>
          {isPushed ? (
            <button type="button" className="icon" aria-label="Back" onClick={() => close(shown.id)}>
              ←
            </button>
          ) : null}
          <h2 dir="auto">{title}</h2>
          <button
            type="button"
            className="icon"
            aria-label="Close"
            onClick={() => close(stack[0]?.id ?? shown.id)}
          >
            ✕
          </button>
        </header>
        {problem ? (
          <p className="error trouble" role="alert">
            {problem}
          </p>
        ) : null}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the links inside take the keyboard */}
        <div className="dialog-body" onClick={catchLinks}>
          <SurfaceContext value={surface}>
            <Blocks blocks={blocks} />
          </SurfaceContext>
        </div>
        <footer>
          <button type="button" className="button" onClick={() => close(shown.id)}>
            {wordsOf(view.close) || (view.submit ? 'Cancel' : 'Close')}
          </button>
          {view.submit ? (
            <button type="submit" className="button primary" aria-busy={busy} disabled={busy}>
              {wordsOf(view.submit)}
            </button>
          ) : null}
        </footer>
      </form>
    </Dialog>
  );
}

/** Focuses the first input that has an error. */
function focusOn(form: HTMLFormElement, errors: Readonly<Record<string, string>>): void {
  const fields = [...form.querySelectorAll<HTMLElement>('[name]')];
  const wrong = fields.find((field) => {
    const [blockId = ''] = field.getAttribute('name')?.split('|') ?? [];
    return blockId in errors;
  });
  wrong?.focus();
}
