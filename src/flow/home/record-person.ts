import type { PersonCommand, Unsent } from '../../domain/documents/commands.ts';
import type { OpenHome, Profile } from '../../domain/documents/profile.ts';
import { type Person, ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';

/** Records something in what is kept of a person, by their user id. */
export async function recordPerson(
  services: Services,
  user: string,
  command: Unsent<PersonCommand>,
): Promise<Profile> {
  const { aggregate } = await apply(services, 'people', user, {
    ...command,
    id: services.newId(),
    actor: ROBOT,
  });
  return aggregate;
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

/** Records that this process keeps the Home tab of a person up to date, so that no other one does. */
export async function takeHome(services: Services, user: string, { worker }: OpenHome): Promise<void> {
  if (worker === services.worker) return;
  await recordPerson(services, user, { type: 'homeTaken', worker: services.worker });
}
