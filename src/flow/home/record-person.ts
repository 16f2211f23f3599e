import type { Unsent } from '../../domain/documents/commands/commands.ts';
import type { PersonCommand } from '../../domain/documents/commands/person.ts';
import type { Profile } from '../../domain/documents/profile.ts';
import { type Person, ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { ChatServices, Services } from '../services/services.ts';

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

/** Takes the Home tab of a person over from whichever process keeps it up to date. */
export async function takeHome(services: ChatServices, user: string): Promise<void> {
  follow(services, await recordPerson(services, user, { type: 'homeTaken', worker: services.worker }));
}

/** Says that this process keeps the Home tab of a person up to date, also from now on, unless another one does. */
export async function holdHome(services: ChatServices, user: string): Promise<void> {
  follow(services, await recordPerson(services, user, { type: 'homeHeld', worker: services.worker }));
}

/** Has no process keep the Home tab of a person up to date until it is opened again. */
export async function leaveHome(services: ChatServices, user: string): Promise<void> {
  follow(services, await recordPerson(services, user, { type: 'homeLeft', worker: services.worker }));
}

function follow({ homes, worker, timing }: ChatServices, { id, home }: Profile): void {
  if (home?.worker !== worker || home.heldUntil === undefined) {
    homes.close(id);
  } else {
    homes.keep(id, home.openedAt + timing.homeOpenMs);
    homes.hold(id, home.heldUntil);
  }
}
