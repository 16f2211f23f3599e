import { useEffect, useRef } from 'react';

/** The regions of the page in the order of the eye. F6 goes to the next, Shift+F6 to the one before. */
const REGIONS = [
  '.bar [type=search]',
  '.side [aria-current]',
  '.main [role=tab][aria-selected=true]',
  '.main .messages',
  '.main .composer textarea',
  '.thread .messages',
  '.thread .composer textarea',
];

/** Keys that mean the same everywhere. Escape closes what was opened last, unless a dialog or a field uses it. */
export function useKeys(close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      if (event.key === 'Escape') latest.current();
      else if (event.key === 'F6') {
        event.preventDefault();
        step(event.shiftKey ? -1 : 1);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function step(by: 1 | -1): void {
  const regions = REGIONS.flatMap((selector) => document.querySelector<HTMLElement>(selector) ?? []).filter(
    (region) => region.checkVisibility({ visibilityProperty: true }),
  );
  const here = document.activeElement;
  const exact = regions.indexOf(here as HTMLElement);
  const at = exact >= 0 ? exact : regions.findIndex((region) => region.contains(here));
  const next = at < 0 && by < 0 ? regions.length - 1 : (at + by + regions.length) % regions.length;
  regions[next]?.focus();
}
