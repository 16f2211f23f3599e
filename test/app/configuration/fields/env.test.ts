import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { findIsolation } from '../../../../src/runner/isolation/isolation.ts';

describe('the variables of commands', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-env-values-'));
    writeFileSync(join(directory, 'kube'), 'apiVersion: v1\nkind: Config\n\n');
    writeFileSync(join(directory, 'windows'), 'one-line\r\n');
    writeFileSync(join(directory, 'short'), 'abc\n');
    writeFileSync(join(directory, 'empty'), '\n');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const load = (product: string, top = '', spared = { webhookSecrets: false, commandVariables: false }) =>
    parseConfiguration(
      `${top}
products: { shop: { repository: "file:///srv/git/shop.git", channel: "#shop", ${product.replaceAll('DIR', directory)} } }`,
      { TOKEN: 'token-of-a-step' },
      { spared },
    );
  const settings = (...given: Parameters<typeof load>) => {
    const loaded = load(...given);
    if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
    return loaded.settings;
  };
  const STEPS = `env: { ALL: all },
    build: { run: x, env: { NPM_TOKEN: env:TOKEN } },
    environments: [{ name: a, mode: continuous,
      deploy: { run: x, env: { KUBE: "file:DIR/kube" } }, verify: { run: x, env: { LINE: "file:DIR/windows", PLAIN: plain } } }]`;

  test('belong to one step only, and files lose one line end', () => {
    const [product] = settings(STEPS).products;
    expect(product?.env).toEqual({ ALL: 'all' });
    expect(product?.build.env).toEqual({ NPM_TOKEN: 'token-of-a-step' });
    expect(product?.environments[0].deploy).toMatchObject({
      env: { KUBE: 'apiVersion: v1\nkind: Config\n' },
    });
    expect(product?.environments[0].verify).toMatchObject({ env: { LINE: 'one-line', PLAIN: 'plain' } });
  });

  test('are masked, whatever their step, and their files are hidden from all commands', () => {
    const { products, secretFiles } = settings(STEPS);
    const secrets = ['token-of-a-step', 'apiVersion: v1\nkind: Config\n', 'one-line'];
    expect(products[0]?.secrets.toSorted()).toEqual(secrets.toSorted());
    expect(secretFiles).toEqual([join(directory, 'kube'), join(directory, 'windows')]);
  });

  test('are not required in a process that runs no commands', () => {
    const spared = { webhookSecrets: false, commandVariables: true };
    const [product] = settings(STEPS.replace('DIR/kube', 'DIR/nowhere'), '', spared).products;
    expect(product?.environments[0].deploy).toMatchObject({ env: { KUBE: '' } });
  });

  test.each([
    ['build: { run: x, env: { A: "file:DIR/nowhere" } }', 'build.env.A'],
    ['build: { run: x, env: { A: "file:DIR/empty" } }', 'build.env.A'],
    ['build: { run: x, env: { A: "file:DIR/short" } }', 'build.env.A'],
    ['build: { run: x, env: { A: "file:relative" } }', 'build.env.A'],
    ['build: { run: x, env: { A: env:NONE } }', 'build.env.A'],
    ['build: { run: x, env: { SLIPWAY_REF: x } }', 'build.env.SLIPWAY_REF'],
    ['build: { run: x, env: { 1A: x } }', 'build.env.1A'],
    ['webhook: { secret: "file:DIR/short" }', 'webhook.secret'],
  ])('%s is an error with its place, without the secret', (part, path) => {
    const environments = 'environments: [{ name: a, mode: continuous, deploy: { run: x } }]';
    const loaded = load(`${part}, ${environments}`);
    expect(loaded).toMatchObject({ kind: 'wrong', errors: [{ path: `products.shop.${path}` }] });
    expect(JSON.stringify(loaded)).not.toContain('abc');
  });

  test.each([
    ['deploy: { run: x, env: { SLIPWAY_REF: x } }', 'deploy.env.SLIPWAY_REF'],
    ['deploy: { run: x }, verify: { run: x, env: { B: 5 } }', 'verify.env.B'],
  ])('and so is %s', (part, path) => {
    const loaded = load(`environments: [{ name: a, mode: continuous, ${part} }]`);
    expect(loaded).toMatchObject({
      kind: 'wrong',
      errors: [{ path: `products.shop.environments[0].${path}` }],
    });
  });

  test.each(['auto', 'bubblewrap', 'none'])('isolation: %s is accepted', (isolation) => {
    expect(settings(STEPS, `isolation: ${isolation}`).isolation).toBe(isolation);
  });
  test('an image belongs to one command, and containers are auto, podman or docker', () => {
    const { products, containers } = settings(
      STEPS.replaceAll('run: x,', 'run: x, image: "ghcr.io/acme/ci:2@sha256:0ab",'),
      'containers: docker',
    );
    expect(containers).toBe('docker');
    expect(products[0]?.build.image).toBe('ghcr.io/acme/ci:2@sha256:0ab');
    expect(products[0]?.environments[0].verify).toMatchObject({ image: 'ghcr.io/acme/ci:2@sha256:0ab' });
    expect(settings(STEPS).containers).toBe('auto');
    expect(load(STEPS, 'containers: lxc')).toMatchObject({ errors: [{ path: 'containers' }] });
  });
  test.each(['', '-v/:/host', 'node 24', '--privileged', 'node\\n'])('image: "%s" is refused', (image) => {
    const loaded = load(STEPS.replace('run: x,', `run: x, image: "${image}",`));
    expect(loaded).toMatchObject({ errors: [{ path: 'products.shop.build.image' }] });
  });
  test('isolation defaults to auto, and takes no other value', () => {
    expect(settings(STEPS).isolation).toBe('auto');
    expect(load(STEPS, 'isolation: docker')).toMatchObject({ errors: [{ path: 'isolation' }] });
  });
});

describe('when bubblewrap does not work', () => {
  const path = process.env.PATH;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-bwrap-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  beforeEach(() => {
    process.env.PATH = '/nowhere';
  });
  afterEach(() => {
    process.env.PATH = path;
  });

  test('auto continues without it, with a reason, and bubblewrap does not', async () => {
    const why = 'bwrap is not in PATH (the package is called bubblewrap)';
    expect(await findIsolation('auto')).toEqual({ kind: 'none', why });
    await expect(findIsolation('bubblewrap')).rejects.toThrow(why);
    expect(await findIsolation('none')).toEqual({ kind: 'none', why: null });
  });

  test('it is said where it cannot be tried out, as there is no place to write', async () => {
    writeFileSync(join(directory, 'bwrap'), '#!/bin/sh\n', { mode: 0o755 });
    process.env.PATH = directory;
    const temporary = process.env.TMPDIR;
    process.env.TMPDIR = join(directory, 'none');
    try {
      const why = expect.stringMatching(/^nothing can be written to .*none, .*ENOENT.* set TMPDIR/);
      expect(await findIsolation('auto')).toEqual({ kind: 'none', why });
    } finally {
      if (temporary === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = temporary;
    }
  });

  test.each([
    ['echo bwrap: No permissions to create a new namespace >&2; exit 1', /^bwrap: No permissions to create/],
    // It runs what it is told, and hides nothing.
    [`while [ "$1" != -- ]; do [ "$1" = --chdir ] && cd "$2"; shift; done; shift; exec "$@"`, /./],
    ['exit 0', /have more privileges than they should/],
  ])('it is tried out: %s', async (script, why) => {
    writeFileSync(join(directory, 'bwrap'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env.PATH = directory;
    expect(await findIsolation('auto')).toEqual({ kind: 'none', why: expect.stringMatching(why) });
    await expect(findIsolation('bubblewrap')).rejects.toThrow('bubblewrap does not work here');
  });
});
