import type { GitHubRun } from '../../../flow/settings/steps.ts';
import type { Cancel, RemoteAttempt, RemoteOutcome, Seen } from '../../../ports/executor.ts';
import { ForgeError } from '../../../ports/forge.ts';
import type { GitHubApi } from '../../forges/github/api.ts';
import { page, said, tail } from '../said.ts';
import { fillIn, fillInAll, holds, namesIn } from '../words.ts';
import { endOfLog } from './log.ts';
import {
  annotations,
  awaited,
  dispatched,
  type Job,
  jobsOfRun,
  outcomeOf,
  pendingDeployments,
  stateOf,
  stepThatRuns,
  tellingJob,
  type WorkflowRun,
  workflowRun,
  workflowRuns,
} from './runs.ts';

/** Where a run is looked for: that many pages of a hundred, newest first. */
const PAGES = 3;

/** What GitHub noted about the jobs of a run that was cancelled is asked of that many. */
const NOTED = 3;

/** What one call asks. Every method throws `ForgeError`. */
export class WorkflowCalls {
  readonly #api: GitHubApi;
  readonly #target: GitHubRun;

  constructor(api: GitHubApi, target: GitHubRun) {
    this.#api = api;
    this.#target = target;
  }

  async start(attempt: RemoteAttempt): Promise<Seen> {
    const { workflow, project, forge } = this.#target;
    const { status, data } = await this.#dispatch(attempt);
    const details = dispatched.safeParse(data).data;
    if (details !== undefined)
      return {
        kind: 'running',
        run: this.#run({ id: details.workflow_run_id, html_url: details.html_url }),
        waits: null,
        lastLine: null,
      };
    const reason =
      status === 204
        ? `${forge} has begun ${workflow} of ${project} and does not say as which run: it is looked for`
        : `${forge} was asked to run ${workflow} of ${project}, and answered with something else than its API does`;
    return { kind: 'unknown', reason, until: null };
  }

  /** A server that does not know `return_run_details` refuses it, and begins nothing. */
  async #dispatch(attempt: RemoteAttempt) {
    const { workflow, project, ref, inputs } = this.#target;
    const send = (details: object) =>
      this.#api.look(
        `to run ${workflow} of ${project} on ${fillIn(ref, attempt)}`,
        'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
        {
          workflow_id: workflow,
          ref: fillIn(ref, attempt),
          inputs: fillInAll(inputs, attempt),
          ...details,
        },
      );
    try {
      return await send({ return_run_details: true });
    } catch (error) {
      if (error instanceof ForgeError && isUnknownField(error)) return await send({});
      throw error;
    }
  }

  async find(attempt: RemoteAttempt): Promise<Seen> {
    const { workflow, project, inputs } = this.#target;
    if (!Object.values(inputs).some((value) => namesIn(value).includes('attempt')))
      return { kind: 'notFound' };
    for (let number = 1; number <= PAGES; number++) {
      const { workflow_runs } = await this.#api.call(
        `for the runs of ${workflow} of ${project}`,
        'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
        { workflow_id: workflow, event: 'workflow_dispatch', per_page: 100, page: number },
        workflowRuns,
      );
      const ours = workflow_runs.filter(({ display_title }) => holds(display_title ?? '', attempt.key));
      // Whoever started it with the same words again did so later.
      const [first] = ours.sort((a, b) => a.id - b.id);
      if (first !== undefined) return await this.#seen(first);
      if (workflow_runs.length < 100) break;
    }
    return { kind: 'notFound' };
  }

  async look(id: string): Promise<Seen> {
    return await this.#seen(await this.#get(id));
  }

  /** Asks for the project itself. */
  async seeProject(): Promise<void> {
    await this.#api.look(`for ${this.#api.project}`, 'GET /repos/{owner}/{repo}', {});
  }

  async cancel(id: string): Promise<Cancel> {
    try {
      await this.#api.look(
        `to cancel a run of ${this.#api.project}`,
        'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
        { run_id: id },
      );
      return { kind: 'asked' };
    } catch (error) {
      if (!(error instanceof ForgeError) || statusOf(error) !== 409) throw error;
      const state = stateOf(await this.#get(id));
      if (state?.kind === 'ended') return { kind: 'asked' };
      return { kind: 'unknown', reason: `${error.message}: it cannot be cancelled just now`, until: null };
    }
  }

  async log(id: string, signal: AbortSignal): Promise<string | null> {
    const found = tellingJob(await this.#jobs(id));
    if (found === null) return null;
    const url = await this.#api.elsewhere(
      `for a log of ${this.#api.project}`,
      'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
      { job_id: found.id },
    );
    const text = url && (await endOfLog(url, signal));
    return text === null || text.trim() === '' ? null : tail(text, this.#api.secrets);
  }

  async #get(id: string): Promise<WorkflowRun> {
    return await this.#api.call(
      `for a run of ${this.#api.project}`,
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      { run_id: id },
      workflowRun,
    );
  }

  async #jobs(id: string | number): Promise<Job[]> {
    const { jobs } = await this.#api.call(
      `for the jobs of a run of ${this.#api.project}`,
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
      { run_id: id, filter: 'latest', per_page: 100 },
      jobsOfRun,
    );
    return jobs;
  }

  #run({ id, html_url }: Pick<WorkflowRun, 'id' | 'html_url'>) {
    return { id: String(id), url: page(html_url ?? null, this.#api.secrets) };
  }

  async #seen(found: WorkflowRun): Promise<Seen> {
    const run = this.#run(found);
    const state = stateOf(found);
    if (state === null)
      return { kind: 'unknown', reason: `${this.#target.forge} does not say what the run does`, until: null };
    if (state.kind === 'ended') return { kind: 'ended', run, outcome: await this.#outcome(found, state.as) };
    const secrets = this.#api.secrets;
    const waits = (found.status === 'waiting' ? await this.#awaited(found.id) : null) ?? state.waits;
    const step =
      waits === null ? await orNone(this.#jobs(found.id)).then((jobs) => jobs && stepThatRuns(jobs)) : null;
    return {
      kind: 'running',
      run,
      waits: waits && said(waits, secrets),
      lastLine: step && said(step, secrets),
    };
  }

  /** What is asked besides the state makes it plainer, and may be missing. */
  async #outcome({ id, run_attempt }: WorkflowRun, conclusion: string): Promise<RemoteOutcome> {
    const again = (run_attempt ?? 1) > 1;
    if (!['failure', 'timed_out', 'cancelled'].includes(conclusion))
      return this.#masked(outcomeOf(conclusion, { again }));
    const jobs = await orNone(this.#jobs(id));
    const notes = conclusion === 'cancelled' ? await this.#notes(jobs ?? []) : [];
    return this.#masked(outcomeOf(conclusion, { jobs, notes, again }));
  }

  #masked(outcome: RemoteOutcome): RemoteOutcome {
    const secrets = this.#api.secrets;
    switch (outcome.kind) {
      case 'failed':
        return { ...outcome, says: said(outcome.says, secrets) };
      case 'cancelled':
        return { ...outcome, says: outcome.says && said(outcome.says, secrets) };
      case 'errored':
        return { ...outcome, reason: said(outcome.reason, secrets) };
      default:
        return outcome;
    }
  }

  /** What GitHub noted about jobs, each of which is a check run. */
  async #notes(jobs: readonly Job[]): Promise<string[]> {
    const cancelled = jobs.filter(({ conclusion }) => conclusion === 'cancelled').slice(0, NOTED);
    const notes: string[] = [];
    for (const { id } of cancelled) {
      const found = await orNone(
        this.#api.call(
          `for what was noted about a job of ${this.#api.project}`,
          'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
          { check_run_id: id },
          annotations,
        ),
      );
      notes.push(...(found ?? []).flatMap(({ message }) => message ?? []));
    }
    return notes;
  }

  async #awaited(id: number): Promise<string | null> {
    const pending = await orNone(
      this.#api.call(
        `for what a run of ${this.#api.project} waits for`,
        'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
        { run_id: id },
        pendingDeployments,
      ),
    );
    return pending && awaited(pending);
  }
}

/** null: GitHub does not say. */
async function orNone<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ForgeError) return null;
    throw error;
  }
}

function statusOf({ fault }: ForgeError): number | null {
  return fault.kind === 'refused' && fault.why.how === 'request' ? fault.why.status : null;
}

/** 400, or a refusal that names the field. */
function isUnknownField(error: ForgeError): boolean {
  if (statusOf(error) === 400) return true;
  const { fault } = error;
  return (
    fault.kind === 'refused' &&
    fault.why.how === 'request' &&
    fault.why.says?.includes('return_run_details') === true
  );
}
