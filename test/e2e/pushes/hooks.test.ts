import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Logger, pino } from 'pino';
import { HookLog, type HookOutcome } from '../../../src/adapters/webhooks/hook-outcome.ts';
import type { Readiness } from '../../../src/app/http.ts';
import type { Running } from '../../../src/app/start.ts';
import { ORIGIN } from '../../adapters/webhooks/payloads.ts';
import { SENDERS } from '../../adapters/webhooks/senders.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import {
  card,
  LIN,
  openWorld,
  productOf,
  sendPush,
  typed,
  WEBHOOK_SECRET,
  type World,
} from '../../support/world.ts';

const MB = 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/** One of each kind. The product of this world has no forge, and a secret that is no signing token. */
const FORGES = SENDERS.filter(({ name }) =>
  ['GitLab with a secret token', 'Bitbucket Cloud', 'Gitea'].includes(name),
);

const product = (world: World) => productOf(world, [{ name: 'integration', mode: 'continuous' }]);

/** A push event of the world's repository, or of another. */
function pushEvent(world: World, after: string, change: object = {}): string {
  return JSON.stringify({
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after,
    forced: false,
    repository: { full_name: 'acme/shop', clone_url: world.repository.url },
    ...change,
  });
}

function send(url: string, body: string, { type = 'application/json', secret = WEBHOOK_SECRET } = {}) {
  const headers = {
    'content-type': type,
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  return fetch(`${url}/hooks/github`, { method: 'POST', headers, body });
}

async function troublesOf({ url }: Running): Promise<string> {
  const { troubles = [] } = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
  return troubles.map(({ says }) => says).join('\n');
}

/** Collects what the bot logs, as parsed lines. */
function collectLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  return { log: pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) }), lines };
}

test('of the hooks that are refused, one a minute is logged', () => {
  const { log, lines } = collectLog();
  let now = 1_000_000;
  const hooks = new HookLog({ log, now: () => now });
  const write = (outcome: HookOutcome, delivery: string | null) =>
    hooks.write(outcome, { forge: 'github', delivery });
  write({ kind: 'starting' }, 'early');
  write({ kind: 'starting' }, 'early too');
  write({ kind: 'unsigned', header: 'X-Hub-Signature-256' }, null);
  now += 59_999;
  write({ kind: 'unverified', header: 'X-Hub-Signature-256', advice: null }, 'another');
  now += 1;
  write({ kind: 'ping', event: 'diagnostics:ping' }, 'from anybody');
  write({ kind: 'garbage', reason: 'no X-GitHub-Delivery' }, 'third');
  expect(lines).toMatchObject([
    { level: 40, delivery: 'early', status: 503, errored: 'Slipway is starting' },
    { level: 40, msg: 'a webhook was refused', status: 401, refused: expect.stringContaining('not signed') },
    { level: 40, delivery: 'third', status: 400, refused: 'no X-GitHub-Delivery' },
  ]);
});

describe('a hook', () => {
  let world: World;
  let bot: Running;
  const { log, lines } = collectLog();

  beforeAll(async () => {
    world = await openWorld();
    world.repository.commit({ 'app.txt': 'first' }, 'First');
    world.repository.push();
    bot = await startBot(world, product(world), { log });
    await card(world, 'accepted in shop/integration');
  }, 60_000);
  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const commit = (text: string) => {
    const sha = world.repository.commit({ 'app.txt': text }, text);
    world.repository.push();
    return sha;
  };

  test.each<[string, (sha: string) => [body: string, type: string]]>([
    ['JSON', (sha) => [pushEvent(world, sha), 'application/json']],
    ['a form', (sha) => [`payload=${encodeURIComponent(pushEvent(world, sha))}`, FORM]],
    [
      'a form in capitals',
      (sha) => [`payload=${encodeURIComponent(pushEvent(world, sha))}`, 'Application/X-WWW-Form-Urlencoded'],
    ],
    [
      'a form with a charset',
      (sha) => [`payload=${encodeURIComponent(pushEvent(world, sha))}`, `${FORM}; charset=utf-8`],
    ],
    ['25 MB', (sha) => [pushEvent(world, sha, { commits: 'x'.repeat(25 * MB) }), 'application/json']],
  ])(
    'may be %s',
    async (what, bodyOf) => {
      const sha = commit(what);
      const [body, type] = bodyOf(sha);
      const answer = await send(bot.url, body, { type });
      expect([answer.status, await answer.json()]).toEqual([
        202,
        { products: [{ product: 'shop', outcome: { kind: 'accepted' } }] },
      ]);
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
    },
    60_000,
  );

  test.each(FORGES.map((sender) => ({ of: sender.name, sender })))(
    'of $of is built and deployed',
    async ({ of, sender }) => {
      const sha = commit(of);
      const told = { project: sender.project, ref: 'refs/heads/main', after: sha };
      const address = world.repository.url.replace(/\.git$/, '');
      const body = JSON.stringify(sender.payload(told)).replaceAll(`${ORIGIN}/${sender.project}`, address);
      const headers = {
        'content-type': 'application/json',
        ...sender.headers(told, randomUUID()),
        ...sender.sign(body, WEBHOOK_SECRET),
      };
      const answer = await fetch(`${bot.url}/hooks/${sender.kind}`, { method: 'POST', headers, body });
      expect([answer.status, await answer.json()]).toEqual([
        202,
        { products: [{ product: 'shop', outcome: { kind: 'accepted' } }] },
      ]);
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
    },
    60_000,
  );

  test.each([
    ['a form without a payload', 400, 'x=1', FORM],
    ['a form with garbage', 400, 'payload=%7Bx', FORM],
    ['a form declared as JSON', 400, 'payload=%7B%7D', 'application/json'],
    ['27 MB', 413, 'x'.repeat(27 * MB), 'application/json'],
  ])('that is %s is refused with %i', async (_what, status, body, type) => {
    expect((await send(bot.url, body, { type })).status).toBe(status);
  });

  test.each([
    ['none, before a large body', undefined],
    ['one with another algorithm', `sha1=${'a'.repeat(40)}`],
    ['half a signature', 'sha256=abc'],
    ['one with extra characters', `sha256=${'a'.repeat(64)}!`],
  ])('with no well-formed signature (%s) is refused before its body is read', async (_what, signature) => {
    const headers = {
      'content-length': signature === undefined ? 257 * 1024 : 1_000,
      ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
    };
    const asking = request(`${bot.url}/hooks/github`, { method: 'POST', headers });
    asking.flushHeaders();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(401);
    asking.on('error', () => {}).destroy();
  });

  test('is logged with what became of it', async () => {
    lines.length = 0;
    const sha = world.repository.head();
    await send(bot.url, pushEvent(world, sha));
    await send(bot.url, pushEvent(world, sha, { ref: 'refs/tags/v1' }));
    expect(lines.filter(({ msg }) => msg === 'a webhook was received')).toMatchObject([
      {
        level: 30,
        delivery: expect.any(String),
        status: 202,
        products: [{ product: 'shop', outcome: { kind: 'accepted' } }],
      },
      {
        level: 30,
        delivery: expect.any(String),
        status: 202,
        products: [
          {
            product: 'shop',
            outcome: { kind: 'ignored', reason: 'push of the tag v1; this product follows the branch main' },
          },
        ],
      },
    ]);
  });

  test('whose signature never matches is reported until one matches', async () => {
    const sha = world.repository.head();
    const says = 'the signature of the last webhooks did not match webhook.secret of shop';
    for (let time = 0; time < 3; time += 1) {
      expect((await send(bot.url, pushEvent(world, sha), { secret: 'another secret' })).status).toBe(401);
    }
    expect(await troublesOf(bot)).toBe(says);
    expect(await typed(world, LIN, 'status')).toContain(says.slice(1));
    await send(bot.url, pushEvent(world, sha));
    expect(await troublesOf(bot)).toBe('');
  });

  test('that is not signed is reported, if it names the repository, until one is signed', async () => {
    const body = pushEvent(world, world.repository.head());
    const unsigned = (sent: string) =>
      fetch(`${bot.url}/hooks/github`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-github-event': 'push' },
        body: sent,
      });
    const refused = { refused: expect.stringContaining('not signed'), header: 'X-Hub-Signature-256' };
    for (let time = 0; time < 3; time += 1) {
      const answer = await unsigned('{}');
      expect([answer.status, await answer.json()]).toEqual([401, refused]);
    }
    expect(await troublesOf(bot)).toBe('');
    for (let time = 0; time < 3; time += 1) {
      const answer = await unsigned(body);
      expect([answer.status, await answer.json()]).toEqual([401, refused]);
    }
    expect(await troublesOf(bot)).toBe(
      "the last webhooks for shop were not signed: the forge's webhook has no secret",
    );
    await send(bot.url, body);
    expect(await troublesOf(bot)).toBe('');
  });

  test('of a repository that no product follows is reported until one of its own arrives', async () => {
    const sha = world.repository.head();
    const repository = { full_name: 'acme/renamed', clone_url: 'https://forge.test/acme/renamed.git' };
    const answer = await send(bot.url, pushEvent(world, sha, { repository }));
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ignored: 'no product follows acme/renamed' },
    ]);
    expect(await troublesOf(bot)).toContain('a push to acme/renamed arrived');
    expect(await typed(world, LIN, 'status')).toContain('push to acme/renamed arrived');
    await send(bot.url, pushEvent(world, sha));
    expect(await troublesOf(bot)).toBe('');
  });
});

describeStory('a push that is announced early, or not at all', (tier) => {
  let world: World;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'first' }, 'First');
    world.repository.push();
    bot = await startBot(world, product(world));
    await card(world, 'accepted in shop/integration');
  }, 60_000);
  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('is deployed when the repository shows it, even if the process that received it is gone', async () => {
    const sha = world.repository.commit({ 'app.txt': 'early' }, 'Early');
    expect((await sendPush(bot.url, world, sha)).status).toBe(202);
    await bot.stop();
    bot = await startBot(world, product(world));
    expect(await typed(world, LIN, 'status')).not.toContain(sha.slice(0, 7));
    world.repository.push();
    await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
  }, 60_000);

  thoroughTest(
    'is deployed when somebody asks where it is',
    async () => {
      const sha = world.repository.commit({ 'app.txt': 'silent' }, 'Silent');
      world.repository.push();
      await typed(world, LIN, `where ${sha}`);
      await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
    },
    60_000,
  );

  test('is found by polling', async () => {
    await bot.stop();
    bot = await startBot(world, { ...product(world), pollMs: 1_000 });
    const sha = world.repository.commit({ 'app.txt': 'polled' }, 'Polled');
    world.repository.push();
    await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
  }, 60_000);

  test('that deletes the branch is reported in status and /readyz until the branch is back', async () => {
    const { repository } = world;
    repository.git('--git-dir', repository.url, 'symbolic-ref', 'HEAD', 'refs/heads/other');
    repository.unpush('refs/heads/main');
    await sendPush(bot.url, world, '0'.repeat(40), { deleted: true });
    const says = 'the branch main does not exist';
    await until('it is said', async () => (await troublesOf(bot)).includes(says));
    expect(await typed(world, LIN, 'status')).toContain('branch main does not exist');
    repository.push();
    await until('it is over', async () => (await troublesOf(bot)) === '');
  }, 60_000);
});
