import * as z from 'zod';
import type { Check } from '../../../domain/checks/checks.ts';
import { ForgeError, type Rerun } from '../../../ports/forge.ts';
import type { GitHubApi } from './api.ts';
import { suiteOf } from './checks.ts';

const workflowRuns = z.object({
  workflow_runs: z.array(z.object({ id: z.number(), status: z.string().nullish() })),
});

/** Failed jobs of a workflow start together. Of other check runs, the App that made them is asked. */
export async function rerunChecks(api: GitHubApi, checks: readonly Check[]): Promise<Rerun> {
  const rerun: Rerun = { started: [], elsewhere: [] };
  for (const suite of new Set(checks.map(suiteOf))) {
    const members = checks.filter((check) => suiteOf(check) === suite);
    const { started, elsewhere } =
      suite === null ? { started: [], elsewhere: members } : await rerunSuite(api, suite, members);
    rerun.started.push(...started);
    rerun.elsewhere.push(...elsewhere);
  }
  return rerun;
}

async function rerunSuite(api: GitHubApi, suite: number, checks: Check[]): Promise<Rerun> {
  const asked = `to run checks of ${api.project} again`;
  const { workflow_runs } = await api.call(
    asked,
    'GET /repos/{owner}/{repo}/actions/runs',
    { check_suite_id: suite },
    workflowRuns,
  );
  const [run] = workflow_runs;
  if (run === undefined) return await rerequest(api, asked, checks);
  // GitHub runs failed jobs again only when the whole run has ended.
  if (run.status !== 'completed') return { started: [], elsewhere: checks };
  await api.look(asked, 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', {
    run_id: run.id,
  });
  return { started: checks, elsewhere: [] };
}

/** Only an App may ask another one for a check run. */
async function rerequest(api: GitHubApi, asked: string, checks: readonly Check[]): Promise<Rerun> {
  const rerun: Rerun = { started: [], elsewhere: [] };
  for (const check of checks) {
    try {
      await api.look(asked, 'POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', {
        check_run_id: check.attempt,
      });
      rerun.started.push(check);
    } catch (error) {
      if (!(error instanceof ForgeError) || error.fault.kind !== 'refused') throw error;
      rerun.elsewhere.push(check);
    }
  }
  return rerun;
}
