import type { Refusal } from '../domain/refusal.ts';
import type { Role } from '../domain/roles.ts';
import type { About, No } from './no.ts';
import { peopleAmong } from './whom.ts';
import { code, namesOf, say } from './words.ts';

const DOING: Record<Role, string> = {
  prepare: 'preparing releases for',
  deploy: 'deploying to',
  rollback: 'rolling back',
  lock: 'locking',
  override: 'overriding a freeze of',
  adopt: 'adopting into',
};

/** Somebody has not the role that this takes. */
export function roleNo({ role, from }: Extract<Refusal, { rule: 'notRole' }>, about: About): No {
  const { here, surroundings: around } = about;
  if (from.length === 0) {
    return {
      not: say`${DOING[role]} ${here.policy.name} is for those whom the configuration names, and it names nobody.`,
      next: say`Nothing was changed. Whoever runs Slipway can name them there: ${code(`roles: { ${role}: [...] }`)}`,
    };
  }
  return {
    not: say`${DOING[role]} ${here.policy.name} is for ${namesOf(from, around)}, and you are not one of them.`,
    next: say`Nothing was changed. ${namesOf(peopleAmong(from, around), around)} can.`,
  };
}
