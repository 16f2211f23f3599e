import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Role } from '../../domain/people/roles.ts';
import { code, namesOf, releaseRef, say } from '../text/inline.ts';
import { peopleAmong } from '../text/people.ts';
import type { About, No } from './refusal-text.ts';

const DOING: Record<Role, string> = {
  prepare: 'preparing releases for',
  deploy: 'deploying to',
  rollback: 'rolling back',
  lock: 'locking',
  override: 'overriding a freeze of',
  adopt: 'adopting into',
};

/** Somebody has not the role that this takes. */
export function roleNo(refusal: Extract<Refusal, { rule: 'notRole' | 'notCanceller' }>, about: About): No {
  const { here, surroundings: around } = about;
  const { from } = refusal;
  const can = namesOf(peopleAmong(from, around), around);
  if (refusal.rule === 'notRole') {
    const { role } = refusal;
    if (from.length === 0) {
      return {
        not: say`${DOING[role]} ${here.policy.name} is for those whom the configuration names, and it names nobody.`,
        next: say`Nothing was changed. Whoever runs Slipway can name them there: ${code(`roles: { ${role}: [...] }`)}`,
      };
    }
    return {
      not: say`${DOING[role]} ${here.policy.name} is for ${namesOf(from, around)}, and you are not one of them.`,
      next: say`Nothing was changed. ${can} can.`,
    };
  }
  const ref = releaseRef(here.policy, refusal.release, around);
  const started = about.release?.begun ? 'started it' : 'asked for it or started it';
  return {
    not: say`cancelling ${ref} is for ${namesOf(from, around)}, and for whoever ${started}.`,
    next: say`${ref} goes on as it is. ${can} can cancel it.`,
    open: refusal.release,
  };
}
