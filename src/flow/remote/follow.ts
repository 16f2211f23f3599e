import { systemName } from '../../chat/text/elsewhere.ts';
import { followed } from '../../domain/gates/followed.ts';
import type { Executor } from '../../ports/executor.ts';
import { untilItRuns } from '../current/pushed.ts';
import type { Services } from '../services/services.ts';
import { endOverdue } from './overdue.ts';
import { asked, notAsked, opened, record, recordAnswer } from './record.ts';
import { Servers } from './servers.ts';
import { type RemoteWork, remoteWork, serverOf } from './target.ts';

/**
 * Follows what other systems carry out: asks them when the document is due, tells them to end what is to end, and records
 * what they say. Any number of processes may do this for one attempt (RULES 36).
 */
export class Follower {
  readonly #services: Services;
  readonly #servers: Servers;

  /** `atATime`: how many attempts of one server are asked about at a time. */
  constructor(services: Services, atATime: number) {
    this.#services = services;
    this.#servers = new Servers(atATime);
  }

  /** Asks about the attempt of an environment, if that is due. Throws `NotConfigured`, `OldConfiguration` and `ClockWrong`. */
  async follow(id: string): Promise<void> {
    const work = await this.#due(id);
    if (work === null) return;
    const server = work.target === null ? '' : serverOf(work.target);
    const next = await this.#servers.run(server, id, () => this.#ask(work));
    if (next !== null) await this.#services.queue.enqueue('follow', { kind: 'environments', id: next });
  }

  /** null: nothing is to be asked now. */
  async #due(id: string): Promise<RemoteWork | null> {
    const { store, clock, configurations } = this.#services;
    const environment = await store.load('environments', id);
    const found = environment && followed(environment);
    if (!environment || !found || found.remote.lookAt === null || found.remote.lookAt > clock.dueNow())
      return null;
    const work = remoteWork(this.#services, environment, found);
    configurations.mustBeNewest(environment.product);
    clock.mustBeRight();
    return work;
  }

  async #ask(work: RemoteWork): Promise<void> {
    const services = this.#services;
    const { followed, target, about } = work;
    const { system, place, run, cancel } = followed.remote;
    if (target === null) {
      const where = place === undefined ? systemName(system) : `${systemName(system)} (${place})`;
      const reason = `it was begun at ${where}, and slipway.yml no longer has this step carried out there`;
      await record(services, work, { kind: 'unknown', reason, until: null }, null);
      return;
    }
    const executor = await opened(services, work);
    if (executor === null) {
      await record(services, work, notAsked(system), null);
      return;
    }
    if (run !== null && cancel?.open && followed.attempt.outcome === null) {
      const answer = await asked(services, work, () => executor.cancel(about, run));
      await recordAnswer(services, work, answer);
    }
    if (run === null) {
      await this.#find(work, executor);
      return;
    }
    const seen = await asked(services, work, () => executor.look(about, run));
    const settled = await untilItRuns(services, work, seen);
    if (settled !== null) await record(services, work, settled, executor);
  }

  /** Looking for an attempt may begin it, so nothing must have happened to it since it was read. */
  async #find(work: RemoteWork, executor: Executor): Promise<void> {
    const services = this.#services;
    if (!(await this.#isAsItWas(work))) return;
    const seen = await asked(services, work, () => executor.find(work.about));
    const settled = await untilItRuns(services, work, seen);
    if (settled === null) return;
    const { answer } = await record(services, work, settled, executor);
    if (answer.kind === 'refused' && seen.kind === 'running' && !(await this.#isLatest(work)))
      await endOverdue(services, work, seen, executor);
  }

  /** True: the attempt has neither ended nor been overtaken since it was read. */
  async #isAsItWas({ environment: { id }, followed: { attempt } }: RemoteWork): Promise<boolean> {
    const now = await this.#services.store.load('environments', id);
    const found = now && followed(now);
    if (found?.attempt.number !== attempt.number) return false;
    return (found.attempt.outcome === null) === (attempt.outcome === null);
  }

  async #isLatest({ environment: { id }, followed: { attempt } }: RemoteWork): Promise<boolean> {
    return (await this.#services.store.load('environments', id))?.attempts === attempt.number;
  }
}
