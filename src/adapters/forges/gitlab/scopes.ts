import * as z from 'zod';
import type { ForgeUse, Lack, Refusal } from '../../../ports/forge.ts';
import { orNull } from '../http/probe.ts';
import type { Rest } from '../http/rest.ts';

/** One of these scopes is enough for each use. */
const SCOPES: Record<ForgeUse, readonly [string, ...string[]]> = {
  checks: ['read_api', 'api'],
  rerun: ['api'],
  statuses: ['api'],
  deployments: ['api'],
  pullRequests: ['read_api', 'api'],
  clone: ['read_repository', 'write_repository', 'api'],
  runs: ['api'],
};

/** What changes something needs this role. */
const DEVELOPER = 30;
const CHANGES: readonly ForgeUse[] = ['rerun', 'statuses', 'deployments', 'runs'];

const self = z.object({ scopes: z.array(z.string()) });
const level = z.object({ access_level: z.number() }).nullish();
const project = z.object({
  permissions: z.object({ project_access: level, group_access: level }).nullish(),
});
const insufficient = z.object({ error: z.literal('insufficient_scope'), scope: z.string() });

/** GitLab names the scopes of which one would have been enough, with spaces between. */
export function readRefusal(status: number, _headers: Headers, body: unknown): Refusal | null {
  const named = insufficient.safeParse(body).data;
  if (status !== 403 || named === undefined) return null;
  return { how: 'scope', scope: named.scope.trim().split(/\s+/).join(' or ') };
}

interface Asked {
  path: string;
  /** The path of the project in the API. */
  at: string;
  hasToken: boolean;
}

/** See `ForgeProject.lacks`. */
export async function lacksOf(
  rest: Rest,
  { path, at, hasToken }: Asked,
  uses: readonly ForgeUse[],
): Promise<Lack[]> {
  const asked = `what the account may do in ${path}`;
  // Only tokens have scopes to list.
  const known = hasToken ? await orNull(rest.get(asked, '/personal_access_tokens/self', self)) : null;
  const scopes = known?.scopes ?? null;
  const lacks = uses.flatMap((use) => {
    const enough = SCOPES[use];
    const has = scopes === null || enough.some((scope) => scopes.includes(scope));
    return has ? [] : [{ use, scope: enough.join(' or ') }];
  });
  // Without one of these, not even the project can be asked for.
  if (scopes !== null && !SCOPES.checks.some((scope) => scopes.includes(scope))) return lacks;
  const { permissions } = await rest.get(asked, at, project);
  const levels = [permissions?.project_access, permissions?.group_access].flatMap((one) =>
    one ? [one.access_level] : [],
  );
  if (levels.length === 0 || Math.max(...levels) >= DEVELOPER) return lacks;
  const lacking = new Set(lacks.map(({ use }) => use));
  return [
    ...lacks,
    ...uses
      .filter((use) => CHANGES.includes(use) && !lacking.has(use))
      .map((use) => ({ use, scope: 'the role Developer' })),
  ];
}
