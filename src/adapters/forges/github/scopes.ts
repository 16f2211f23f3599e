import * as z from 'zod';
import type { ForgeUse, Lack } from '../../../ports/forge.ts';
import { NO_COMMIT, probed } from '../http/probe.ts';
import type { Access } from './access.ts';
import type { GitHubApi } from './api.ts';
import { grantedScopes } from './refusal.ts';

/** What an App must be allowed for each use. */
const PERMISSIONS: Record<ForgeUse, Record<string, 'read' | 'write'>> = {
  checks: { checks: 'read', statuses: 'read' },
  rerun: { actions: 'write' },
  statuses: { statuses: 'write' },
  deployments: { deployments: 'write' },
  pullRequests: { pull_requests: 'read' },
  clone: { contents: 'read' },
  runs: { actions: 'write' },
};

/** One of these scopes of a classic token is enough for each use; `public_repo` only in public repositories. */
const SCOPES: Record<ForgeUse, readonly [string, ...string[]]> = {
  checks: ['repo', 'public_repo'],
  rerun: ['repo', 'public_repo'],
  statuses: ['repo:status', 'repo', 'public_repo'],
  deployments: ['repo_deployment', 'repo', 'public_repo'],
  pullRequests: ['repo', 'public_repo'],
  clone: ['repo', 'public_repo'],
  runs: ['repo', 'public_repo'],
};

/** Anybody may read a public repository. */
const READS: readonly ForgeUse[] = ['checks', 'pullRequests', 'clone'];

const repository = z.object({
  private: z.boolean(),
  permissions: z.object({ push: z.boolean() }).nullish(),
});

/** What a fine-grained token, whose permissions GitHub does not list, is refused if it lacks them. */
const PROBES: Record<ForgeUse, readonly [route: string, parameters: Record<string, unknown>][]> = {
  checks: [
    ['GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ref: 'HEAD' }],
    ['GET /repos/{owner}/{repo}/commits/{ref}/status', { ref: 'HEAD' }],
  ],
  rerun: [['POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', { run_id: 0 }]],
  statuses: [
    [
      'POST /repos/{owner}/{repo}/statuses/{sha}',
      { sha: NO_COMMIT.sha, state: 'pending', context: 'slipway' },
    ],
  ],
  deployments: [
    [
      'POST /repos/{owner}/{repo}/deployments',
      { ref: NO_COMMIT.sha, required_contexts: [], auto_merge: false, description: 'slipway' },
    ],
  ],
  pullRequests: [['GET /repos/{owner}/{repo}/pulls', { per_page: 1 }]],
  clone: [['GET /repos/{owner}/{repo}/commits', { per_page: 1 }]],
  runs: [
    [
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      { workflow_id: 0, ref: NO_COMMIT.sha },
    ],
  ],
};

/** See `ForgeProject.lacks`. */
export async function lacksOf(api: GitHubApi, access: Access, uses: readonly ForgeUse[]): Promise<Lack[]> {
  const permissions = await access.permissions(api.project);
  if (permissions !== null) return uses.flatMap((use) => lacksOfApp(permissions, use));
  const asked = `what the account may do in ${api.project}`;
  const { data, headers } = await api.look(asked, 'GET /repos/{owner}/{repo}', {});
  const { private: isPrivate, permissions: role } = api.parsed(asked, repository, data);
  const granted = grantedScopes(headers);
  if (granted === null)
    return await probed(uses, (use) =>
      PROBES[use].map(
        ([route, parameters]) =>
          () =>
            api.look(asked, route, parameters),
      ),
    );
  return uses.flatMap((use) => {
    const reads = READS.includes(use);
    if (reads && !isPrivate) return [];
    const enough = SCOPES[use].filter((scope) => !isPrivate || scope !== 'public_repo');
    if (!enough.some((scope) => granted.includes(scope))) return [{ use, scope: enough.join(' or ') }];
    return reads || role?.push !== false ? [] : [{ use, scope: 'the role Write in the repository' }];
  });
}

function lacksOfApp(permissions: Readonly<Record<string, string>>, use: ForgeUse): Lack[] {
  return Object.entries(PERMISSIONS[use])
    .filter(([name, least]) => {
      const has = permissions[name];
      return has === undefined || (least === 'write' && has === 'read');
    })
    .map(([name, least]) => ({ use, scope: `${name}: ${least}` }));
}
