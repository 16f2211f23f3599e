import { type ReactNode, useEffect, useRef } from 'react';

interface DialogProps {
  label: string;
  role?: 'dialog' | 'alertdialog';
  /** Identifies the shown content. When it changes, the first field gets the focus again. */
  shown: string;
  close: () => void;
  children: ReactNode;
}

const FIRST = 'input, select, textarea, [data-first], footer button';

/** A modal dialog that keeps the keyboard focus. Escape closes it. */
export function Dialog({ label, role = 'dialog', shown, close, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown decides where the keyboard goes
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (!element.open) element.showModal();
    const wasTyping = document.activeElement?.matches('input, select, textarea') ?? false;
    if (wasTyping && element.contains(document.activeElement)) return;
    const fields = [...element.querySelectorAll<HTMLElement>(FIRST)];
    const first = fields.find((field) => field.matches('[data-first], input, select, textarea')) ?? fields[0];
    first?.focus();
  }, [shown]);
  return (
    <dialog ref={dialog} className={`dialog ${role}`} role={role} aria-label={label} onClose={close}>
      {children}
    </dialog>
  );
}
