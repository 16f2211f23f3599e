import { type Call, linkTo, pageOf, type Reply } from '../server.ts';
import type { ToldStatus } from '../world.ts';
import { type GitHubState, guarded, invalid, isDescription, NOT_FOUND, type Routes } from './state.ts';

const STATES = ['error', 'failure', 'pending', 'success'];

/** One page of a list; `name`: the field of the answer that holds it; null: the answer is the list. */
export function page<T>(state: GitHubState, call: Call, name: string | null, all: readonly T[]): Reply {
  const { items, next } = pageOf(all, call, { size: 'per_page', usual: 30, most: 100 });
  const body = name === null ? items : { total_count: all.length, [name]: items };
  return { status: 200, headers: linkTo(state.origin, call, next), body };
}

/** Check runs, commit statuses, and workflow runs, which have a suite each. */
export function checkRoutes(state: GitHubState, call: Call): Routes {
  const { body, query } = call;
  return {
    'GET /repos/:owner/:repo/commits/:sha/check-runs': ({ sha }) =>
      guarded(state, 'checks=read', () => {
        const all = state.runs.filter((run) => run.head_sha === sha);
        if (query.get('filter') === 'all') return page(state, call, 'check_runs', all);
        // Of all suites together.
        const latest = all.filter((run) => !all.some(({ name, id }) => name === run.name && id > run.id));
        return page(state, call, 'check_runs', latest);
      }),
    'GET /repos/:owner/:repo/commits/:sha/status': ({ sha }) =>
      guarded(state, 'statuses=read', () => {
        const all = state.statuses.filter((status) => status.sha === sha);
        const latest = all.filter((one) => !all.some(({ name, id }) => name === one.name && id > one.id));
        return page(state, call, 'statuses', latest.map(statusBody));
      }),
    'POST /repos/:owner/:repo/statuses/:sha': ({ sha = '' }) =>
      guarded(state, 'statuses=write', () => {
        const { state: told, context, description, target_url } = body;
        if (!state.commits.has(sha)) return invalid(`No commit found for SHA: ${sha}`);
        if (!STATES.includes(String(told)) || !isDescription(description))
          return invalid('Validation Failed');
        const status = {
          id: state.nextId(),
          sha,
          name: String(context),
          state: String(told),
          description: String(description ?? ''),
          url: typeof target_url === 'string' ? target_url : null,
        };
        state.statuses.push(status);
        return { status: 201, body: statusBody(status) };
      }),
    'GET /repos/:owner/:repo/actions/runs': () => {
      const id = Number(query.get('check_suite_id'));
      // Check runs of other Apps have no workflow.
      const of = state.runs.filter((run) => run.suite === id && run.details_url !== null);
      const status = of.every((run) => run.status === 'completed') ? 'completed' : 'in_progress';
      return page(state, call, 'workflow_runs', of.length === 0 ? [] : [{ id: id * 1_000, status }]);
    },
    'POST /repos/:owner/:repo/actions/runs/:run/rerun-failed-jobs': ({ run }) =>
      guarded(state, 'actions=write', () => {
        if (run === '0') return NOT_FOUND;
        state.reruns++;
        return { status: 201, body: {} };
      }),
    // It has no workflow.
    'POST /repos/:owner/:repo/actions/workflows/:file/dispatches': () =>
      guarded(state, 'actions=write', () => NOT_FOUND),
    'POST /repos/:owner/:repo/check-runs/:run/rerequest': () => {
      if (state.login !== 'app')
        return { status: 403, body: { message: 'You must authenticate via a GitHub App.' } };
      state.reruns++;
      return { status: 201, body: {} };
    },
  };
}

function statusBody({ id, name, state, description, url }: ToldStatus & { id: number }) {
  return { id, context: name, state, description, target_url: url };
}
