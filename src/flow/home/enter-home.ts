import type { PersonCommand, Unsent } from '../../domain/documents/commands.ts';
import type { Person } from '../../domain/people/people.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { ChatServices, Services } from '../services/services.ts';
import { showHome } from './show-home.ts';

/** Records something in what is kept of a person, by their user id. */
export async function recordPerson(
  services: Services,
  user: string,
  command: Unsent<PersonCommand>,
): Promise<void> {
  await apply(services, 'people', user, { ...command, id: services.newId(), actor: ROBOT });
}

/**
 * Shows the Home tab to somebody who has opened it, or who has turned its page or a switch, and keeps it up to date from now
 * on. Throws `ChatError` and `StoreError`.
 */
export async function enterHome(
  services: ChatServices,
  user: string,
  command: Unsent<Extract<PersonCommand, { type: 'homeOpened' | 'homeTurned' | 'switched' }>>,
): Promise<void> {
  await recordPerson(services, user, command);
  services.homes.keep(user, services.now() + services.timing.homeOpenMs);
  await showHome(services, user, true);
}

/** Remembers that the person did something in this product. That it was done does not depend on this. */
export async function rememberTouched(services: Services, { id }: Person, product: string): Promise<void> {
  try {
    const known = await services.store.load('people', id);
    if (known?.touched[0] === product) return;
    await recordPerson(services, id, { type: 'touched', product });
  } catch (error) {
    services.log.info({ err: error, product }, 'could not remember what somebody did last');
  }
}
