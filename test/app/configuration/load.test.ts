import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration, parseConfiguration } from '../../../src/app/configuration/load.ts';
import type { Settings } from '../../../src/flow/settings/settings.ts';
import { EXAMPLE, VARIABLES } from './example.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PLAIN = { soakMs: 0, freeze: [], startApproved: false, retired: false };

/** Where nobody is named: what goes past the rules is for nobody then. */
const ANY_MEMBER = {
  prepare: null,
  deploy: null,
  rollback: null,
  lock: null,
  override: [] as string[],
  adopt: [] as string[],
};

/** Who is named to approve somewhere in the storefront. */
const APPROVERS = ['U0123ABCD', 'W0456EFGH', '@release-managers', '@security'];

function settings(text: string, variables: Record<string, string> = VARIABLES): Settings {
  const loaded = parseConfiguration(text, variables);
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors, null, 2));
  return loaded.settings;
}

test('every field of the full example is read', () => {
  expect(settings(EXAMPLE)).toEqual({
    isolation: 'auto',
    containers: 'auto',
    keep: { logsMs: 30 * DAY, artifacts: 20, trees: 10 },
    secretFiles: [],
    products: [
      {
        name: 'storefront',
        repository: 'https://github.com/acme/storefront.git',
        branch: 'trunk',
        pollMs: 90_000,
        channel: '#storefront-releases',
        webhookSecret: 'a-long-webhook-secret',
        env: { NODE_ENV: 'production', NPM_TOKEN: 'npm_0123456789' },
        secrets: ['npm_0123456789', 'a-long-webhook-secret'],
        build: { run: 'npm ci && npm run build', test: 'npm test', timeoutMs: 15 * MINUTE },
        commitUrl: 'https://github.com/acme/storefront/commit/{sha}',
        compareUrl: 'https://github.com/acme/storefront/compare/{from}...{to}',
        pullLinks: { sign: '#', url: 'https://github.com/acme/storefront/pull/{number}' },
        tickets: { pattern: '[A-Z]+-[0-9]+', url: 'https://tickets.acme.dev/browse/{key}' },
        environments: [
          {
            policy: {
              product: 'storefront',
              name: 'integration',
              mode: 'continuous',
              below: null,
              above: { name: 'preprod', mode: 'approval' },
              approvals: { rules: [], self: false, authors: true, validForMs: DAY },
              acceptFrom: null,
              roles: { ...ANY_MEMBER, override: APPROVERS, adopt: APPROVERS },
              ...PLAIN,
              verify: true,
              idempotent: false,
              url: 'https://integration.example.com',
            },
            deploy: { run: './deploy.sh', timeoutMs: 90_000 },
            verify: { run: './smoke.sh', timeoutMs: 2 * MINUTE },
          },
          {
            policy: {
              product: 'storefront',
              name: 'preprod',
              mode: 'approval',
              below: 'integration',
              above: { name: 'prod', mode: 'approval' },
              approvals: {
                rules: [{ required: 1, from: ['U0123ABCD', 'W0456EFGH'] }],
                self: true,
                authors: true,
                validForMs: DAY,
              },
              acceptFrom: ['U0789IJKL', '@testers'],
              roles: {
                ...ANY_MEMBER,
                override: ['U0123ABCD', 'W0456EFGH'],
                adopt: ['U0123ABCD', 'W0456EFGH'],
              },
              ...PLAIN,
              verify: false,
              idempotent: false,
              url: null,
            },
            deploy: { run: './deploy.sh', timeoutMs: 10 * MINUTE },
            verify: null,
          },
          {
            policy: {
              product: 'storefront',
              name: 'prod',
              mode: 'approval',
              below: 'preprod',
              above: null,
              approvals: {
                rules: [
                  { required: 2, from: ['@release-managers', 'U0123ABCD'] },
                  { required: 1, from: ['@security'] },
                ],
                self: false,
                authors: false,
                validForMs: 7 * DAY,
              },
              acceptFrom: null,
              roles: {
                ...ANY_MEMBER,
                deploy: ['@release-managers'],
                lock: ['U0123ABCD'],
                override: ['@release-managers', 'U0123ABCD', '@security'],
                adopt: ['U0123ABCD'],
              },
              ...PLAIN,
              onFailure: 'rollback',
              soakMs: 60 * MINUTE,
              freeze: [
                {
                  kind: 'weekly',
                  from: { weekday: 5, minute: 16 * 60 },
                  to: { weekday: 1, minute: 8 * 60 },
                  timezone: 'Europe/Amsterdam',
                  reason: 'Weekend',
                },
                {
                  kind: 'dated',
                  from: '2026-12-24T12:00',
                  to: '2027-01-02T08:00',
                  timezone: 'UTC',
                  reason: 'Holidays',
                },
              ],
              startApproved: true,
              verify: true,
              idempotent: true,
              url: null,
            },
            deploy: { run: './deploy.sh', timeoutMs: 60 * MINUTE },
            verify: { run: './smoke.sh', timeoutMs: 5 * MINUTE },
          },
        ],
      },
      {
        name: 'shop',
        repository: 'git@gitlab.com:acme/web/shop.git',
        branch: 'main',
        pollMs: 300_000,
        channel: '#storefront-releases',
        webhookSecret: null,
        env: {},
        secrets: [],
        build: { run: null, test: null, timeoutMs: 20 * MINUTE },
        commitUrl: 'https://gitlab.com/acme/web/shop/-/commit/{sha}',
        compareUrl: 'https://gitlab.com/acme/web/shop/-/compare/{from}...{to}',
        pullLinks: { sign: '!', url: 'https://gitlab.com/acme/web/shop/-/merge_requests/{number}' },
        environments: [
          {
            policy: {
              product: 'shop',
              name: 'prod',
              mode: 'approval',
              below: null,
              above: null,
              approvals: {
                rules: [{ required: 1, from: null }],
                self: false,
                authors: true,
                validForMs: DAY,
              },
              acceptFrom: null,
              roles: ANY_MEMBER,
              ...PLAIN,
              verify: false,
              idempotent: false,
              url: null,
            },
            deploy: { run: './deploy.sh', timeoutMs: 10 * MINUTE },
            verify: null,
          },
        ],
      },
    ],
  });
});

test('a channel can be given by its id', () => {
  const text = EXAMPLE.replace('"#storefront-releases"', 'C012AB3CD');
  expect(settings(text).products[0]?.channel).toBe('C012AB3CD');
});

test('two products can share repository, branch and channel', () => {
  const product =
    'repository: /srv/git/app, channel: "#app", environments: [{ name: a, mode: continuous, deploy: { run: x } }]';
  expect(settings(`products: { one: { ${product} }, two: { ${product} } }`).products).toHaveLength(2);
});

test('a password in the address of a repository is masked', () => {
  const text = `products: { app: { repository: "https://ci:p%40ssword@git.acme.com/app.git", channel: "#app",
    environments: [{ name: a, mode: continuous, deploy: { run: x } }] } }`;
  expect(settings(text).products[0]?.secrets).toEqual(['p%40ssword', 'p@ssword']);
});

test('rule 29: naming nobody never means anybody, whatever is left out', () => {
  const written = (...environments: string[]) =>
    settings(`
products:
  shop:
    repository: https://example.com/shop.git
    channel: "#shop"
    environments:
${environments.map((environment) => `      - { ${environment}, deploy: { run: ./deploy.sh } }`).join('\n')}
`).products[0]?.environments.map(({ policy }) => policy.roles);
  const lowest = 'name: integration, mode: continuous';
  const others = [
    'name: prod, mode: approval',
    'name: prod, mode: approval, approvals: { required: 0 }',
    'name: prod, mode: approval, accept: { from: [U0TEST] }',
    'name: prod, mode: approval, roles: { deploy: [U0DEPLOY] }',
  ];
  for (const other of others) {
    for (const roles of written(lowest, other) ?? []) {
      expect({ other, adopt: roles.adopt, override: roles.override }).toEqual({
        other,
        adopt: [],
        override: [],
      });
    }
  }
  const named = 'name: prod, mode: approval, approvals: { from: [U0LIN] }';
  const own = 'name: preprod, mode: approval, approvals: { from: [U0MO] }, roles: { adopt: [U0ADA] }';
  expect(written(lowest, own, named)?.map(({ adopt, override }) => ({ adopt, override }))).toEqual([
    { adopt: ['U0MO', 'U0LIN'], override: ['U0MO', 'U0LIN'] },
    { adopt: ['U0ADA'], override: ['U0MO'] },
    { adopt: ['U0LIN'], override: ['U0LIN'] },
  ]);
});

describe('a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-configuration-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  test('is read', () => {
    const file = join(directory, 'slipway.yml');
    writeFileSync(file, EXAMPLE);
    expect(loadConfiguration(file, VARIABLES)).toMatchObject({ kind: 'ok' });
  });

  test('is an error when it is missing or a directory', () => {
    const file = join(directory, 'none.yml');
    expect(loadConfiguration(file, {})).toEqual({
      kind: 'wrong',
      errors: [
        {
          path: file,
          what: 'there is no such file',
          todo: 'create it as the README shows, or name another with --config FILE',
        },
      ],
    });
    expect(loadConfiguration(directory, {})).toMatchObject({ errors: [{ what: 'it is a directory' }] });
  });
});

test('a process needs webhook secrets only if it receives webhooks, and secrets of commands only if it runs them', () => {
  const load = (without: string, spared: { webhookSecrets: boolean; commandVariables: boolean }) =>
    parseConfiguration(EXAMPLE, { ...VARIABLES, [without]: undefined }, { spared });
  const worker = { webhookSecrets: true, commandVariables: false };
  const bot = { webhookSecrets: false, commandVariables: true };
  const webhook = 'STOREFRONT_WEBHOOK_SECRET';
  const token = 'STOREFRONT_NPM_TOKEN';
  const without = load(webhook, worker);
  expect(without.kind === 'ok' && without.settings.products[0]?.webhookSecret).toBeNull();
  expect(load(token, bot).kind).toBe('ok');
  const wrong = (name: string) => ({
    kind: 'wrong',
    errors: [{ what: `the environment variable ${name} is not set` }],
  });
  expect(load(webhook, bot)).toMatchObject(wrong(webhook));
  expect(load(token, worker)).toMatchObject(wrong(token));
});

test.each([
  ['never', null],
  ['1s', 1_000],
  ['5m', 300_000],
])('poll: %s', (written, pollMs) => {
  const [storefront] = settings(EXAMPLE.replace('poll: 90s', `poll: ${written}`)).products;
  expect(storefront?.pollMs).toBe(pollMs);
});

describe('a webhook secret', () => {
  const read = (written: string, variable?: string) =>
    settings(EXAMPLE.replace('env:STOREFRONT_WEBHOOK_SECRET', written), {
      ...VARIABLES,
      ...(variable === undefined ? {} : { STOREFRONT_WEBHOOK_SECRET: variable }),
    }).products[0]?.webhookSecret;

  test.each([
    ['a-long-webhook-secret', 'a-long-webhook-secret'],
    ['a-long-webhook-secret\n', 'a-long-webhook-secret'],
    ['a-long-webhook-secret\r\n', 'a-long-webhook-secret'],
    ['a-long-webhook-secret\n\n', 'a-long-webhook-secret\n'],
    [' a-long-webhook-secret ', ' a-long-webhook-secret '],
  ])('%j of a variable is %j', (variable, secret) => {
    expect(read('env:STOREFRONT_WEBHOOK_SECRET', variable)).toBe(secret);
  });

  test('may be in a file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-secret-'));
    try {
      writeFileSync(join(directory, 'hook'), 'a-secret-of-a-file\n');
      expect(read(`file:${directory}/hook`)).toBe('a-secret-of-a-file');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
