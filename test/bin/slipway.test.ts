import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimDataDirectory } from '../../src/adapters/data-directory.ts';
import { EXAMPLE, VARIABLES } from '../app/configuration/example.ts';
import { gitlabWorld } from '../support/forges/gitlab.ts';
import { thoroughTest } from '../support/thorough.ts';

/** The built one, as people run it; `npm test` builds it first. */
const SLIPWAY = fileURLToPath(new URL('../../dist/bin/slipway.js', import.meta.url));
const SLACK_VARIABLES = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  SLACK_SIGNING_SECRET: '0123456789abcdef',
  // Nobody listens there.
  SLACK_API_URL: 'http://127.0.0.1:9/api/',
  PORT: '0',
};

const directory = mkdtempSync(join(tmpdir(), 'slipway-bin-'));
const right = join(directory, 'right.yml');
const wrong = join(directory, 'wrong.yml');
writeFileSync(right, EXAMPLE);
writeFileSync(
  wrong,
  EXAMPLE.replace('branch: trunk', 'brunch: trunk').replace('timeout: 15m', 'timeout: 15'),
);
function isolated(isolation: string): string {
  const file = join(directory, `${isolation}.yml`);
  writeFileSync(file, `isolation: ${isolation}\n${EXAMPLE}`);
  return file;
}
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function launch(args: string[], variables: Record<string, string>): ChildProcess {
  const env = { PATH: process.env.PATH, ...variables };
  return spawn(process.execPath, [SLIPWAY, ...args], {
    env,
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

function slipway(args: string[], variables: Record<string, string> = {}): Promise<Ended> {
  return ended(launch(args, variables));
}

/** When it first says this, it is waited for no longer. */
function says(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      if (said.includes(text)) resolve();
    });
    child.on('close', () => reject(new Error(`it ended and said only: ${said}`)));
  });
}

describe('check', () => {
  test('warns of values that are not here, and still shows what the file means', async () => {
    const path = join(directory, 'nowhere');
    const variables = { STOREFRONT_NPM_TOKEN_FILE: path, SLACK_BOT_TOKEN_FILE: path };
    const { code, out, err } = await slipway(['check', '--config', right], variables);
    expect(code).toBe(0);
    expect(out).toContain('is valid: 2 products.');
    expect(out).toContain('signed with the secret, at /hooks/github');
    expect(out).toContain('NPM_TOKEN (secret)');
    expect(err).toContain('3 values cannot be read here');
    expect(err).toContain('STOREFRONT_WEBHOOK_SECRET is not set');
    expect(err).toContain(`the file ${path} cannot be read (STOREFRONT_NPM_TOKEN_FILE names it)`);
    expect(err).toContain('SLACK_BOT_TOKEN_FILE\n');
  });

  test('shows what a valid configuration means, without its secrets', async () => {
    const { code, out, err } = await slipway(['check', '--config', right], VARIABLES);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const secret of Object.values(VARIABLES)) expect(out).not.toContain(secret);
    // What it is kept from depends on this machine.
    expect(out.replace(/^isolation: .*$/m, 'isolation')).toBe(`${right} is valid: 2 products.

Slack: over HTTP, at /slack/events. With SLACK_APP_TOKEN, Slipway would connect to Slack (Socket Mode).
isolation

storefront
  repository  https://github.com/acme/storefront.git, branch trunk
  poll        every 90s, whether trunk moved
  channel     #storefront-releases
  webhook     signed with the secret, at /hooks/github
  build       npm ci && npm run build, then npm test; each at most 15m
  env         NODE_ENV, NPM_TOKEN (secret)
  commits     https://github.com/acme/storefront/commit/{sha}
  tickets     [A-Z]+-[0-9]+, linked to https://tickets.acme.dev/browse/{key}
  integration (continuous)
    url         https://integration.example.com
    takes       by itself, the newest commit of trunk that was built and tested
    deploy      ./deploy.sh; at most 90s; if interrupted, a person decides
    verify      ./smoke.sh; at most 2m
    freeze      never
    accept      the verification itself; if it does not pass, any member but the requester
    retry       any member
    redeploy    any member
    cancel      any member
    roll back   any member
    lock        any member
    override    U0123ABCD, W0456EFGH, @release-managers, @security
    adopt       U0123ABCD, W0456EFGH, @release-managers, @security
  preprod (approval)
    takes       what a person prepares, of the commits accepted in integration
    deploy      ./deploy.sh; at most 10m; if interrupted, a person decides
    verify      nothing to run
    soak        no time
    freeze      never
    prepare     any member
    approve     1 of U0123ABCD, W0456EFGH, the requester too; valid for 1d
    deploy by   any member
    accept      U0789IJKL, @testers
    cancel      any member
    roll back   any member
    lock        any member
    override    U0123ABCD, W0456EFGH
    adopt       U0123ABCD, W0456EFGH
  prod (approval)
    takes       what a person prepares, of the commits accepted in preprod
    deploy      ./deploy.sh; at most 1h; if interrupted, tried again by itself
    verify      ./smoke.sh; at most 5m
    on failure  rolls back by itself, once a release
    soak        1h after it is accepted in preprod
    freeze      Fri 16:00 to Mon 08:00, Europe/Amsterdam: Weekend
                2026-12-24 12:00 to 2027-01-02 08:00, UTC: Holidays
    prepare     any member
    approve     2 of @release-managers, U0123ABCD, and 1 of @security (one person counts for one of these), but the requester or authors of the commits; valid for 7d
    deploy by   the last approval, or @release-managers
    accept      any member but the requester
    cancel      any member; once its deploy has begun, @release-managers, or whoever started it
    roll back   any member
    lock        U0123ABCD
    override    @release-managers, U0123ABCD, @security
    adopt       U0123ABCD

shop
  repository  git@gitlab.com:acme/web/shop.git, branch main
  poll        every 5m, whether main moved
  channel     #storefront-releases
  webhook     no secret: no webhook is accepted
  build       nothing to run
  env         nothing added
  commits     https://gitlab.com/acme/web/shop/-/commit/{sha}
  prod (approval)
    takes       any commit that a person prepares
    deploy      ./deploy.sh; at most 10m; if interrupted, a person decides
    verify      nothing to run
    freeze      never
    prepare     any member
    approve     any member, but the requester; valid for 1d
    deploy by   any member
    accept      any member but the requester
    cancel      any member
    roll back   any member
    lock        any member
    override    nobody is named: roles: { override: [...] }
    adopt       nobody is named: roles: { adopt: [...] }
`);
  });

  test('warns when isolation is missing, which is an error of check and start when it is required', async () => {
    const variables = {
      ...VARIABLES,
      ...SLACK_VARIABLES,
      PATH: '/nowhere',
      DATA_DIR: join(directory, 'isolated'),
    };
    const auto = await slipway(['check', '--config', right], variables);
    expect(auto.code).toBe(0);
    expect(auto.out).toContain(
      'isolation: none. Warning: commands are not isolated: anyone who can push can read what Slipway can, and so approve: ' +
        'make bubblewrap work here (bwrap is not in PATH (the package is called bubblewrap)), or write isolation: none to accept that.',
    );
    const none = await slipway(['check', '--config', isolated('none')], variables);
    expect(none.out).toContain('isolation: none, as configured: anyone who can push');
    for (const command of ['check', 'start']) {
      const { code, err } = await slipway([command, '--config', isolated('bubblewrap')], variables);
      expect(code).toBe(2);
      expect(err).toContain('isolation\n  what   bubblewrap does not work here: bwrap is not in PATH');
      expect(err).toContain('  to do  install bubblewrap');
    }
  });

  test('says that Slack is reached by Socket Mode where the app token is set', async () => {
    const variables = { ...VARIABLES, SLACK_APP_TOKEN: 'xapp-of-the-app' };
    const { code, out } = await slipway(['check', '--config', right], variables);
    expect(code).toBe(0);
    expect(out).toContain('Slack: Socket Mode, as SLACK_APP_TOKEN is set.');
    expect(out).not.toContain('xapp-of-the-app');
  });

  test('reports an image without a container engine as an error, as start does', async () => {
    const file = join(directory, 'image.yml');
    writeFileSync(file, EXAMPLE.replace('test: npm test,', 'test: npm test, image: "node:24",'));
    const variables = {
      ...VARIABLES,
      ...SLACK_VARIABLES,
      PATH: '/nowhere',
      DATA_DIR: join(directory, 'image'),
    };
    for (const command of ['check', 'start']) {
      const { code, err } = await slipway([command, '--config', file], variables);
      expect(code).toBe(2);
      expect(err).toContain('containers\n  what   image needs podman or docker, and neither is in PATH');
    }
  });

  test('asks forges and repositories only with --online, and ends with 1 if something is wrong there', async () => {
    const world = await gitlabWorld();
    const { access, api } = world.settings;
    const token = access.kind === 'token' ? access.token : '';
    const file = join(directory, 'online.yml');
    writeFileSync(
      file,
      `forges: { git.test: { kind: gitlab, api: "${api}", token: env:TOKEN } }
products:
  shop:
    repository: ${join(directory, 'nowhere.git')}
    channel: "#shop"
    environments: [{ name: prod, mode: continuous, deploy: { run: "true" } }]
`,
    );
    const check = (...args: string[]) => slipway(['check', '--config', file, ...args], { TOKEN: token });
    expect(await check()).toMatchObject({ code: 0, err: '' });
    expect(world.server.calls).toEqual([]);
    const { code, out } = await check('--online');
    expect(code).toBe(1);
    expect(out).toContain(`${file} is valid: 1 product.`);
    expect(out).toContain('  ok     git.test: accepts the login, of slipway-bot\n');
    expect(out).toMatch(/^ {2}wrong {2}shop: .*nowhere\.git: git cannot read it: .* To do: /m);
    expect(out).not.toContain(token);
    await world.close();
  });

  test('reports every error of a wrong configuration, and ends with 2', async () => {
    expect(await slipway(['check', '--config', wrong], VARIABLES)).toEqual({
      code: 2,
      out: '',
      err: `Wrong configuration, 2 errors:

products.storefront.brunch
  what   is not a field that belongs here
  to do  did you mean branch?

products.storefront.build.timeout
  what   is the number 15, not text
  to do  write a number with a unit: 90s, 20m, 24h, 7d
`,
    });
  });
});

describe('start', () => {
  test('reports errors of the file and of the variables at once', async () => {
    const { code, out, err } = await slipway(['start', '--config', wrong], { ...VARIABLES, PORT: 'x' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.split('\n').filter((line) => /^\w/.test(line))).toEqual([
      'Wrong configuration, 5 errors:',
      'products.storefront.brunch',
      'products.storefront.build.timeout',
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
      'PORT',
    ]);
  });

  test('ends with 3 and the pid of the owner where the data directory is in use', async () => {
    const data = join(directory, 'claimed');
    const claimed = claimDataDirectory(data);
    const variables = { ...VARIABLES, ...SLACK_VARIABLES, DATA_DIR: data };
    const { code, err } = await slipway(['start', '--config', right], variables);
    claimed.release();
    expect(code).toBe(3);
    expect(err).toMatch(
      new RegExp(`^The data directory ${data} is in use by process ${process.pid}, .*\\n$`),
    );
  });

  test('ends with 4 where the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const PORT = String((other.address() as AddressInfo).port);
    const variables = { ...VARIABLES, ...SLACK_VARIABLES, DATA_DIR: join(directory, 'port'), PORT };
    const { code, err } = await slipway(['start', '--config', right], variables);
    other.close();
    expect(code).toBe(4);
    expect(err).toBe(`Port ${PORT} is in use. Stop what listens there, or set PORT to another one.\n`);
  });

  test('ends with 2 and names each file that it cannot read', async () => {
    const { SLACK_BOT_TOKEN: _token, ...rest } = SLACK_VARIABLES;
    const paths = [join(directory, 'no-token'), join(directory, 'no-secret')];
    const { code, err } = await slipway(['start', '--config', right], {
      ...rest,
      STOREFRONT_NPM_TOKEN: VARIABLES.STOREFRONT_NPM_TOKEN,
      SLACK_BOT_TOKEN_FILE: paths[0] ?? '',
      STOREFRONT_WEBHOOK_SECRET_FILE: paths[1] ?? '',
    });
    expect(code).toBe(2);
    expect(err).toContain('Wrong configuration, 2 errors:');
    for (const path of paths) expect(err).toContain(`the file ${path} cannot be read`);
  });

  test('ends with 2 where the data directory cannot be made', async () => {
    const variables = { ...VARIABLES, ...SLACK_VARIABLES, DATA_DIR: join(right, 'data') };
    const { code, err } = await slipway(['start', '--config', right], variables);
    expect(code).toBe(2);
    expect(err).toContain('is not writable (ENOTDIR)');
  });

  thoroughTest(
    'stops cleanly at a signal, and at once at a second one',
    async () => {
      const variables = { ...VARIABLES, ...SLACK_VARIABLES, DATA_DIR: join(directory, 'data') };
      const child = launch(['start', '--config', right], variables);
      const end = ended(child);
      await says(child, 'listening');
      // The store is still being set up, which takes seconds: only the second signal can end it now.
      child.kill('SIGTERM');
      await says(child, 'stopping');
      child.kill('SIGINT');
      expect(await end).toMatchObject({ code: 130, err: '' });

      const again = launch(['start', '--config', right], {
        ...variables,
        DATA_DIR: join(directory, 'again'),
      });
      const endOfAgain = ended(again);
      await says(again, '"msg":"ready"');
      // As Ctrl-C under npm: the same one twice.
      again.kill('SIGINT');
      again.kill('SIGINT');
      const { code, out, err } = await endOfAgain;
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('"msg":"stopped"');
      // The first start of a store takes up to fifteen seconds.
    },
    60_000,
  );
});

test('sandbox opens a workspace, says how a bot joins it, and ends with a signal', async () => {
  const child = launch(['sandbox', '--port', '0', '--channel', '#a', 'b'], {});
  const end = ended(child);
  await says(child, 'Ctrl-C');
  child.kill('SIGTERM');
  const { code, out, err } = await end;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/export SLACK_API_URL=http:\/\/127\.0\.0\.1:\d+\/api\/\n/);
  expect(out).toContain('called at http://127.0.0.1:3000/slack/events');
  expect(out).toContain('Channels: #a, #b');
});

test('sandbox --socket says with which token a bot connects, and manifest --socket has no address', async () => {
  const child = launch(['sandbox', '--port', '0', '--socket'], {});
  const end = ended(child);
  await says(child, 'Ctrl-C');
  child.kill('SIGTERM');
  const [{ code, out }, manifest] = await Promise.all([end, slipway(['manifest', '--socket'])]);
  expect(code).toBe(0);
  expect(out).toMatch(/export SLACK_APP_TOKEN=xapp-\w+\n/);
  expect(out).not.toMatch(/SLACK_SIGNING_SECRET|called at/);
  expect(manifest.out).toContain('socket_mode_enabled: true');
});

test('wrong arguments end with 2', async () => {
  const answers = await Promise.all([
    slipway([]),
    slipway(['chek']),
    slipway(['start', '--role', 'bot']),
    slipway(['start', '--role', 'boss']),
    slipway(['sandbox', '--port', '70000']),
    slipway(['sandbox', '--bot', 'localhost']),
    slipway(['manifest', '--url', 'http://x']),
    slipway(['manifest', '--url', 'https://x', '--socket']),
  ]);
  expect(answers.map(({ code, out }) => ({ code, out }))).toEqual(answers.map(() => ({ code: 2, out: '' })));
  expect(answers[1]?.err).toContain('Did you mean check?');
  expect(answers[2]?.err).toContain('is not set, but --role bot needs it');
});

test('schema and manifest print their whole output', async () => {
  const [schema, manifest, help] = await Promise.all([
    slipway(['schema']),
    slipway(['manifest', '--url', 'https://bot.acme.com/']),
    slipway(['--help']),
  ]);
  expect(JSON.parse(schema.out)).toMatchObject({ title: 'slipway.yml' });
  expect(manifest.out).toContain('request_url: https://bot.acme.com/slack/events');
  expect(help.out).toContain('Exit codes:');
  expect([schema, manifest, help].map(({ code }) => code)).toEqual([0, 0, 0]);
});
