import type { LockTarget } from '../../chat/command/request.ts';
import { LONGEST_LOCK_MS } from '../../domain/documents/values/lock.ts';
import { type ClockTime, momentOf } from '../../domain/time/clock-time.ts';
import { ChatError } from '../../ports/chat.ts';
import type { ChatServices } from '../services/services.ts';
import { findProduct } from '../settings/settings.ts';

/** The end of a lock that a person typed, such as "until 17:00". `zone`: the time zone that was used. */
export type LockEnd =
  | { kind: 'at'; forMs: number; zone: string }
  | { kind: 'passed'; zone: string }
  | { kind: 'tooFar'; zone: string };

/**
 * The end of a lock for a typed time of day. Unless another zone was typed, it is read by the person's own clock, as
 * Slack knows it.
 */
export async function lockEnd(
  services: Pick<ChatServices, 'chat' | 'settings' | 'now' | 'log'>,
  person: string,
  target: LockTarget,
  until: ClockTime,
): Promise<LockEnd> {
  const zone = until.zone ?? (await zoneOf(services, person)) ?? zoneHere(services, target) ?? 'UTC';
  const now = services.now();
  const at = momentOf(until, now, zone);
  if (at === null) return { kind: 'passed', zone };
  return at - now > LONGEST_LOCK_MS ? { kind: 'tooFar', zone } : { kind: 'at', forMs: at - now, zone };
}

async function zoneOf(services: Pick<ChatServices, 'chat' | 'log'>, person: string): Promise<string | null> {
  try {
    return await services.chat.timezone(person);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    services.log.info({ err: error, person }, 'a time zone could not be looked up');
    return null;
  }
}

/** The time zone of the freezes there; null: the configuration names none. */
function zoneHere(
  services: Pick<ChatServices, 'settings'>,
  { product, environment }: LockTarget,
): string | null {
  const policies = (findProduct(services.settings, product)?.environments ?? []).map(({ policy }) => policy);
  const here = policies.filter(({ name }) => name === environment);
  return [...here, ...policies].flatMap(({ freeze }) => freeze)[0]?.timezone ?? null;
}
