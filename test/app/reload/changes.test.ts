import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import { changesBetween } from '../../../src/app/reload/changes.ts';
import type { Settings } from '../../../src/flow/settings/settings.ts';
import { EXAMPLE, VARIABLES } from '../configuration/example.ts';

const FORGES = `
forges:
  github.com: { kind: github, token: env:GITHUB_TOKEN, report: [statuses] }
`;
const SECRETS = { ...VARIABLES, GITHUB_TOKEN: 'ghp-one', OTHER: 'another-webhook-secret', GIT: 'git-token' };

function settingsOf(text: string, variables = SECRETS): Settings {
  const loaded = parseConfiguration(text, variables);
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

const before = settingsOf(EXAMPLE + FORGES);
const said = (text: string, variables?: typeof SECRETS) =>
  changesBetween(before, settingsOf(text + (text.includes('forges:') ? '' : FORGES), variables));

test.each<[what: string, from: string | RegExp, to: string, says: string[]]>([
  ['nothing', '', '', []],
  ['a comment', 'products:', '# Ours\nproducts:', []],
  ['the branch', 'branch: trunk', 'branch: main', ['storefront: it follows: main, before trunk']],
  ['how often it is asked', 'poll: 90s', 'poll: never', ['storefront: poll: never, before 90s']],
  [
    'the channel',
    'channel: "#storefront-releases"\n    webhook',
    'channel: "#releases"\n    webhook',
    ['storefront: channel: #releases, before #storefront-releases'],
  ],
  [
    'the secret of the webhook',
    'env:STOREFRONT_WEBHOOK_SECRET',
    'env:OTHER',
    ['storefront: the secret of its webhook has changed'],
  ],
  [
    'the login of git',
    'branch: trunk',
    'branch: trunk\n    git: { token: env:GIT }',
    ['storefront: git is new'],
  ],
  ['a variable', 'NODE_ENV: production', 'NODE_ENV: test', ['storefront: env: NODE_ENV has changed']],
  [
    'files that are followed',
    'branch: trunk',
    'branch: trunk\n    paths: ["app/**"]',
    ['storefront: paths: app/**, before nothing'],
  ],
  [
    'the build',
    'build: { run: npm ci && npm run build, test: npm test, timeout: 15m }',
    'build: { run: make, test: npm test, timeout: 16m }',
    ['storefront: build: run and timeout have changed'],
  ],
  [
    'a deploy',
    'deploy: { run: ./deploy.sh, timeout: 90s }',
    'deploy: { run: ./release.sh, timeout: 90s }',
    ['storefront/integration: deploy: run has changed'],
  ],
  [
    'a deploy that another system carries out',
    'deploy: { run: ./deploy.sh, timeout: 90s }',
    'deploy: { github: { workflow: deploy.yml, ref: main, inputs: { commit: "{commit}", slipway: "{attempt}" } } }',
    [
      'storefront/integration: deploy: run, timeout, system, forge, project, ref, workflow and inputs have changed',
    ],
  ],
  ['a wait', 'soak: 1h', 'soak: 2h', ['storefront/prod: soak: 2h, before 1h']],
  ['a freeze', 'Fri 16:00', 'Fri 15:00', ['storefront/prod: freeze has changed']],
  [
    'who starts a deploy',
    'idempotent: true, start: approved',
    'idempotent: false',
    [
      'storefront/prod: deploy starts: when somebody deploys, before when approved',
      'storefront/prod: idempotent: false, before true',
    ],
  ],
  [
    'what follows a failure',
    '        onFailure: rollback\n',
    '',
    ['storefront/prod: onFailure: nothing, before rollback'],
  ],
  [
    'an address',
    'https://integration.example.com',
    'https://new.example.com',
    ['storefront/integration: url: https://new.example.com, before https://integration.example.com'],
  ],
  [
    'who approves',
    'required: 1, from: [U0123ABCD, W0456EFGH], self: true',
    'required: 2, from: [U0123ABCD, W0456EFGH]',
    [
      'storefront/preprod: 2 of U0123ABCD, W0456EFGH must approve, before 1 of U0123ABCD, W0456EFGH',
      'storefront/preprod: people may no longer approve their own request',
    ],
  ],
  [
    'who accepts',
    'from: [U0789IJKL, "@testers"]',
    'from: ["@testers"]',
    ['storefront/preprod: @testers may accept, before U0789IJKL, @testers'],
  ],
  [
    'who locks',
    'lock: [U0123ABCD]',
    'lock: ["@oncall"]',
    ['storefront/prod: @oncall may lock, before U0123ABCD'],
  ],
  [
    'a product that is new',
    '  shop:',
    '  kiosk: { repository: /srv/kiosk, channel: "#kiosk", environments: [{ name: prod, mode: approval, deploy: { run: "true" } }] }\n  shop:',
    ['kiosk: the product is new'],
  ],
  [
    'a product that is renamed',
    '  shop:',
    '  store:',
    ['store: the product is new', 'shop: the product is no longer there'],
  ],
  [
    'the order of environments',
    /( {6}- name: integration[\s\S]*?)( {6}- name: preprod[\s\S]*?)(?= {6}- name: prod\n)/,
    '$1      - { name: canary, mode: approval, deploy: { run: ./deploy.sh } }\n$2',
    ['storefront/canary: it is new'],
  ],
])('what is said when this changes: %s', (_what, from, to, says) => {
  const text = EXAMPLE.replace(from, to);
  expect(text === EXAMPLE).toBe(_what === 'nothing');
  expect(said(text)).toEqual(says);
});

test('environments that change places', () => {
  const [integration, preprod, prod] = before.products[0]?.environments ?? [];
  if (!integration || !preprod || !prod) throw new TypeError('the example has three environments');
  const [first, ...others] = before.products;
  if (!first) throw new TypeError('the example has a product');
  const after: Settings = {
    ...before,
    products: [{ ...first, environments: [integration, prod, preprod] }, ...others],
  };
  expect(changesBetween(before, after)).toEqual([
    'storefront: the order of environments: integration, prod, preprod',
  ]);
});

test.each([
  ['the login at a forge', { GITHUB_TOKEN: 'ghp-two' }, 'forges: of github.com its login has changed'],
  [
    'a secret of a file or variable that keeps its name',
    { STOREFRONT_WEBHOOK_SECRET: 'a-rotated-webhook-secret' },
    'storefront: the secret of its webhook has changed',
  ],
  ['a secret variable', { STOREFRONT_NPM_TOKEN: 'npm_rotated' }, 'storefront: env: NPM_TOKEN has changed'],
])('%s is said to have changed, and not shown', (_what, change, says) => {
  expect(said(EXAMPLE, { ...SECRETS, ...change })).toEqual([says]);
});

test('what a forge is told', () => {
  expect(said(EXAMPLE + FORGES.replace('[statuses]', '[]'))).toEqual([
    'forges: of github.com report has changed',
  ]);
  expect(changesBetween(before, settingsOf(EXAMPLE))).toEqual([
    'forges: github.com is no longer there',
    'storefront: forge: nothing, before github.com acme/storefront',
  ]);
});

test('how commands are run', () => {
  expect(said(`isolation: none\n${EXAMPLE}`)).toEqual(['isolation: none, before auto']);
  expect(said(`keep: { logs: 7d, trees: 3 }\n${EXAMPLE}`)).toEqual([
    'keep: logs: 7d, before 30d',
    'keep: trees: 3, before 10',
  ]);
});
