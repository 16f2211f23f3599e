import * as z from 'zod';
import type { Refusal } from '../../../ports/forge.ts';

/** The scopes of a classic token; null: this is none. */
export function grantedScopes(headers: Headers): string[] | null {
  const said = headers.get('x-oauth-scopes');
  return said === null ? null : listOf(said);
}

/**
 * What GitHub says that a token lacks. Its headers name the permission of an App or of a fine-grained token, or the scopes of a
 * classic one; without the scope, GitHub answers that there is no such repository.
 */
export function readRefusal(status: number, headers: Headers, body: unknown): Refusal | null {
  if (status === 403 && headers.get('x-github-sso')?.startsWith('required'))
    return { how: 'scope', scope: "the organization's single sign-on" };
  const permission = headers.get('x-accepted-github-permissions');
  if (status === 403 && permission) return { how: 'scope', scope: permission };
  if (status !== 403 && status !== 404) return readRequest(status, body);
  const granted = grantedScopes(headers);
  const accepted = listOf(headers.get('x-accepted-oauth-scopes') ?? '');
  if (granted === null || accepted.length === 0) return null;
  return accepted.some((scope) => granted.includes(scope))
    ? null
    : { how: 'scope', scope: accepted.join(' or ') };
}

const said = z.object({ message: z.string().min(1) });

/** A refusal of what was asked, with GitHub's reason; null: it gives none, or refuses who asks. */
function readRequest(status: number, body: unknown): Refusal | null {
  const { data } = said.safeParse(body);
  return data === undefined || status === 401 || status === 410
    ? null
    : { how: 'request', status, says: data.message };
}

function listOf(header: string): string[] {
  return header
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}
