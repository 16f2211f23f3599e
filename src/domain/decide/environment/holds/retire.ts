import { isWaiting } from '../../../documents/values/release.ts';
import { end as endLock } from '../../shared/lock-transition.ts';
import { type Draft, notify, type Outcome } from '../draft/draft.ts';
import { cancelByItself } from '../promotion/mode.ts';

/**
 * Called when the environment was removed from the configuration. Waiting releases are cancelled with that reason; a
 * running one finishes.
 */
export function retire(draft: Draft): Outcome {
  const { environment, now, at, revision } = draft;
  const reason = `${environment.name} was removed from the configuration`;
  for (const release of environment.open.filter(isWaiting)) {
    cancelByItself(draft, release, reason);
  }
  if (environment.lock) {
    const place = { now, at, revision, place: environment.id, all: false, waiting: [] };
    const ended = endLock(environment.lock, { kind: 'expired', by: null, at, owner: null }, place);
    environment.lock = null;
    for (const { card, notice } of ended.messages) notify(draft, card, notice);
  }
  environment.productLock = null;
  environment.paused = null;
  return { kind: 'accepted' };
}
