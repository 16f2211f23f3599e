import * as z from 'zod';
import { line } from '../../../chat/text/clean.ts';
import type { RemoteOutcome, Seen } from '../../../ports/executor.ts';
import { page } from '../said.ts';

/** A word or name of GitLab, as it may stand in a sentence. */
const named = z.string().transform((name) => line(name, 80));

export const pipeline = z.object({
  id: z.number(),
  status: named,
  web_url: z.string().nullish(),
  name: z.string().nullish(),
});
export type Pipeline = z.infer<typeof pipeline>;

export const job = z.object({
  id: z.number(),
  name: named,
  status: z.string(),
  allow_failure: z.boolean().nullish(),
  failure_reason: named.nullish(),
});
export type Job = z.infer<typeof job>;

export const variables = z.array(z.object({ key: z.string(), value: z.string() }));

/** What a pipeline that has not ended waits for, by its state. null: it runs. `job`: the job that it waits for. */
const UNENDED = new Map<string, (job: string) => string | null>([
  ['created', () => 'GitLab to create its jobs'],
  ['waiting_for_resource', () => 'a resource group at GitLab, which another job holds'],
  ['preparing', () => 'GitLab to prepare its jobs'],
  ['pending', () => 'a runner at GitLab'],
  ['running', () => null],
  ['manual', (job) => `somebody who starts the manual job${job} at GitLab`],
  ['scheduled', (job) => `the time of the delayed job${job} at GitLab`],
  ['canceling', () => 'its jobs to end at GitLab'],
]);

/** The jobs that tell more about a pipeline in this state have this one. null: none does. */
export function tellingJobs({ status }: Pipeline): string | null {
  if (status === 'canceling') return 'running';
  return ['running', 'manual', 'scheduled', 'failed'].includes(status) ? status : null;
}

/** What a pipeline says of itself. `jobs`: those that `tellingJobs` names, as far as they are known. */
export function seenOf(pipeline: Pipeline, jobs: readonly Job[], secrets: readonly string[]): Seen {
  const run = { id: String(pipeline.id), url: page(pipeline.web_url ?? null, secrets) };
  const waits = UNENDED.get(pipeline.status);
  const [telling] = jobs;
  if (waits !== undefined) {
    const running = telling?.status === 'running' ? `job ${telling.name}` : null;
    return {
      kind: 'running',
      run,
      waits: waits(telling === undefined ? '' : ` ${telling.name}`),
      lastLine: running,
    };
  }
  const outcome = outcomeOf(pipeline.status, jobs);
  if (outcome !== null) return { kind: 'ended', run, outcome };
  const reason = `GitLab says that the pipeline is “${pipeline.status}”, which Slipway does not know.`;
  return { kind: 'unknown', reason, until: null };
}

/** null: a state that is not known. */
function outcomeOf(status: string, jobs: readonly Job[]): RemoteOutcome | null {
  switch (status) {
    case 'success':
      return { kind: 'succeeded' };
    case 'failed':
      return { kind: 'failed', says: failureOf(jobs) };
    case 'canceled':
      return { kind: 'cancelled', says: null };
    case 'skipped':
      return {
        kind: 'errored',
        ran: false,
        reason:
          'GitLab skipped all jobs of the pipeline, so nothing was carried out. Either nobody started its manual jobs, or rules leave its jobs out.',
      };
    default:
      return null;
  }
}

function failureOf(jobs: readonly Job[]): string {
  const failed = jobs.find(({ allow_failure }) => allow_failure !== true);
  if (failed === undefined) return 'the pipeline failed';
  const why = failed.failure_reason ? ` (${failed.failure_reason})` : '';
  return `the pipeline failed: job ${failed.name}${why}`;
}

/** The job whose log tells most: one that failed, else one that runs, else the latest. */
export function toldBy(jobs: readonly Job[]): Job | undefined {
  const latest = jobs.toSorted((one, other) => other.id - one.id);
  return (
    latest.find(({ status, allow_failure }) => status === 'failed' && allow_failure !== true) ??
    latest.find(({ status }) => status === 'running') ??
    latest.find(({ status }) => ['success', 'failed', 'canceled'].includes(status))
  );
}
