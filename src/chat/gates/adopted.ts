import type { Acceptance } from '../../domain/documents/environment.ts';
import { type Inline, inline, person } from '../text/inline.ts';
import type { ReleaseView } from '../view-model.ts';

/** "adopted in integration by Ada, never deployed there": an acceptance that no deploy of Slipway led to. */
export function adoptedWords({ by }: Pick<Acceptance, 'by'>, below: string): Inline {
  return inline`adopted in ${below} by ${person(by)}, never deployed there`;
}

/** The acceptance below of the release's commit, where that is only adopted there; null: it is not. */
export function adoptedBelow({ release, order, below }: ReleaseView): Acceptance | null {
  const known = below?.environment.acceptances.map(({ acceptance }) => acceptance) ?? [];
  const acceptance = order ?? known.findLast(({ sha }) => sha === release.sha);
  return acceptance?.kind === 'adopted' ? acceptance : null;
}
