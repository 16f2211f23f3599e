import type { Call } from '../server.ts';
import { page } from './checks.ts';
import { type GitHubState, guarded, invalid, isDescription, NOT_FOUND, type Routes } from './state.ts';

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];

/** Deployments, and what became of them. */
export function deploymentRoutes(state: GitHubState, call: Call): Routes {
  const { body, query } = call;
  return {
    'GET /repos/:owner/:repo/deployments': () =>
      page(
        state,
        call,
        null,
        state.deployments
          .filter(
            ({ sha, environment }) => sha === query.get('sha') && environment === query.get('environment'),
          )
          .map(({ id, sha, environment, payload }) => ({ id, sha, environment, payload })),
      ),
    'POST /repos/:owner/:repo/deployments': () =>
      guarded(state, 'deployments=write', () => {
        if (!state.commits.has(String(body.ref))) return invalid(`No ref found for: ${body.ref}`);
        // Unless it is told not to, GitHub merges the default branch first, and wants all statuses to be green.
        if (body.auto_merge !== false) return { status: 202, body: { message: 'Auto-merged main' } };
        if (!Array.isArray(body.required_contexts) || body.required_contexts.length > 0)
          return { status: 409, body: { message: 'Conflict: Commit status checks failed' } };
        if (!isDescription(body.description)) return invalid('Validation Failed');
        state.lastDeployment = body;
        const made = {
          id: state.nextId(),
          sha: String(body.ref),
          environment: String(body.environment ?? 'production'),
          payload: body.payload ?? '',
          replaceable:
            body.transient_environment !== true &&
            !(body.production_environment ?? (body.environment ?? 'production') === 'production'),
          states: ['pending'],
        };
        state.deployments.push(made);
        return { status: 201, body: { id: made.id, payload: made.payload } };
      }),
    'POST /repos/:owner/:repo/deployments/:id/statuses': ({ id }) => {
      const meant = state.deployments.find((one) => one.id === Number(id));
      if (meant === undefined) return NOT_FOUND;
      const told = String(body.state);
      if (!STATES.includes(told) || !isDescription(body.description)) return invalid('Validation Failed');
      const older = state.deployments.filter(
        (one) => one.id < meant.id && one.environment === meant.environment && one.replaceable,
      );
      if (told === 'success' && body.auto_inactive !== false)
        for (const { states } of older) if (states.at(-1) === 'success') states.push('inactive');
      meant.states.push(told);
      return { status: 201, body: { id: state.nextId(), state: told } };
    },
  };
}
