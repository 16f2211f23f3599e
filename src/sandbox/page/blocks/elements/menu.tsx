import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Floating } from './floating.tsx';

export interface MenuItem {
  key: string;
  label: string;
  description?: string;
  choose: () => void;
}

interface MenuProps {
  label: string;
  className: string;
  busy?: boolean;
  items: readonly MenuItem[];
  children: ReactNode;
}

/** A button that opens a menu. Arrow keys choose, Escape and Tab close. */
export function Menu({ label, className, busy = false, items, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (!open || !['Escape', 'Tab', 'ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (event.key === 'Home') rows[0]?.focus();
    else if (event.key === 'End') rows.at(-1)?.focus();
    else rows[(at + (event.key === 'ArrowDown' ? 1 : rows.length - 1)) % rows.length]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button and the items inside take the keyboard
    <span
      className={open ? 'menu-of open' : 'menu-of'}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-busy={busy}
        disabled={busy}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open ? (
        <Floating anchor={button} kind="menu">
          <div ref={list} role="menu" aria-label={label}>
            {items.map((item) => (
              <button
                key={item.key}
                type="button"
                role="menuitem"
                tabIndex={-1}
                dir="auto"
                onClick={() => {
                  close();
                  item.choose();
                }}
              >
                {item.label}
                {item.description ? <span className="hint">{item.description}</span> : null}
              </button>
            ))}
          </div>
        </Floating>
      ) : null}
    </span>
  );
}
