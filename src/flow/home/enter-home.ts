import type { Unsent } from '../../domain/documents/commands/commands.ts';
import type { PersonCommand } from '../../domain/documents/commands/person.ts';
import type { ChatServices } from '../services/services.ts';
import { recordPerson, takeHome } from './record-person.ts';
import { showHome } from './show-home.ts';

/**
 * Shows the Home tab to somebody who has opened it, or who has turned its page or a switch, and keeps it up to date from now
 * on. Throws `ChatError` and `StoreError`.
 */
export async function enterHome(
  services: ChatServices,
  user: string,
  command: Unsent<Extract<PersonCommand, { type: 'homeOpened' | 'homeTurned' | 'switched' }>>,
): Promise<void> {
  // If this fails, its person sees why, in place of what was shown: it is to be drawn again.
  services.homes.record(user, null);
  const { home } = await recordPerson(services, user, command);
  services.homes.keep(user, services.now() + services.timing.homeOpenMs);
  if (home && home.worker !== services.worker) await takeHome(services, user);
  await showHome(services, user, 'opened');
}
