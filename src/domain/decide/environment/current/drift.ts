import type { Reference } from '../../../documents/environment.ts';
import type { Said } from '../../../documents/values/current.ts';
import type { DriftEnd } from '../../../documents/values/notice.ts';
import { type Draft, notify, showWaiting } from '../draft/draft.ts';

/** Something else runs here than Slipway deployed: it is told once, and the message is kept up to date (RULES 41). */
export function drifted(draft: Draft, { sha, said }: Said, deployed: Reference): void {
  const { environment } = draft;
  const { current } = environment;
  if (!current) return;
  const was = current.drift;
  const isSame = was !== undefined && (was.sha === null ? was.said === said : was.sha === sha);
  if (isSame && sha === was.sha) return;
  const since = was?.since ?? draft.at;
  const card = was?.card ?? `${environment.id}:drift-${draft.revision}`;
  current.drift = { sha, said, since, card };
  notify(draft, card, { kind: 'drift', runs: { sha, said }, deployed: plain(deployed), since, over: null });
  showWaiting(draft);
}

/** The drift is over, or is not known any more: its message says so. Does nothing where there is none. */
export function endDrift(draft: Draft, why: DriftEnd): void {
  const { environment, at } = draft;
  const { current, deployed } = environment;
  if (!current?.drift) return;
  const { sha, said, since, card } = current.drift;
  delete current.drift;
  notify(draft, card, {
    kind: 'drift',
    runs: { sha, said },
    deployed: deployed && plain(deployed),
    since,
    over: { at, why },
  });
  showWaiting(draft);
}

function plain({ sha, release }: Reference): { sha: string; release: number } {
  return { sha, release };
}
