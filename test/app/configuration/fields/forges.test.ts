import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { maskingOwn } from '../../../../src/app/process/own-secrets.ts';
import { summary } from '../../../../src/bin/check/summary.ts';
import type { Settings } from '../../../../src/flow/settings/settings.ts';

const KEY = '-----BEGIN RSA PRIVATE KEY-----\nabcdef\n-----END RSA PRIVATE KEY-----';
const VARIABLES = {
  GITHUB_TOKEN: 'ghp_0123456789',
  GITLAB_TOKEN: 'glpat-0123456789',
  APP_KEY: KEY,
  LOCKED: KEY.replaceAll('RSA', 'ENCRYPTED'),
};

const HUB = 'https://github.com/acme/storefront.git';

function load(forges: string, repository: string, product = '') {
  return parseConfiguration(
    `forges: { ${forges} }
products: { shop: { repository: "${repository}", channel: "#shop", ${product}
  environments: [{ name: a, mode: continuous, deploy: { run: x } }] } }`,
    VARIABLES,
  );
}

function settings(...given: Parameters<typeof load>): Settings {
  const loaded = load(...given);
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors, null, 2));
  return loaded.settings;
}

describe('forges', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-forges-'));
  const pem = join(directory, 'app.pem');
  writeFileSync(pem, `${KEY}\n`);
  afterAll(() => rmSync(directory, { recursive: true }));

  test('are read, with their access and what they are told', () => {
    const { forges, secretFiles } = settings(
      `github.com: { kind: github, app: { id: 12345, key: "file:${pem}" } },
       git.acme.dev: { kind: gitlab, token: env:GITLAB_TOKEN, report: [deployments] },
       bitbucket.org: { kind: bitbucket, user: bot, token: plain-token, report: [] },
       stand-in: { kind: gitea, api: "http://127.0.0.1:3000/api/v1/" }`,
      HUB,
    );
    expect(forges).toEqual([
      {
        name: 'github.com',
        kind: 'github',
        api: null,
        access: { kind: 'app', id: 12345, key: KEY },
        report: ['statuses', 'deployments'],
      },
      {
        name: 'git.acme.dev',
        kind: 'gitlab',
        api: null,
        access: { kind: 'token', token: VARIABLES.GITLAB_TOKEN, user: null },
        report: ['deployments'],
      },
      {
        name: 'bitbucket.org',
        kind: 'bitbucket',
        api: null,
        access: { kind: 'token', token: 'plain-token', user: 'bot' },
        report: [],
      },
      {
        name: 'stand-in',
        kind: 'gitea',
        api: 'http://127.0.0.1:3000/api/v1',
        access: { kind: 'none' },
        report: ['statuses', 'deployments'],
      },
    ]);
    expect(secretFiles).toEqual([pem]);
  });

  test.each<[forges: string, path: string, what: string, todo: string]>([
    ['github.com: { kind: gitlab }', 'kind', 'github.com is no gitlab', 'write kind: github'],
    ['codeberg.org: { kind: github }', 'kind', 'codeberg.org is no github', 'write kind: gitea'],
    ['github.com: { kind: github, token: "a token" }', 'token', 'it contains a blank', 'copy it again'],
    ['github.com: { kind: github, token: "ghp_\u{200b}1234" }', 'token', 'a character that no', 'copy it'],
    [
      'github.com: { kind: github, app: { id: 1, key: env:LOCKED } }',
      'app.key',
      'it has a passphrase',
      'make',
    ],
  ])('%s is refused with what to write', (forges, path, what, todo) => {
    const [name] = forges.split(':');
    expect(load(forges, 'https://example.com/a/b.git')).toMatchObject({
      kind: 'wrong',
      errors: [
        {
          path: `forges["${name}"].${path}`,
          what: expect.stringContaining(what),
          todo: expect.stringContaining(todo),
        },
      ],
    });
  });

  test('a forge that is named like one that everybody knows, but is elsewhere, is of its own kind', () => {
    expect(
      settings('github.com: { kind: gitea, api: "http://127.0.0.1:1" }', HUB).products[0]?.forge,
    ).toMatchObject({ kind: 'gitea' });
  });

  const BOTH = `github.com: { kind: github, token: env:GITHUB_TOKEN },
    git.acme.dev: { kind: gitlab }, "git.acme.dev:8443": { kind: gitea }, bb.acme.dev: { kind: bitbucket }`;

  test.each<[repository: string, written: string, name: string, project: string]>([
    [HUB, '', 'github.com', 'acme/storefront'],
    ['git@github.com:acme/storefront.git', '', 'github.com', 'acme/storefront'],
    ['https://ci:pass@GitHub.com/acme/storefront', '', 'github.com', 'acme/storefront'],
    ['git@work:acme/storefront.git', 'forge: github.com,', 'github.com', 'acme/storefront'],
    ['https://git.acme.dev/acme/web/shop.git', '', 'git.acme.dev', 'acme/web/shop'],
    ['ssh://git@git.acme.dev:2222/acme/shop.git', '', 'git.acme.dev', 'acme/shop'],
    ['https://git.acme.dev:8443/acme/shop.git', '', 'git.acme.dev:8443', 'acme/shop'],
    ['https://bb.acme.dev/scm/ACME/shop.git', '', 'bb.acme.dev', 'ACME/shop'],
    ['https://bb.acme.dev/base/scm/~lin/shop.git', '', 'bb.acme.dev', '~lin/shop'],
    ['ssh://git@bb.acme.dev:7999/ACME/shop.git', '', 'bb.acme.dev', 'ACME/shop'],
    ['/srv/git/shop.git', 'forge: { name: github.com, project: acme/shop },', 'github.com', 'acme/shop'],
    [HUB, 'forge: { name: git.acme.dev, project: a/b/c },', 'git.acme.dev', 'a/b/c'],
  ])('%s with "%s" is at the forge %s, as %s', (repository, written, name, project) => {
    expect(settings(BOTH, repository, written).products[0]?.forge).toMatchObject({ name, project });
  });

  test('that are not named like the host are not those of a product', () => {
    const [product] = settings(BOTH, 'https://git.example.com/a/b.git').products;
    expect(product).not.toHaveProperty('forge');
  });

  test('keep their secrets masked in the output of every product', () => {
    const other = 'other.dev: { kind: github, app: { id: 1, key: env:APP_KEY } }';
    const loaded = settings(`${BOTH}, ${other}`, HUB);
    expect(loaded.products[0]?.secrets).toEqual([VARIABLES.GITHUB_TOKEN]);
    const masked = maskingOwn(loaded, {
      slack: null,
      services: null,
      dataDirectory: '.',
      port: 0,
      logLevel: 'silent',
    });
    expect(masked.products[0]?.secrets).toEqual([VARIABLES.GITHUB_TOKEN, KEY]);
  });

  test('are printed by slipway check, without their secrets', () => {
    const text = summary(
      settings(
        `${BOTH}, stand-in: { kind: github, app: { id: 7, key: env:APP_KEY }, api: "http://127.0.0.1:1", report: [] }`,
        HUB,
      ),
    );
    expect(text).toContain(`forges
  github.com          github, with a token; is told statuses and deployments
  git.acme.dev        gitlab, without a login; is told nothing`);
    expect(summary(settings('codeberg.org: { kind: gitea, token: env:GITHUB_TOKEN }', HUB))).toContain(
      'gitea, with a token; is told statuses\n',
    );
    expect(text).toContain('  stand-in            github at http://127.0.0.1:1, as app 7; is told nothing');
    expect(text).toContain('  forge       github.com, as acme/storefront\n');
    expect(text).not.toMatch(/ghp_|abcdef/);
    expect(summary(settings(BOTH, 'https://git.example.com/a/b.git'))).toContain(
      '  forge       none: no forge is named like its host\n',
    );
    expect(summary(settings('', HUB))).not.toContain('forge ');
  });
});
