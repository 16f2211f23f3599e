import { bitbucketCloudWorld } from '../support/forges/bitbucket.ts';
import { giteaWorld } from '../support/forges/gitea.ts';
import { githubWorld } from '../support/forges/github/world.ts';
import { gitlabWorld } from '../support/forges/gitlab.ts';
import type { ForgeWorld } from '../support/forges/world.ts';
import { readPage } from './markdown.ts';

test.each<[string, () => Promise<ForgeWorld>]>([
  ['a classic token of GitHub', () => githubWorld('classic')],
  ['a fine-grained token of GitHub', () => githubWorld('fineGrained')],
  ['an App of GitHub', () => githubWorld('app')],
  ['a token of GitLab', gitlabWorld],
  ['a token of Bitbucket', () => bitbucketCloudWorld('accessToken')],
  ['a token of Gitea', giteaWorld],
])('every scope that %s can lack is in docs/forges.md', async (_which, open) => {
  const world = await open();
  const scopes = world.takeAway().flatMap(({ scope }) => scope?.split(' or ') ?? []);
  await world.close();
  const page = readPage('docs/forges.md');
  expect(scopes.length).toBeGreaterThan(0);
  // GitHub writes a permission of a fine-grained token in another way than on its pages.
  const written = (scope: string) => scope.replace('=', ': ').replace('the role ', 'role ');
  expect(scopes.map(written).filter((scope) => !page.includes(scope))).toEqual([]);
});
