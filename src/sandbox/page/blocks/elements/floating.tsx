import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';

interface FloatingProps {
  /** What it is placed at. */
  anchor: RefObject<HTMLElement | null>;
  /** `field`: as wide as the anchor. `menu`: as wide as needed, at the anchor's end. */
  kind: 'field' | 'menu';
  children: ReactNode;
}

/** Pixels between the anchor and the panel, and between the panel and the edges of the window. */
const GAP = 4;

/** A panel above everything else, below its anchor or above it where there is more room. */
export function Floating({ anchor, kind, children }: FloatingProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = panel.current;
    if (!element) return;
    if (!element.matches(':popover-open')) element.showPopover();
    const place = () => {
      const at = anchor.current?.getBoundingClientRect();
      if (at) put(element, at, kind);
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(element);
    window.addEventListener('resize', place);
    window.addEventListener('scroll', place, true);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', place);
      window.removeEventListener('scroll', place, true);
    };
  }, [anchor, kind]);
  return (
    <div ref={panel} popover="manual" className={`floating of-${kind}`}>
      {children}
    </div>
  );
}

function put(panel: HTMLElement, anchor: DOMRect, kind: FloatingProps['kind']): void {
  const { innerWidth, innerHeight } = window;
  const below = innerHeight - anchor.bottom - 2 * GAP;
  const above = anchor.top - 2 * GAP;
  if (kind === 'field') panel.style.width = `${anchor.width}px`;
  panel.style.maxHeight = `${Math.min(320, Math.max(below, above))}px`;
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = kind === 'field' ? anchor.left : anchor.right - width;
  panel.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  panel.style.top = `${height <= below || below >= above ? anchor.bottom + GAP : anchor.top - GAP - height}px`;
}
