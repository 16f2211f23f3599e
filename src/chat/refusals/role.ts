import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Role } from '../../domain/people/roles.ts';
import { code, inline } from '../text/inline.ts';
import { peopleAmong } from '../text/people.ts';
import { namesOf, releaseRef } from '../text/references.ts';
import type { About, RefusalText } from './refusal-text.ts';

const DOING: Record<Role, string> = {
  prepare: 'preparing releases for',
  deploy: 'deploying to',
  rollback: 'rolling back',
  lock: 'locking',
  override: 'overriding a freeze of',
  adopt: 'adopting into',
};

/** The person lacks the role that the command needs. */
export function roleRefusalText(
  refusal: Extract<Refusal, { rule: 'notRole' | 'notCanceller' }>,
  about: About,
): RefusalText {
  const { here, context } = about;
  const { from } = refusal;
  const can = namesOf(peopleAmong(from, context), context);
  if (refusal.rule === 'notRole') {
    const { role } = refusal;
    if (from.length === 0) {
      return {
        not: inline`${DOING[role]} ${here.policy.name} is for those whom the configuration names, and it names nobody.`,
        next: inline`Nothing was changed. Whoever runs Slipway can name them there: ${code(`roles: { ${role}: [...] }`)}`,
      };
    }
    return {
      not: inline`${DOING[role]} ${here.policy.name} is for ${namesOf(from, context)}, and you are not one of them.`,
      next: inline`Nothing was changed. ${can} can.`,
    };
  }
  const ref = releaseRef(here.policy, refusal.release, context);
  const started = about.release?.begun ? 'started it' : 'asked for it or started it';
  return {
    not: inline`cancelling ${ref} is for ${namesOf(from, context)}, and for whoever ${started}.`,
    next: inline`${ref} goes on as it is. ${can} can cancel it.`,
    open: refusal.release,
  };
}
