import { ROBOT } from '../people.ts';
import { isWaiting } from '../release.ts';
import { type Draft, type Outcome, reply } from './draft.ts';
import { end as endLock } from './locking.ts';
import { notify } from './notify.ts';
import { end, leaveQueue } from './waiting.ts';

/** The environment left the configuration: what waits is cancelled with that reason; what runs comes to its end. */
export function retire(draft: Draft): Outcome {
  const { environment, now, revision } = draft;
  const reason = `${environment.name} was removed from the configuration`;
  for (const release of environment.open.filter(isWaiting)) {
    reply(draft, release, { kind: 'cancelled', by: ROBOT, reason });
    if (release.queue?.was) leaveQueue(draft, release);
    else end(draft, release, 'cancelled', ROBOT, reason);
  }
  if (environment.lock) {
    const place = { now, revision, place: environment.id, all: false, waiting: [] };
    const ended = endLock(environment.lock, { kind: 'expired', by: null, at: now, owner: null }, place);
    environment.lock = null;
    for (const { card, notice } of ended.told) notify(draft, card, notice);
  }
  environment.productLock = null;
  environment.paused = null;
  return { kind: 'accepted' };
}
