import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Role } from '../../domain/people/people.ts';
import { code, inline } from '../text/inline.ts';
import { peopleAmong } from '../text/people.ts';
import { namesOf, releaseRef } from '../text/references.ts';
import type { About, RefusalText } from './refusal-text.ts';

const DO_IN: Record<Role, string> = {
  prepare: 'prepare releases for',
  deploy: 'deploy to',
  rollback: 'roll back',
  lock: 'lock, pause or resume',
  override: 'override a freeze of',
  adopt: 'adopt a commit in',
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
        not: inline`nobody can ${DO_IN[role]} ${here.policy.name}: the configuration names nobody for that.`,
        next: inline`Nothing was changed. Whoever runs Slipway can name people there: ${code(`roles: { ${role}: [...] }`)}`,
      };
    }
    return {
      not: inline`only ${namesOf(from, context)} can ${DO_IN[role]} ${here.policy.name}, and you are not one of them.`,
      next: inline`Nothing was changed. ${can} can.`,
    };
  }
  const ref = releaseRef(here.policy, refusal.release, context);
  const started = about.release?.begun ? 'started it' : 'requested or started it';
  return {
    not: inline`only ${namesOf(from, context)}, or whoever ${started}, can cancel ${ref}.`,
    next: inline`${ref} continues as it is. ${can} can cancel it.`,
    open: refusal.release,
  };
}
