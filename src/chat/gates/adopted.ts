import type { Acceptance } from '../../domain/documents/environment.ts';
import { type Inline, inline } from '../text/inline.ts';
import { person } from '../text/references.ts';
import type { ReleaseView } from '../view-model.ts';

/**
 * "adopted in integration by Ada, never deployed there": for an acceptance that did not come from a deploy by Slipway.
 */
export function adoptedWords({ by }: Pick<Acceptance, 'by'>, below: string): Inline {
  return inline`adopted in ${below} by ${person(by)}, never deployed there`;
}

/** The acceptance of the release's commit below if it was only adopted there; null: it was not. */
export function adoptedBelow({ release, order, below }: ReleaseView): Acceptance | null {
  const known = below?.environment.acceptances.map(({ acceptance }) => acceptance) ?? [];
  const acceptance = order ?? known.findLast(({ sha }) => sha === release.sha);
  return acceptance?.kind === 'adopted' ? acceptance : null;
}
