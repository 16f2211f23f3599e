import type { PersonCommand, Unsent } from '../../domain/documents/commands.ts';
import { type Person, ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';

/** Records something in what is kept of a person, by their user id. */
export async function recordPerson(
  services: Services,
  user: string,
  command: Unsent<PersonCommand>,
): Promise<void> {
  await apply(services, 'people', user, { ...command, id: services.newId(), actor: ROBOT });
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
