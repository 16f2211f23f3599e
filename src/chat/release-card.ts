import type { ReleaseView, Said } from './view.ts';

/** The card of a release, as CARDS draws it for each status. */
export function releaseCard(view: ReleaseView): Said {
  return { text: view.release.status, blocks: [] };
}
