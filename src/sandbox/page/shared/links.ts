import type { MouseEvent } from 'react';

/** The message of a permalink such as `/archives/C1/p1700000000000100`. */
export interface LinkedMessage {
  channel: string;
  ts: string;
}

/** Event for a permalink that was followed in the page. */
const FOLLOWED = 'sandbox:followed';

/** null: not a permalink of this workspace. */
export function linkedMessage(url: string): LinkedMessage | null {
  const { origin, pathname } = new URL(url, window.location.href);
  const match = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname);
  if (origin !== window.location.origin || !match) return null;
  return { channel: match[1] ?? '', ts: `${match[2]}.${match[3]}` };
}

/** The address of a message of this workspace. */
export function permalinkOf(channel: string, ts: string): string {
  return new URL(`/archives/${channel}/p${ts.replace('.', '')}`, window.location.href).href;
}

/** Follows a link like Slack: messages of this workspace open here, everything else in a new tab. */
export function follow(url: string): void {
  const linked = linkedMessage(url);
  if (linked) goTo(linked);
  else window.open(url, '_blank', 'noopener');
}

/** Shows a message of this workspace. */
export function goTo(linked: LinkedMessage): void {
  window.dispatchEvent(new CustomEvent<LinkedMessage>(FOLLOWED, { detail: linked }));
}

/** Calls the listener for each followed permalink. Returns a function that removes it. */
export function onFollowed(listener: (linked: LinkedMessage) => void): () => void {
  const heard = (event: Event) => listener((event as CustomEvent<LinkedMessage>).detail);
  window.addEventListener(FOLLOWED, heard);
  return () => window.removeEventListener(FOLLOWED, heard);
}

/** Click handler for elements around rendered text: permalinks in it open in the page. */
export function catchLinks(event: MouseEvent): void {
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (!anchor || event.metaKey || event.ctrlKey || !linkedMessage(anchor.href)) return;
  event.preventDefault();
  follow(anchor.href);
}
