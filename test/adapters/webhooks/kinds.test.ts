import { isOf } from '../../../src/adapters/webhooks/followed.ts';
import { github } from '../../../src/adapters/webhooks/kinds/github.ts';
import { gitlab } from '../../../src/adapters/webhooks/kinds/gitlab.ts';
import { forgeKindOf, isProject, projectIn } from '../../../src/flow/services/forge-projects.ts';
import type { ForgeKind } from '../../../src/flow/settings/forges.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { GITHUB_EXAMPLES, GITHUB_PUSHES, gitlabPush } from './payloads.ts';

type Followed = Pick<ProductSettings, 'repository' | 'forge'>;

const product = (repository: string, project?: string): ProductSettings => {
  const followed: Followed = {
    repository,
    ...(project === undefined ? {} : { forge: { name: 'git.acme.dev', kind: 'gitlab', project } }),
  };
  return followed as ProductSettings;
};

const URL = 'https://git.acme.dev/acme/shop.git';

test.each<[what: string, product: ProductSettings, project: string | null, urls: string[], is: boolean]>([
  ['an address', product(URL), null, ['git@git.acme.dev:acme/shop.git'], true],
  ['an address of several', product(URL), 'other/name', ['https://x.dev/a/b', URL], true],
  ['an address in another case', product(URL), null, ['https://git.acme.dev/Acme/Shop.git'], true],
  ['another address with the same name', product(URL), 'acme/shop', ['https://x.dev/acme/shop'], false],
  ['a name without addresses', product(URL), 'ACME/Shop', [], true],
  ['another name without addresses', product(URL), 'acme/other', [], false],
  [
    'a name that the address of the product does not say',
    product('/srv/git/shop.git'),
    'git/shop',
    [],
    false,
  ],
  ['nothing', product(URL), null, [], false],
  ['the project of the forge', product('/srv/mirror.git', 'acme/shop'), 'Acme/shop', [], true],
  ['another project of the forge', product(URL, 'acme/old'), 'acme/shop', [URL], false],
  ['no project but the address', product(URL, 'acme/shop'), null, [URL], true],
])('a payload that names %s is about the product, or not', (_what, followed, project, urls, is) => {
  expect(isOf(followed, { project, urls }, 'gitlab')).toBe(is);
});

test.each<[repository: string, kind: ForgeKind | null]>([
  ['git@github.com:acme/shop.git', 'github'],
  ['https://gitlab.com/acme/web/shop', 'gitlab'],
  ['https://bitbucket.org/acme/shop', 'bitbucket'],
  ['https://codeberg.org/acme/shop', 'gitea'],
  ['https://gitlab.acme.dev/acme/shop', null],
  ['/srv/git/github.com/shop.git', null],
])('%s without a forge is at a %s', (repository, kind) => {
  expect(forgeKindOf({ repository })).toBe(kind);
  expect(forgeKindOf(product(repository, 'a/b'))).toBe('gitlab');
});

test.each<[kind: ForgeKind, repository: string, project: string | null]>([
  ['github', 'https://github.com/acme/shop.git', 'acme/shop'],
  ['github', 'https://github.com/acme/web/shop.git', null],
  ['github', 'https://github.com/shop.git', null],
  ['gitlab', 'git@gitlab.com:acme/web/apps/shop.git', 'acme/web/apps/shop'],
  ['gitlab', 'https://gitlab.com/shop', null],
  ['bitbucket', 'https://bitbucket.org/acme/shop', 'acme/shop'],
  ['bitbucket', 'https://git.acme.dev/scm/ACME/shop.git', 'ACME/shop'],
  ['bitbucket', 'https://git.acme.dev/context/scm/~lin/shop.git', '~lin/shop'],
  ['bitbucket', 'ssh://git@git.acme.dev:7999/ACME/shop.git', 'ACME/shop'],
  ['gitea', 'https://git.acme.dev/sub/acme/shop.git', null],
  ['gitea', 'file:///acme/shop', null],
])('a %s calls %s %s', (kind, repository, project) => {
  expect(projectIn(repository, kind)).toBe(project);
  if (project !== null) expect(isProject(project, kind)).toBe(true);
});

test('every push that GitHub publishes is read: branches, tags, deletions', () => {
  const read = GITHUB_PUSHES.map((payload) => github.events.push?.parse(payload));
  expect(read.map((event) => event?.pushes)).toEqual(
    GITHUB_PUSHES.map(({ ref, deleted, forced, after }) => [
      { ref, deleted, forced, after: deleted ? null : after, pushedBy: 'Codertocat' },
    ]),
  );
  const kinds = new Set(
    read.flatMap((event) => event?.pushes ?? []).map(({ ref, deleted }) => `${ref.slice(0, 9)} ${deleted}`),
  );
  expect([...kinds].sort()).toEqual(['refs/head false', 'refs/tags false', 'refs/tags true']);
});

test('of every other event that GitHub publishes, it is read which repository it is about', () => {
  const others = GITHUB_EXAMPLES.filter(({ name }) => name !== 'push');
  expect(others.length).toBeGreaterThan(30);
  const about = others.flatMap(({ examples }) => examples).filter(({ repository }) => repository);
  expect(about.filter((payload) => !github.about.parse(payload).project)).toEqual([]);
});

test('an annotated tag of GitLab is peeled to its commit', () => {
  const told = { project: 'acme/shop', ref: 'refs/tags/v1', after: 'a'.repeat(40) };
  expect(gitlab.events['Tag Push Hook']?.parse(gitlabPush(told)).pushes).toMatchObject([
    { ref: 'refs/tags/v1', after: 'a'.repeat(40), deleted: false },
  ]);
});
