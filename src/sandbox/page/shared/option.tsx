import { type ReactNode, useEffect, useRef } from 'react';

interface OptionProps {
  id: string;
  /** The keyboard is at it: it is scrolled into view. */
  chosen: boolean;
  choose: () => void;
  children: ReactNode;
}

/** One entry of a list below a field, which keeps the keyboard. */
export function Option({ id, chosen, choose, children }: OptionProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field keeps the keyboard
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={chosen}
      onMouseDown={(event) => event.preventDefault()}
      onClick={choose}
    >
      {children}
    </div>
  );
}
