import { secretsOfRun } from '../../src/app/changes.ts';
import type { GitRun } from '../../src/flow/settings/steps.ts';

const RUN: GitRun = {
  system: 'git',
  repository: 'https://git.acme.dev/acme/config.git',
  commitUrl: null,
  branch: 'main',
  file: 'values.yaml',
  set: [],
};

test.each<[what: string, run: GitRun, secrets: string[]]>([
  ['no login', RUN, []],
  [
    'a token alone in its address',
    { ...RUN, repository: 'https://a-token@git.acme.dev/acme/config.git' },
    ['a-token'],
  ],
  [
    'a password in its address, as it is written and as it is sent',
    { ...RUN, repository: 'https://me:pass%2Fword@git.acme.dev/acme/config.git' },
    ['pass%2Fword', 'pass/word'],
  ],
  [
    "the product's token",
    { ...RUN, access: { user: null, token: 'the-token', sshKey: null, knownHosts: null } },
    ['the-token'],
  ],
])('what is secret about a repository that deploys change: %s', (_what, run, secrets) => {
  expect([...new Set(secretsOfRun(run, []))].toSorted()).toEqual(secrets.toSorted());
});
