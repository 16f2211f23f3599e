import * as z from 'zod';
import type { Check, CheckState } from '../../../domain/checks/checks.ts';

const CONCLUSIONS = new Map<string, CheckState>(
  Object.entries({
    success: 'passed',
    neutral: 'neutral',
    skipped: 'skipped',
    failure: 'failed',
    timed_out: 'failed',
    cancelled: 'cancelled',
    action_required: 'manual',
    startup_failure: 'errored',
    // GitHub gave up on it.
    stale: 'errored',
  } as const),
);

const STATES = new Map<string, CheckState>(
  Object.entries({
    success: 'passed',
    pending: 'pending',
    failure: 'failed',
    error: 'errored',
  } as const),
);

/** A page of `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`. */
export const checkRuns = z.object({
  check_runs: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullish(),
      html_url: z.string().nullish(),
      details_url: z.string().nullish(),
      output: z.object({ title: z.string().nullish() }).nullish(),
      check_suite: z.object({ id: z.number() }).nullish(),
    }),
  ),
});

/** A page of `GET /repos/{owner}/{repo}/commits/{ref}/status`: the latest of each context. */
export const combinedStatus = z.object({
  statuses: z.array(
    z.object({
      id: z.number(),
      context: z.string(),
      state: z.string(),
      target_url: z.string().nullish(),
      description: z.string().nullish(),
    }),
  ),
});

/** The group of statuses, which GitHub keeps beside the suites of check runs. */
const STATUSES = 'statuses';
const SUITE = /^suite (\d+)$/;

export function checksOfRuns({ check_runs }: z.infer<typeof checkRuns>): Check[] {
  return check_runs.map((run) => ({
    name: run.name,
    // A conclusion that is not known here is not a success.
    state: run.status === 'completed' ? (CONCLUSIONS.get(run.conclusion ?? '') ?? 'pending') : 'pending',
    url: run.html_url ?? run.details_url ?? null,
    description: run.output?.title ?? null,
    group: `suite ${run.check_suite?.id ?? 0}`,
    attempt: run.id,
  }));
}

export function checksOfStatuses({ statuses }: z.infer<typeof combinedStatus>): Check[] {
  return statuses.map((status) => ({
    name: status.context,
    state: STATES.get(status.state) ?? 'pending',
    url: status.target_url ?? null,
    description: status.description ?? null,
    group: STATUSES,
    attempt: status.id,
  }));
}

/** The id of the suite that a check run belongs to; null: it is a status. */
export function suiteOf({ group }: Check): number | null {
  const [, id] = SUITE.exec(group) ?? [];
  return id === undefined ? null : Number(id);
}
