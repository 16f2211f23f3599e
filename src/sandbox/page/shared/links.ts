import type { MouseEvent } from 'react';

/** A message that a permalink names: `/archives/C1/p1700000000000100`. */
export interface LinkedMessage {
  channel: string;
  ts: string;
}

/** Told of a permalink that was followed in the page. */
const FOLLOWED = 'sandbox:followed';

/** null: not a permalink of this workspace. */
export function linkedMessage(url: string): LinkedMessage | null {
  const { origin, pathname } = new URL(url, window.location.href);
  const match = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname);
  if (origin !== window.location.origin || !match) return null;
  return { channel: match[1] ?? '', ts: `${match[2]}.${match[3]}` };
}

/** Follows a link as Slack does: a message of this workspace here, everything else in a tab of its own. */
export function follow(url: string): void {
  const linked = linkedMessage(url);
  if (linked) window.dispatchEvent(new CustomEvent<LinkedMessage>(FOLLOWED, { detail: linked }));
  else window.open(url, '_blank', 'noopener');
}

export function onFollowed(listener: (linked: LinkedMessage) => void): () => void {
  const heard = (event: Event) => listener((event as CustomEvent<LinkedMessage>).detail);
  window.addEventListener(FOLLOWED, heard);
  return () => window.removeEventListener(FOLLOWED, heard);
}

/** For what surrounds rendered text: a permalink in it stays in the page. */
export function catchLinks(event: MouseEvent): void {
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (!anchor || event.metaKey || event.ctrlKey || !linkedMessage(anchor.href)) return;
  event.preventDefault();
  follow(anchor.href);
}
