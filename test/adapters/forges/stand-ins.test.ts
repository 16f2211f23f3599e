import { forgeContract } from '../../contract/forge.contract.ts';
import { bitbucketCloudWorld, bitbucketDataCenterWorld } from '../../support/forges/bitbucket.ts';
import { giteaWorld } from '../../support/forges/gitea.ts';
import { githubWorld } from '../../support/forges/github/world.ts';
import { gitlabWorld } from '../../support/forges/gitlab.ts';

forgeContract({ name: 'GitHub, with a classic token', open: () => githubWorld('classic'), etags: true });
forgeContract({
  name: 'GitHub, with a fine-grained token',
  open: () => githubWorld('fineGrained'),
  etags: true,
});
forgeContract({ name: 'GitHub, as an App', open: () => githubWorld('app'), etags: true });
forgeContract({ name: 'GitLab', open: gitlabWorld, etags: true });
forgeContract({
  name: 'Bitbucket Cloud, with an access token',
  open: () => bitbucketCloudWorld('accessToken'),
  etags: false,
});
forgeContract({
  name: 'Bitbucket Cloud, with an API token',
  open: () => bitbucketCloudWorld('apiToken'),
  etags: false,
});
forgeContract({ name: 'Bitbucket Data Center', open: bitbucketDataCenterWorld, etags: false });
forgeContract({ name: 'Gitea', open: giteaWorld, etags: false });
