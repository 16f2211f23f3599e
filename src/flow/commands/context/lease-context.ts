import type { CardContext } from '../../../domain/decide/card/decide.ts';
import type { PersonContext } from '../../../domain/decide/person/decide.ts';
import { heldMs } from '../../home/homes.ts';
import type { Services } from '../../services/services.ts';

/** The context of a card: its claims are leases, and its waits do not depend on the time of day. */
export function cardContext({ clock, timing }: Pick<Services, 'clock' | 'timing'>): CardContext {
  return { now: clock.leaseNow(), progressMs: timing.cardProgressMs, doubtMs: timing.cardDoubtMs };
}

/** The context of a profile. Its times order nothing but its own; a Home tab is held by the lease clock. */
export function personContext({
  now,
  clock,
  timing,
}: Pick<Services, 'now' | 'clock' | 'timing'>): PersonContext {
  const { homeOpenMs } = timing;
  return { now: now(), homeOpenMs, leaseNow: clock.leaseNow(), homeHeldMs: heldMs(timing) };
}

/** The context of what is told to a forge or written into a repository: its claims are leases, and its waits do not depend on the time of day. */
export function outboxContext({ clock }: Pick<Services, 'clock'>): { now: number } {
  return { now: clock.leaseNow() };
}
