import type { Environment } from '../../domain/documents/environment.ts';
import type { Remote } from '../../domain/documents/values/remote.ts';
import type { Followed } from '../../domain/gates/followed.ts';
import { plainAddress } from '../../git/names/repository-url.ts';
import type { RemoteAttempt } from '../../ports/executor.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Services } from '../services/services.ts';
import { findEnvironment, type ProductSettings, type Settings, stepOf } from '../settings/settings.ts';
import { isRemote, type RemoteTarget } from '../settings/steps.ts';

/** An attempt that another system carries out, and what is needed to ask about it. */
export interface RemoteWork {
  environment: Environment;
  followed: Followed;
  product: ProductSettings;
  /** null: the configuration no longer says how to ask the system that began it, or names another place of it. */
  target: RemoteTarget | null;
  about: RemoteAttempt;
}

/** Throws `NotConfigured`. */
export function remoteWork(
  services: Pick<Services, 'settings'>,
  environment: Environment,
  followed: Followed,
): RemoteWork {
  const configured = findEnvironment(services.settings, environment.id);
  if (!configured) throw new NotConfigured(environment.id);
  const { release, attempt, remote } = followed;
  const settings = stepOf(configured.environment, attempt.step);
  const target = settings !== null && isRemote(settings) ? settings.remote : null;
  return {
    environment,
    followed,
    product: configured.product,
    target: target !== null && isWhereItRuns(target, remote, services.settings) ? target : null,
    about: {
      key: remote.key,
      step: attempt.step,
      product: environment.product,
      environment: environment.name,
      commit: release.sha,
      ref: release.ref,
      previous: release.replaces,
      release: release.number,
      kind: release.kind,
    },
  };
}

/** Anywhere else, its id is that of another run, or of none, and asking for it may begin it there. */
function isWhereItRuns(target: RemoteTarget, { system, place }: Remote, settings: Settings): boolean {
  return target.system === system && (place === undefined || place === placeOf(target, settings));
}

/** Where a step is carried out, so that a run is never looked for at another place than that where it was begun. */
export function placeOf(target: RemoteTarget, { forges = [] }: Pick<Settings, 'forges'>): string {
  switch (target.system) {
    case 'github':
    case 'gitlab': {
      const { forge, project } = target;
      return `${project} at ${forges.find(({ name }) => name === forge)?.api ?? forge}`;
    }
    case 'jenkins':
      return target.job.replace(/\/+$/, '');
    case 'http':
      return target.url;
    case 'git':
      return `${target.branch} of ${plainAddress(target.repository)}`;
    default:
      return target satisfies never;
  }
}

/** The server that is asked, so that one that is slow holds up only its own attempts. */
export function serverOf(target: RemoteTarget): string {
  switch (target.system) {
    case 'github':
    case 'gitlab':
      return `${target.system} ${target.forge}`;
    case 'jenkins':
      return originOf(target.job);
    case 'http':
      return originOf(target.url);
    case 'git':
      return originOf(plainAddress(target.repository));
    default:
      return target satisfies never;
  }
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
