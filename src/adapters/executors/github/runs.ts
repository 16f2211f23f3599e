import * as z from 'zod';
import type { RemoteOutcome } from '../../../ports/executor.ts';

/** A run of a workflow, as `GET /repos/{owner}/{repo}/actions/runs/{run_id}` has it: its latest attempt counts. */
export const workflowRun = z.object({
  id: z.number().int(),
  /** What `run-name` made of the inputs. */
  display_title: z.string().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
  /** Counts how often it was begun, with all or some of its jobs. */
  run_attempt: z.number().nullish(),
});
export type WorkflowRun = z.infer<typeof workflowRun>;

export const workflowRuns = z.object({ workflow_runs: z.array(workflowRun) });

/** What a dispatch answers that was asked for `return_run_details`. */
export const dispatched = z.object({ workflow_run_id: z.number().int(), html_url: z.string().nullish() });

const job = z.object({
  id: z.number().int(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  steps: z
    .array(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullish() }))
    .nullish(),
});
export type Job = z.infer<typeof job>;

export const jobsOfRun = z.object({ jobs: z.array(job) });

/** Who may let a run go on that waits for an environment of GitHub. */
export const pendingDeployments = z.array(
  z.object({
    environment: z.object({ name: z.string().nullish() }),
    wait_timer: z.number().nullish(),
    reviewers: z
      .array(
        z.object({
          reviewer: z.object({ login: z.string().nullish(), name: z.string().nullish() }).nullish(),
        }),
      )
      .nullish(),
  }),
);

export const annotations = z.array(z.object({ message: z.string().nullish() }));

/** What a run does. `waits`: for what, in words; null: it works. `as`: its conclusion. */
export type RunState = { kind: 'going'; waits: string | null } | { kind: 'ended'; as: string };

const WAITS: Readonly<Record<string, string | null>> = {
  in_progress: null,
  queued: 'a runner at GitHub',
  requested: 'GitHub, which has not begun it yet',
  pending: 'another run of its concurrency group at GitHub',
  waiting: 'a reviewer or a timer at GitHub',
};

/** What GitHub says of a run; null: nothing. */
export function stateOf({ status, conclusion }: WorkflowRun): RunState | null {
  if (status == null) return null;
  if (status === 'completed') return conclusion == null ? null : { kind: 'ended', as: conclusion };
  return {
    kind: 'going',
    waits: Object.hasOwn(WAITS, status) ? (WAITS[status] ?? null) : `${status} at GitHub`,
  };
}

/**
 * What the end of a run means for an attempt. A conclusion that deploys nothing is no success. `jobs`: null where they are not
 * known; `notes`: what GitHub noted about them; `again`: it was run before, and what that did is not said.
 */
export function outcomeOf(
  conclusion: string,
  {
    jobs = null,
    notes = [],
    again,
  }: { jobs?: readonly Job[] | null; notes?: readonly string[]; again: boolean },
): RemoteOutcome {
  const errored = (reason: string, ran: boolean): RemoteOutcome => ({
    kind: 'errored',
    reason,
    ran: ran || again,
  });
  switch (conclusion) {
    case 'success':
      return { kind: 'succeeded' };
    case 'failure':
      return { kind: 'failed', says: `the run failed${at(jobs)}` };
    case 'timed_out':
      return { kind: 'failed', says: `the run took longer than its workflow allows${at(jobs)}` };
    case 'cancelled':
      return { kind: 'cancelled', says: whyCancelled(jobs, notes) };
    case 'skipped':
      return errored(
        again
          ? 'GitHub skipped all jobs when the run was run again: see at GitHub what it has done before'
          : 'GitHub skipped all jobs of the run, so nothing was deployed: see what their `if` wants',
        false,
      );
    case 'neutral':
      return errored('the run ended as neutral, which is no deploy: see its jobs at GitHub', true);
    case 'stale':
      return errored(
        'GitHub gave up on the run, as it did not end for too long: see at GitHub what it has done',
        true,
      );
    case 'startup_failure':
      return errored(
        'GitHub could not begin the run: the workflow file is wrong; the page of the run says where',
        false,
      );
    case 'action_required':
      return errored(
        'GitHub wants somebody to approve the run before it begins: approve it there, or cancel it',
        true,
      );
    default:
      return errored(`the run ended as ${conclusion}, which Slipway does not know: see it at GitHub`, true);
  }
}

const FAILED = ['failure', 'timed_out', 'startup_failure'];

/** The job whose output tells most: one that failed, one that was cancelled, or the last one that ended. */
export function tellingJob(jobs: readonly Job[]): Job | null {
  const ended = jobs.filter(({ status }) => status === 'completed');
  const worst = (conclusions: readonly string[]) =>
    ended.find(({ conclusion }) => conclusions.includes(conclusion ?? ''));
  return worst(FAILED) ?? worst(['cancelled']) ?? ended.at(-1) ?? null;
}

/** "deploy / Apply manifests": the step that runs; null: none does. */
export function stepThatRuns(jobs: readonly Job[]): string | null {
  const running = jobs.find(({ status }) => status === 'in_progress');
  return running === undefined ? null : stepOf(running, ({ status }) => status === 'in_progress');
}

function stepOf(
  { name, steps }: Job,
  is: (step: { status: string; conclusion?: string | null | undefined }) => boolean,
): string {
  const step = steps?.find(is);
  return step === undefined ? name : `${name} / ${step.name}`;
}

function at(jobs: readonly Job[] | null): string {
  const failed = jobs?.find(({ conclusion }) => FAILED.includes(conclusion ?? ''));
  if (failed === undefined) return '';
  const place = ` at ${stepOf(failed, ({ conclusion }) => FAILED.includes(conclusion ?? ''))}`;
  // A job that a reviewer rejects has failed, too.
  return failed.steps?.length === 0
    ? `${place}, before its first step: see whether a reviewer at GitHub rejected it`
    : place;
}

/** How GitHub notes that a newer run of a concurrency group took an older one's place. */
const REPLACED = /higher priority waiting request for (.+) exists/;

function whyCancelled(jobs: readonly Job[] | null, notes: readonly string[]): string | null {
  for (const note of notes) {
    const [, group] = REPLACED.exec(note) ?? [];
    if (group !== undefined) return `a newer run of its concurrency group ${group} took its place`;
  }
  if (jobs !== null && jobs.length === 0)
    return 'before any of its jobs began: a newer run of its concurrency group took its place, or a person cancelled it';
  return null;
}

/** Who or what lets a run go on, of what GitHub says that it waits for; null: it does not say. */
export function awaited(pending: z.infer<typeof pendingDeployments>): string | null {
  const names = [
    ...new Set(
      pending.flatMap(({ reviewers }) =>
        (reviewers ?? []).flatMap(({ reviewer }) => reviewer?.login ?? reviewer?.name ?? []),
      ),
    ),
  ];
  const places = pending.flatMap(({ environment }) => environment.name ?? []);
  const place = places.length === 0 ? '' : ` for the environment ${places.join(', ')}`;
  if (names.length > 0) return `a reviewer at GitHub${place}: ${names.join(' or ')}`;
  if (pending.some(({ wait_timer }) => (wait_timer ?? 0) > 0)) return `a timer at GitHub${place}`;
  return places.length === 0 ? null : `GitHub's rules${place}`;
}
