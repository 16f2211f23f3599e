import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';

/**
 * Runs when a process has started: the configuration may name another repository or another file, so every file is looked at. Those
 * of environments that are no longer configured stay as they are.
 */
export async function startRecords(
  services: Services,
  { records }: ProductSettings,
  { configured, retired }: { configured: readonly string[]; retired: readonly string[] },
): Promise<void> {
  const { store } = services;
  for (const id of [...configured, ...retired]) {
    await skipDamaged(services, async () => {
      const known = await store.load('records', id);
      if (records === undefined) {
        if (known !== null) await send(services, id, 'recordNothing');
        return;
      }
      if (retired.includes(id)) return;
      if (known !== null || (await store.load('environments', id))?.deployed)
        await send(services, id, 'recordAgain');
    });
  }
}

async function send(services: Services, id: string, type: 'recordAgain' | 'recordNothing'): Promise<void> {
  await apply(services, 'records', id, { id: services.newId(), actor: ROBOT, type });
}
