import type { GitHubRun } from '../../../flow/settings/steps.ts';
import type { Cancel, Executor, Seen } from '../../../ports/executor.ts';
import { ForgeError } from '../../../ports/forge.ts';
import type { GitHubApi } from '../../forges/github/api.ts';
import { NO_REF, notCancelled, notSeen, notStarted, notThere } from '../forge-faults.ts';
import { fillIn } from '../words.ts';
import { WorkflowCalls } from './calls.ts';
import { cancelTodo, startTodo } from './refusals.ts';

/** How long a call may take with all that it asks, in milliseconds. */
const CALL_MS = 25_000;

export interface GitHubExecutorOptions {
  /** The project whose workflow runs. */
  api: GitHubApi;
  target: GitHubRun;
  /** Absent: 25 s, for a call with all that it asks. */
  callMs?: number;
}

/**
 * Workflows of GitHub Actions. A run is known by its id; where a server does not say it, by the attempt's key in the run's title,
 * which the workflow's `run-name` puts there.
 */
export function openGitHubExecutor({ api, target, callMs = CALL_MS }: GitHubExecutorOptions): Executor {
  async function call<T>(
    work: (calls: WorkflowCalls, until: AbortSignal) => Promise<T>,
    otherwise: (error: unknown, secrets: readonly string[], calls: WorkflowCalls) => T | Promise<T>,
  ): Promise<T> {
    const until = AbortSignal.timeout(callMs);
    const bounded = api.until(until);
    const calls = new WorkflowCalls(bounded, target);
    try {
      return await work(calls, until);
    } catch (error) {
      return await otherwise(error, bounded.secrets, calls);
    }
  }
  return {
    start: async (attempt) => {
      const ref = fillIn(target.ref, attempt);
      if (ref === '') return NO_REF;
      return await call<Seen>(
        (calls) => calls.start(attempt),
        (error, secrets) => notStarted(error, { todo: (why) => startTodo(why, target, ref), secrets }),
      );
    },
    find: (attempt) => call<Seen>((calls) => calls.find(attempt), notListed),
    look: (_, { id }) => call<Seen>((calls) => calls.look(id), notKnown),
    cancel: (_, { id, url }) =>
      call<Cancel>(
        (calls) => calls.cancel(id),
        (error, secrets) => notCancelled(error, { todo: (why) => cancelTodo(why, url), secrets }),
      ),
    log: (_, { id }) => call<string | null>((calls, until) => calls.log(id, until), noLog),
  };
}

function notKnown(error: unknown, secrets: readonly string[], calls: WorkflowCalls): Promise<Seen> {
  return notThere(error, { todo: () => '', secrets }, () => calls.seeProject());
}

/** Also where the workflow is missing, nothing is known of its runs. */
function notListed(error: unknown, secrets: readonly string[]): Seen {
  return notSeen(error, { todo: () => '', secrets });
}

function noLog(error: unknown): null {
  if (error instanceof ForgeError) return null;
  throw error;
}
