import { forgeLinks } from '../../../src/app/configuration/values/forge-links.ts';
import type { ForgeKind } from '../../../src/flow/settings/forges.ts';

test.each<[string, string | null]>([
  ['https://github.com/acme/storefront.git', 'https://github.com/acme/storefront/commit/{sha}'],
  ['https://ci:secret@github.com/acme/storefront', 'https://github.com/acme/storefront/commit/{sha}'],
  ['git@github.com:acme/storefront.git', 'https://github.com/acme/storefront/commit/{sha}'],
  ['ssh://git@gitlab.com/acme/web/shop.git', 'https://gitlab.com/acme/web/shop/-/commit/{sha}'],
  ['ssh://git@gitlab.acme.com:2222/web/shop.git', 'https://gitlab.acme.com/web/shop/-/commit/{sha}'],
  ['https://git.acme.com:8443/web/shop', 'https://git.acme.com:8443/web/shop/commit/{sha}'],
  ['https://bitbucket.org/acme/shop.git', 'https://bitbucket.org/acme/shop/commits/{sha}'],
  ['git@work:acme/shop.git', null],
  ['/srv/git/shop.git', null],
  ['file:///srv/git/shop.git', null],
])('a commit of %s is linked as %s', (repository, url) => {
  expect(forgeLinks(repository, undefined).commitUrl).toBe(url);
});

test.each<[string, string | null]>([
  ['https://github.com/acme/storefront.git', 'https://github.com/acme/storefront/compare/{from}...{to}'],
  ['git@gitlab.com:acme/web/shop.git', 'https://gitlab.com/acme/web/shop/-/compare/{from}...{to}'],
  ['https://bitbucket.org/acme/shop.git', 'https://bitbucket.org/acme/shop/branches/compare/{to}..{from}'],
  ['/srv/git/shop.git', null],
])('a range of %s is linked as %s', (repository, url) => {
  expect(forgeLinks(repository, undefined).compareUrl).toBe(url);
});

const DATA_CENTER = 'https://git.acme.dev/projects/ACME/repos/shop';

test.each<[kind: ForgeKind, name: string, repository: string, commit: string, compare: string, pull: string]>(
  [
    [
      'gitlab',
      'git.acme.dev',
      'https://git.acme.dev/acme/shop.git',
      'https://git.acme.dev/acme/shop/-/commit/{sha}',
      'https://git.acme.dev/acme/shop/-/compare/{from}...{to}',
      '!https://git.acme.dev/acme/shop/-/merge_requests/{number}',
    ],
    [
      'gitea',
      'git.acme.dev:3000',
      'git@git.acme.dev:acme/shop.git',
      'https://git.acme.dev:3000/acme/shop/commit/{sha}',
      'https://git.acme.dev:3000/acme/shop/compare/{from}...{to}',
      '#https://git.acme.dev:3000/acme/shop/pulls/{number}',
    ],
    [
      'github',
      'git.acme.dev',
      'git@work:acme/shop.git',
      'https://git.acme.dev/acme/shop/commit/{sha}',
      'https://git.acme.dev/acme/shop/compare/{from}...{to}',
      '#https://git.acme.dev/acme/shop/pull/{number}',
    ],
    [
      'bitbucket',
      'bitbucket.org',
      'git@bitbucket.org:acme/shop.git',
      'https://bitbucket.org/acme/shop/commits/{sha}',
      'https://bitbucket.org/acme/shop/branches/compare/{to}..{from}',
      '#https://bitbucket.org/acme/shop/pull-requests/{number}',
    ],
    [
      'bitbucket',
      'git.acme.dev',
      'https://git.acme.dev/scm/ACME/shop.git',
      `${DATA_CENTER}/commits/{sha}`,
      `${DATA_CENTER}/compare/commits?sourceBranch={to}&targetBranch={from}`,
      `#${DATA_CENTER}/pull-requests/{number}`,
    ],
  ],
)('at the %s forge %s, %s is linked as %s', (kind, name, repository, commitUrl, compareUrl, pull) => {
  const project = kind === 'bitbucket' && name !== 'bitbucket.org' ? 'ACME/shop' : 'acme/shop';
  const pullLinks = { sign: pull[0], url: pull.slice(1) };
  expect(forgeLinks(repository, { name, kind, project })).toEqual({ commitUrl, compareUrl, pullLinks });
});

test('a mirror is linked to the project of its forge', () => {
  const forge = { name: 'git.acme.dev', kind: 'gitlab', project: 'acme/web/shop' } as const;
  expect(forgeLinks('/srv/git/mirror.git', forge).commitUrl).toBe(
    'https://git.acme.dev/acme/web/shop/-/commit/{sha}',
  );
  expect(forgeLinks('https://mirror.acme.dev/copy.git', forge).commitUrl).toBe(
    'https://git.acme.dev/acme/web/shop/-/commit/{sha}',
  );
  expect(forgeLinks('https://git.acme.dev:8443/acme/web/shop.git', forge).commitUrl).toBe(
    'https://git.acme.dev:8443/acme/web/shop/-/commit/{sha}',
  );
});

const BELOW = 'https://acme.dev/git';
const API = { gitea: `${BELOW}/api/v1`, gitlab: `${BELOW}/api/v4`, bitbucket: `${BELOW}/rest/api/1.0` };

test.each<[kind: keyof typeof API, repository: string, api: string | null, web: string]>([
  ['gitea', `${BELOW}/acme/shop.git`, null, `${BELOW}/acme/shop/commit/{sha}`],
  ['gitea', 'git@acme.dev:acme/shop.git', API.gitea, `${BELOW}/acme/shop/commit/{sha}`],
  ['gitea', 'git@acme.dev:acme/shop.git', BELOW, `${BELOW}/acme/shop/commit/{sha}`],
  ['gitea', 'git@acme.dev:acme/shop.git', 'https://acme.dev', 'https://acme.dev/acme/shop/commit/{sha}'],
  [
    'gitea',
    'git@acme.dev:acme/shop.git',
    'https://api.acme.dev/git/api/v1',
    'https://acme.dev/acme/shop/commit/{sha}',
  ],
  ['gitlab', `${BELOW}/acme/shop`, API.gitlab, `${BELOW}/acme/shop/-/commit/{sha}`],
  ['gitlab', 'https://mirror.dev/copy.git', API.gitlab, `${BELOW}/acme/shop/-/commit/{sha}`],
  ['bitbucket', `${BELOW}/scm/ACME/shop.git`, null, `${BELOW}/projects/acme/repos/shop/commits/{sha}`],
  [
    'bitbucket',
    'ssh://git@acme.dev:7999/ACME/shop.git',
    API.bitbucket,
    `${BELOW}/projects/acme/repos/shop/commits/{sha}`,
  ],
])('at a %s below a path, %s with the API %s is linked as %s', (kind, repository, api, web) => {
  const forge = { name: 'acme.dev', kind, project: 'acme/shop' };
  expect(forgeLinks(repository, forge, api).commitUrl).toBe(web);
});

test('a forge that is not named like a host says nothing about web pages', () => {
  const forge = { name: 'stand-in', kind: 'github', project: 'acme/shop' } as const;
  expect(forgeLinks('/srv/git/shop.git', forge)).toEqual({
    commitUrl: null,
    compareUrl: null,
    pullLinks: null,
  });
});
