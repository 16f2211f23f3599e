import type { Call, Reply } from '../server.ts';
import { PROJECT, type ToldStatus } from '../world.ts';

/** How Slipway logs in at GitHub. */
export type GitHubLogin = 'classic' | 'fineGrained' | 'app';

export interface Deployment {
  id: number;
  sha: string;
  environment: string;
  payload: unknown;
  /** A later success makes it inactive by itself. */
  replaceable: boolean;
  states: string[];
}

/** Everything that the stand-in keeps. */
export interface GitHubState {
  login: GitHubLogin;
  origin: string;
  /** The commits that were pushed. */
  commits: Set<string>;
  /** The account may no more than see the project. */
  taken: boolean;
  runs: (Record<string, unknown> & { id: number; name: string; head_sha: string; suite: number })[];
  statuses: (ToldStatus & { id: number; sha: string })[];
  deployments: Deployment[];
  /** The fields that the last one was made with. */
  lastDeployment: Record<string, unknown>;
  reruns: number;
  /** The pull request that a commit came with, by its SHA. */
  came: Map<string, { number: number; title: string }>;
  /** Tokens that GitHub gave an App. */
  tokens: string[];
  /** Those that it still believes. */
  believed: Set<string>;
  nextId(): number;
}

/** Answers of one part of the API, by route. */
export type Routes = Record<string, (parameters: Record<string, string>) => Reply>;

export const NOT_FOUND: Reply = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' },
};

export const invalid = (message: string): Reply => ({ status: 422, body: { message } });

/** A description of at most 140 characters. */
export const isDescription = (text: unknown) => [...String(text ?? '')].length <= 140;

/** What `answer` says, unless the account may not: GitHub then names the permission, or hides the project. */
export function guarded({ taken, login }: GitHubState, permission: string, answer: () => Reply): Reply {
  const reads = permission.endsWith('=read');
  if (!taken || (login === 'classic' && reads)) return answer();
  if (login === 'classic') return { ...NOT_FOUND, headers: { 'x-accepted-oauth-scopes': 'repo' } };
  return {
    status: 403,
    headers: { 'x-accepted-github-permissions': permission },
    body: { message: 'Resource not accessible by personal access token' },
  };
}

/** GitHub knows a repository that was renamed by its number. */
export function moved({ path, query }: Call, origin: string): Reply | null {
  const old = '/repos/acme/old-name/';
  if (!path.startsWith(old)) return null;
  const search = query.size === 0 ? '' : `?${query}`;
  const location = `${origin}/repositories/1/${path.slice(old.length)}${search}`;
  return { status: 301, headers: { location }, body: { message: 'Moved Permanently' } };
}

/** The path by the repository's name. */
export const named = (path: string) => path.replace(/^\/repositories\/1\//, `/repos/${PROJECT}/`);
