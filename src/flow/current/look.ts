import type { Environment } from '../../domain/documents/environment.ts';
import type { Current } from '../../domain/documents/values/current.ts';
import { askedAbout, currentQuestion } from '../../domain/gates/current.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Services } from '../services/services.ts';
import { findEnvironment } from '../settings/settings.ts';
import { askCurrent } from './ask.ts';

/** An answer that is younger is good enough: several may want it at the same time. Milliseconds. */
export const FRESH_MS = 2_000;

/**
 * Asks environments which commit really runs there: when that is due, and when somebody wants to know. Any number of processes
 * may do this for one environment; this one does it once at a time.
 */
export class CurrentLooks {
  readonly #services: Services;
  readonly #asked = new Set<string>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Throws `NotConfigured`, `OldConfiguration`, `ClockWrong`, and what reading and writing documents throws. */
  async look(id: string): Promise<void> {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    try {
      await this.#look(id);
    } finally {
      this.#asked.delete(id);
    }
  }

  async #look(id: string): Promise<void> {
    const services = this.#services;
    const environment = await services.store.load('environments', id);
    if (environment === null) return;
    const configured = findEnvironment(services.settings, id);
    if (!configured) throw new NotConfigured(id);
    const settings = configured.environment.current;
    const sha = askedAbout(environment);
    if (settings === undefined || sha === null || isFresh(services, environment)) return;
    const asked = currentQuestion(environment, {
      leaseNow: services.clock.leaseNow(),
      marginMs: services.timing.marginMs,
      guardGone: services.guardIsGone(id),
    });
    if (asked === null) return;
    services.configurations.mustBeNewest(environment.product);
    services.clock.mustBeRight();
    const { product } = configured;
    const answer = await askCurrent(services, { environment, product, settings, sha });
    const saw = { id: services.newId(), actor: ROBOT, type: 'sawCurrent', asked, answer } as const;
    await apply(services, 'environments', id, saw);
  }
}

/** Whether it was heard, or was silent, since then. A time that lies ahead was counted by a clock that was wrong. */
export function wasHeardSince({ heardAt }: Pick<Current, 'heardAt'>, since: number, now: number): boolean {
  return heardAt !== undefined && heardAt <= now && heardAt >= since;
}

function isFresh({ clock }: Pick<Services, 'clock'>, { current }: Environment): boolean {
  if (current === undefined || current.askAt <= clock.dueNow()) return false;
  const now = clock.leaseNow();
  return wasHeardSince(current, now - FRESH_MS, now);
}
