import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { summary } from '../../../../src/bin/check/summary.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nabcdef\n-----END OPENSSH PRIVATE KEY-----';
/** A key of OpenSSH as far as the name of its cipher. */
const openssh = (cipher: string) => {
  const bytes = Buffer.from(`openssh-key-v1\0\0\0\0${String.fromCharCode(cipher.length)}${cipher}`, 'latin1');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----`;
};
const HOSTS = 'git.acme.dev ssh-ed25519 AAAAC3Nza';

describe('git of a product', () => {
  let directory: string;
  const variables = { GIT_TOKEN: 'ghp_0123456789', DEPLOY_KEY: KEY };
  const load = (git: string, repository = 'https://git.acme.dev/shop.git') =>
    parseConfiguration(
      `products: { shop: { repository: "${repository}", channel: "#shop", ${git}
        environments: [{ name: a, mode: continuous, deploy: { run: x } }] } }`,
      variables,
    );
  const product = (git: string, repository?: string) => {
    const loaded = load(git, repository);
    if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
    return loaded.settings.products[0]!;
  };

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-git-values-'));
    writeFileSync(join(directory, 'token'), 'from-a-file\n');
    writeFileSync(join(directory, 'key'), `${KEY}\n`);
    writeFileSync(join(directory, 'hosts'), `${HOSTS}\n`);
    writeFileSync(join(directory, 'empty'), '\n');
    writeFileSync(join(directory, 'lines'), 'one\ntwo\n');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test("defaults to fetching as Slipway's user", () => {
    expect(product('').git).toBeUndefined();
    expect(product('git: {},').git).toEqual({
      access: { user: null, token: null, sshKey: null, knownHosts: null },
      submodules: true,
      lfs: true,
    });
  });

  test('is read from values, variables and files without their line end', () => {
    const { git, secrets } = product(
      `git: { user: bot, token: "file:${directory}/token", sshKey: "file:${directory}/key", knownHosts: "file:${directory}/hosts", submodules: false, lfs: false },`,
    );
    expect(git).toEqual({
      access: { user: 'bot', token: 'from-a-file', sshKey: KEY, knownHosts: HOSTS },
      submodules: false,
      lfs: false,
    });
    expect(secrets).toEqual(['from-a-file', KEY]);
    expect(product('git: { token: env:GIT_TOKEN, sshKey: env:DEPLOY_KEY },').secrets).toEqual([
      variables.GIT_TOKEN,
      KEY,
    ]);
  });

  test.each([
    ['git: { token: env:NOWHERE },', 'token'],
    ['git: { token: file:token },', 'token'],
    ['git: { token: file:/nowhere/at/all },', 'token'],
    ['git: { token: "file:DIR/empty" },', 'token'],
    ['git: { token: "file:DIR/lines" },', 'token'],
    ['git: { token: "" },', 'token'],
    ['git: { token: 12345678 },', 'token'],
    ['git: { sshKey: /root/.ssh/id_ed25519 },', 'sshKey'],
    ['git: { sshKey: "file:DIR/hosts" },', 'sshKey'],
    ['git: { knownHosts: /etc/known_hosts },', 'knownHosts'],
    ['git: { knownHosts: "# git.acme.dev:22 SSH-2.0-OpenSSH_9.2 Debian" },', 'knownHosts'],
    ['git: { submodules: maybe },', 'submodules'],
    ['git: { lfs: "no" },', 'lfs'],
    ['git: { password: x },', 'password'],
  ])('%s is an error with its place, without the secret', (git, field) => {
    const loaded = load(git.replace('DIR', directory));
    expect(loaded).toMatchObject({ kind: 'wrong', errors: [{ path: `products.shop.git.${field}` }] });
    expect(JSON.stringify(loaded)).not.toMatch(/12345678|ghp_|abcdef/);
  });

  test.each([
    ['of OpenSSH', openssh('aes256-ctr'), true],
    ['of OpenSSH in one line', openssh('aes256-ctr').replaceAll('\n', '\\n'), true],
    ['in PEM', KEY.replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n'), true],
    ['in PKCS 8', KEY.replaceAll('OPENSSH', 'ENCRYPTED'), true],
    ['of OpenSSH', openssh('none'), false],
    ['of another kind', KEY, false],
  ])('a key %s with a passphrase is an error', (_what, key, isWrong) => {
    variables.DEPLOY_KEY = key;
    const loaded = load('git: { sshKey: env:DEPLOY_KEY },');
    expect(loaded).toMatchObject(
      isWrong
        ? {
            errors: [
              {
                path: 'products.shop.git.sshKey',
                what: 'it has a passphrase, and nobody is there to type it',
                todo: expect.stringContaining('ssh-keygen -p'),
              },
            ],
          }
        : { kind: 'ok' },
    );
    variables.DEPLOY_KEY = KEY;
  });

  test('slipway check says that there is a login, and does not show it', () => {
    const text = summary({
      products: [product('git: { token: env:GIT_TOKEN, sshKey: env:DEPLOY_KEY, lfs: false },')],
    });
    expect(text).toContain('fetched     with its own login, with its own ssh key, without files in Git LFS');
    expect(text).not.toContain(variables.GIT_TOKEN);
    expect(summary({ products: [product('', 'https://bot:s3cret@git.acme.dev/shop.git')] })).not.toContain(
      's3cret',
    );
  });

  test.each(['http://127.0.0.1:3000/shop.git', 'http://localhost/shop.git', 'http://[::1]:80/shop.git'])(
    '%s is accepted for trying out',
    (repository) => expect(load('', repository).kind).toBe('ok'),
  );
  test.each(['http://git.acme.dev/shop.git', 'http://127.0.0.1.acme.dev/x', 'http://localhost.acme.dev/x'])(
    '%s is not',
    (repository) => expect(load('', repository).kind).toBe('wrong'),
  );
});
