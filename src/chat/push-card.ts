import type { PushView, Said } from './view.ts';

/** The card of a push while it has no release. */
export function pushCard(view: PushView): Said {
  return { text: view.build.status, blocks: [] };
}
