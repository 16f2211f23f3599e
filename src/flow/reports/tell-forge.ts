import type { Unsent } from '../../domain/documents/commands/commands.ts';
import type { ReportsCommand } from '../../domain/documents/commands/reports.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import { mayTellAt, type Reports } from '../../domain/documents/reports.ts';
import {
  type DeploymentState,
  type Report,
  type ReportUse,
  untold,
} from '../../domain/documents/values/report.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { comesTooLate } from '../../domain/reports/says.ts';
import { backoff } from '../../domain/time/duration.ts';
import { ForgeError, type ForgeProject } from '../../ports/forge.ts';
import { type Applied, apply } from '../commands/apply.ts';
import { NotConfigured } from '../services/errors.ts';
import type { ChatServices, Services } from '../services/services.ts';
import { findEnvironment, reportsOf } from '../settings/settings.ts';
import { type Drawn, drawReport, type Place } from './draw.ts';
import { failureOf, type Lacking } from './failure.ts';
import { sayRefused, sayTold, sayUnreachable } from './trouble.ts';

/**
 * Tells the forge what the releases of an environment have to say. Its document is claimed, so one worker tells at a time. What
 * is told is read just before, and telling it twice is harmless. Throws `NotConfigured` if this process does not know the
 * product.
 */
export async function tellForge(services: ChatServices, id: string): Promise<void> {
  const stored = await services.store.load('reports', id);
  if (stored === null || services.stopping.aborted) return;
  const found = findEnvironment(services.settings, id);
  if (!found) throw new NotConfigured(id);
  const { product, environment: settings } = found;
  const project = await services.forge(product.forge);
  const uses = reportsOf(services.settings, product);
  const environment = await services.store.load('environments', id);
  if (project === null || environment === null || uses.length === 0) {
    await record(services, id, { type: 'reportNothing' }, stored);
    return;
  }
  const claim = { type: 'claimReports', worker: services.worker, until: until(services) } as const;
  const claimed = await record(services, id, claim, stored);
  if (claimed.answer.kind === 'refused') return;
  const round = new Round(services, project, uses, { environment, product, settings });
  await round.tellAll(claimed.aggregate);
}

/** The claim ended while the forge was asked: another handler may do the same by now. */
class ClaimEnded extends Error {}

/** What happened to one thing that was to be told. */
type Told = Omit<Extract<Unsent<ReportsCommand>, { type: 'reported' }>, 'type' | 'worker' | 'until'>;

/** The work under one claim. */
class Round {
  readonly #services: ChatServices;
  readonly #project: ForgeProject;
  readonly #uses: readonly ReportUse[];
  readonly #place: Place;

  constructor(services: ChatServices, project: ForgeProject, uses: readonly ReportUse[], place: Place) {
    this.#services = services;
    this.#project = project;
    this.#uses = uses;
    this.#place = place;
  }

  async tellAll(claimed: Reports): Promise<void> {
    const { worker, stopping } = this.#services;
    let reports: Reports | null = claimed;
    while (reports?.claim?.worker === worker) {
      const next = stopping.aborted ? null : this.#next(reports);
      if (next === null) {
        await record(this.#services, reports.id, { type: 'releaseReports', worker }, reports);
        return;
      }
      reports = await this.#tell(reports, next.report, next.use);
    }
  }

  /** The oldest release first, so that the last deployment is the newest. */
  #next(reports: Reports): { report: Report; use: ReportUse } | null {
    const now = this.#services.clock.leaseNow();
    for (const report of reports.releases) {
      const use = untold(report).find((each) => {
        const at = mayTellAt(reports, each);
        return at !== null && at <= now;
      });
      if (use) return { report, use };
    }
    return null;
  }

  /** The document afterwards; null: another worker has it, or it waits. */
  async #tell(reports: Reports, report: Report, use: ReportUse): Promise<Reports | null> {
    const { store, log } = this.#services;
    const { release, wanted } = report;
    const environment = (await store.load('environments', reports.id)) ?? this.#place.environment;
    const drawn = await drawReport(this.#services, { ...this.#place, environment }, release);
    const nothing: Told = { release, use, wanted, deployment: null, over: true };
    if (drawn === null) return this.#told(reports, nothing);
    const told: Told = { ...nothing, over: drawn.over };
    const isUsed = this.#uses.includes(use);
    // What was begun is brought to its end.
    if (!isUsed && !(use === 'deployments' && isRunningThere(report))) return this.#told(reports, told);
    try {
      if (use === 'statuses') await this.#project.reportStatus(drawn.commit, drawn.status);
      else Object.assign(told, await this.#deploy(reports, drawn, { environment, report }));
    } catch (error) {
      if (error instanceof ClaimEnded) return null;
      if (!(error instanceof ForgeError)) throw error;
      const failure = await failureOf(error, use, this.#project);
      if (failure.kind === 'wait') return this.#wait(reports, error, failure.until);
      if (failure.kind === 'refused' && isUsed) return this.#refused(reports, use, error, failure.lack);
      log.warn({ err: error, release: drawn.deployment.release, use }, 'a forge takes no word of a release');
      return this.#told(reports, told);
    }
    sayTold(this.#services, this.#place.product, use);
    return this.#told(reports, told);
  }

  /** What was told of its deployment; null: it has none, or this kind of forge has not. */
  async #deploy(
    reports: Reports,
    drawn: Drawn,
    { environment, report }: { environment: Environment; report: Report },
  ): Promise<Pick<Told, 'deployment' | 'wanted'>> {
    const { release, wanted, told, deployment: known } = report;
    const state = drawn.says.deployment;
    if (state === null) return { deployment: null, wanted };
    if (known === null) {
      const isCurrent = state === 'running' || state === 'success';
      if (!isCurrent && comesTooLate(environment, reports, { number: release }))
        return { deployment: null, wanted };
      const confirm = () => {
        if ((reports.claim?.until ?? 0) <= this.#services.clock.leaseNow()) throw new ClaimEnded();
      };
      const id = await this.#project.startDeployment(drawn.commit, drawn.deployment, confirm);
      // Written down before it can end there: one that has ended is not found again at every forge.
      return id === null
        ? { deployment: null, wanted }
        : { deployment: { id, state: 'running' }, wanted: told.deployments };
    }
    const { id } = known;
    const { description, url, environmentUrl } = drawn.deployment;
    const text = { description, url, environmentUrl };
    const say = (said: DeploymentState) => this.#project.reportDeployment(id, { state: said, ...text });
    // A forge ends a deployment only by how it went: without this, one that ended while it was away would run there for ever.
    if (state === 'inactive' && known.state === 'running') await say('success');
    if (state !== known.state) await say(state);
    return { deployment: { id, state }, wanted };
  }

  async #told(reports: Reports, told: Told): Promise<Reports | null> {
    const { worker } = this.#services;
    const command = { type: 'reported', worker, until: until(this.#services), ...told } as const;
    const recorded = await record(this.#services, reports.id, command, reports);
    return recorded.answer.kind === 'refused' ? null : recorded.aggregate;
  }

  async #wait(reports: Reports, error: ForgeError, asked: number | null): Promise<null> {
    const { clock, log, now, timing, worker } = this.#services;
    const failures = reports.failures + 1;
    const waitMs = asked === null ? backoff(timing.reportBackoffMs, failures) : Math.max(0, asked - now());
    log.warn({ err: error, environment: reports.id, wait: waitMs }, 'what is told to a forge waits');
    const wait = { until: clock.leaseNow() + waitMs, failed: asked === null };
    await record(this.#services, reports.id, { type: 'reportsDeferred', worker, ...wait }, reports);
    if (asked === null) sayUnreachable(this.#services, this.#place.product, error, failures);
    return null;
  }

  async #refused(
    reports: Reports,
    use: ReportUse,
    error: ForgeError,
    lack: Lacking,
  ): Promise<Reports | null> {
    const { clock, timing, worker } = this.#services;
    const times = reports.refused.find((entry) => entry.use === use)?.times ?? 0;
    const wait = clock.leaseNow() + backoff(timing.reportAwayMs, times + 1);
    const command = { type: 'reportRefused', worker, use, until: wait } as const;
    const recorded = await record(this.#services, reports.id, command, reports);
    sayRefused(this.#services, this.#place.product, { use, forge: error.forge, lack });
    return recorded.answer.kind === 'refused' ? null : recorded.aggregate;
  }
}

function isRunningThere({ deployment }: Report): boolean {
  return deployment?.state === 'running';
}

function until({ clock, timing }: Pick<Services, 'clock' | 'timing'>): number {
  return clock.leaseNow() + timing.reportClaimMs;
}

function record(
  services: Services,
  id: string,
  command: Unsent<ReportsCommand>,
  known: Reports,
): Promise<Applied<'reports'>> {
  return apply(services, 'reports', id, { ...command, id: services.newId(), actor: ROBOT }, known);
}
