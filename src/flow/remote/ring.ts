import type { Remote } from '../../domain/documents/values/remote.ts';
import { followed } from '../../domain/gates/followed.ts';
import { environmentId } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';
import type { EnvironmentSettings, ProductSettings } from '../settings/settings.ts';

/**
 * An event from outside was about an attempt: its system is asked at once. `isMeant` says which one. Returns how many of the
 * product's environments have it; 0: the event was about nothing that Slipway follows.
 */
export async function ringRemotes(
  services: Services,
  { name, environments }: ProductSettings,
  isMeant: (remote: Remote, environment: EnvironmentSettings) => boolean,
): Promise<number> {
  let rung = 0;
  for (const settings of environments) {
    const id = environmentId(name, settings.policy.name);
    const environment = await services.store.load('environments', id);
    const found = environment && followed(environment);
    const remote = found?.remote;
    if (!remote || !isMeant(remote, settings)) continue;
    // It is due already: many events at once are one look.
    if (
      found.attempt.outcome === null &&
      remote.lookAt !== null &&
      remote.lookAt <= services.clock.leaseNow()
    ) {
      rung += 1;
      continue;
    }
    const ring = { id: services.newId(), actor: ROBOT, type: 'ringRemote', key: remote.key } as const;
    const { answer } = await apply(services, 'environments', id, ring);
    if (answer.kind === 'accepted') rung += 1;
  }
  return rung;
}
