import type { Warning } from '../domain/warning.ts';
import type { Surroundings } from './view.ts';
import { at, say, type Words } from './words.ts';

/** One line for what was done all the same. */
export function warningWords({ startsAt, expiresAt }: Warning, { now }: Surroundings): Words {
  return say`Warning: it can start ${at(startsAt, now)} at the earliest, and expires before that, ${at(expiresAt, now)}.`;
}
