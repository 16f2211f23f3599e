import type { ForgeProjectLinks } from '../../ports/forge.ts';

/** The forges that differ in their addresses. */
export type WebKind = 'github' | 'gitlab' | 'bitbucketCloud' | 'bitbucketDataCenter' | 'gitea';

/** Paths below the page of a project. `commit` contains `{sha}`, `range` `{from}` and `{to}`, `pullRequest` `{number}`. */
const PATHS: Record<WebKind, { commit: string; range: string; pullRequest: string }> = {
  github: { commit: 'commit/{sha}', range: 'compare/{from}...{to}', pullRequest: 'pull/{number}' },
  gitlab: {
    commit: '-/commit/{sha}',
    range: '-/compare/{from}...{to}',
    pullRequest: '-/merge_requests/{number}',
  },
  // Bitbucket puts the newer commit first.
  bitbucketCloud: {
    commit: 'commits/{sha}',
    range: 'branches/compare/{to}..{from}',
    pullRequest: 'pull-requests/{number}',
  },
  bitbucketDataCenter: {
    commit: 'commits/{sha}',
    range: 'compare/commits?sourceBranch={to}&targetBranch={from}',
    pullRequest: 'pull-requests/{number}',
  },
  gitea: { commit: 'commit/{sha}', range: 'compare/{from}...{to}', pullRequest: 'pulls/{number}' },
};

/** Addresses with placeholders: `{sha}`; `{from}` and `{to}`; `{number}`. `web`: the forge's own page, without a slash. */
export function linkTemplates(
  kind: WebKind,
  web: string,
  project: string,
): { commit: string; range: string; pullRequest: string } {
  const parts = project.split('/').map(encodeURIComponent);
  const [first = '', ...rest] = parts;
  const home = kind === 'bitbucketDataCenter' ? ['projects', first, 'repos', ...rest] : parts;
  const below = (path: string) => `${web}/${home.join('/')}/${path}`;
  const { commit, range, pullRequest } = PATHS[kind];
  return { commit: below(commit), range: below(range), pullRequest: below(pullRequest) };
}

export function linksOf(kind: WebKind, web: string, project: string): ForgeProjectLinks {
  const { commit, range, pullRequest } = linkTemplates(kind, web, project);
  return {
    commit: (sha) => commit.replace('{sha}', sha),
    range: (from, to) => range.replace('{from}', from).replace('{to}', to),
    pullRequest: (number) => pullRequest.replace('{number}', String(number)),
  };
}
