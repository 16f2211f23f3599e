import type { CloneLogin } from '../../../ports/forge.ts';
import type { TokenAccess } from '../http/options.ts';

/** Bearer, or Basic beside a user. null: without a login. */
export function headersOf(login: TokenAccess | null): Record<string, string> {
  if (login === null) return {};
  const { user, token } = login;
  if (user === null) return { authorization: `Bearer ${token}` };
  return { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}` };
}

/** `api`: Atlassian's tokens belong to an e-mail address, which git cannot use as a user. */
const GIT_USER = { access: 'x-token-auth', api: 'x-bitbucket-api-token-auth' };

export function cloneLoginOf(login: TokenAccess | null): CloneLogin | null {
  if (login === null) return null;
  const { user, token } = login;
  const gitUser = user === null ? GIT_USER.access : user.includes('@') ? GIT_USER.api : user;
  return { user: gitUser, password: token, until: null };
}
