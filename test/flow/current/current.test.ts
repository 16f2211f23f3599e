import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../../../src/domain/documents/environment.ts';
import type { CurrentAnswer } from '../../../src/domain/documents/values/current.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { KINDS } from '../../../src/flow/commands/kinds.ts';
import { askCurrent } from '../../../src/flow/current/ask.ts';
import { CurrentLooks } from '../../../src/flow/current/look.ts';
import { askBeforeDeploy, askForStatus } from '../../../src/flow/current/wait.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { Follower } from '../../../src/flow/remote/follow.ts';
import type { CurrentWay } from '../../../src/flow/settings/current.ts';
import { type MemorySystem, memorySystem } from '../../support/executors/memory.ts';
import { QUICK } from '../../support/timing.ts';
import { makeRelease, openStage, type Stage } from '../support.ts';

const ID = environmentId('shop', 'integration');
const EVERY = 60_000;
const HOUR = 60 * EVERY;

/** An environment that was deployed with the only commit, and says what `answer` is. */
let stage: Stage;
let answer: { status: number; body: string; type?: string };
let server: Server;
let seen: (string | undefined)[];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.headers['x-key'] as string | undefined);
    const { status, body, type = 'application/json' } = answer;
    response.writeHead(status, { 'content-type': type, ...(status === 302 && { location: '/login' }) });
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => server.close());
beforeEach(() => {
  seen = [];
});

const address = (field: string[] | null = ['build', 'commit']): CurrentWay => ({
  address: {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/{environment}`,
    field,
    headers: { 'x-key': 'S3CRET' },
  },
});
const says = (commit: unknown) => {
  answer = { status: 200, body: JSON.stringify({ build: { commit } }) };
};

function asksBy(ask: CurrentWay): void {
  const [environment] = stage.services.settings.products[0]!.environments;
  environment.current = { ask };
  environment.policy.current = { everyMs: EVERY };
  stage.services.settings.products[0]!.secrets = ['S3CRET'];
}

const environment = async (): Promise<Environment> => (await stage.services.store.load('environments', ID))!;
const command = (ask: object) =>
  apply(stage.services, 'environments', ID, { id: stage.services.newId(), actor: ROBOT, ...ask } as never);

/** This commit was deployed, and is accepted. */
async function deployed(sha: string): Promise<void> {
  await makeRelease(stage.services, sha);
  await command({ type: 'buildEnded', sha, succeeded: true });
  const { open } = await environment();
  const release = open.at(-1)!.number;
  const leaseUntil = stage.services.clock.leaseNow() + QUICK.leaseMs;
  const begun = await command({ type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil });
  const attempt = begun.answer.kind === 'accepted' ? begun.answer.attempt : 0;
  await command({ type: 'report', attempt, outcome: { kind: 'succeeded' }, log: '' });
}

describe('asking an environment which commit runs', () => {
  let sha: string;
  let other: string;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'exit 1' });
    sha = stage.repository.commit(
      { 'current.sh': 'echo from the tree: $(cat version)\n', version: 'one' },
      'One',
    );
    other = stage.repository.commit({ version: 'two' }, 'Two');
    stage.repository.tag('v2');
    stage.repository.push();
    stage.repository.push('v2');
    await stage.services.mirror('shop').fetch();
    asksBy(address());
    await deployed(sha);
  });
  afterAll(() => stage.close());

  const ask = async (way: CurrentWay = address()): Promise<CurrentAnswer> =>
    askCurrent(stage.services, {
      environment: await environment(),
      product: stage.services.settings.products[0]!,
      settings: { ask: way },
      sha,
    });
  const asked = async (text: unknown) => {
    says(text);
    return ask();
  };

  test('takes a SHA, seven digits of it and a tag, and nothing else', async () => {
    expect(await asked(sha)).toEqual({ kind: 'said', sha, said: sha });
    expect(await asked(` ${sha.slice(0, 7).toUpperCase()}\n`)).toMatchObject({ sha });
    expect(await asked(other.slice(0, 12))).toMatchObject({ sha: other });
    expect(await asked('v2')).toMatchObject({ sha: other, said: 'v2' });
    expect(await asked('"v2"')).toMatchObject({ sha: other });
    for (const text of ['main', sha.slice(0, 6), 'f'.repeat(40), 'no such thing', '-n', '../../etc'])
      expect(await asked(text)).toEqual({ kind: 'said', sha: null, said: text });
    expect(seen).toEqual(seen.map(() => 'S3CRET'));
  });

  test.each<[string, Partial<typeof answer>, RegExp]>([
    ['an error', { status: 500 }, /answered 500$/],
    ['a redirect to a login page', { status: 302 }, /answered 302, a redirect/],
    ['a web page', { type: 'text/html; charset=utf-8' }, /web page$/],
    ['no JSON', { body: 'abc' }, /no JSON$/],
    ['another JSON', { body: '{"build":{"commit":7}}' }, /no text at build\.commit$/],
    ['nothing', { body: '{"build":{"commit":" "}}' }, /with nothing$/],
    ['a story', { body: JSON.stringify({ build: { commit: 'a\nb' } }) }, /no single line$/],
  ])('is silent after %s', async (_name, odd, reason) => {
    answer = { status: 200, body: '', ...odd };
    expect(await ask()).toEqual({ kind: 'silent', reason: expect.stringMatching(reason) });
  });

  test('runs a command in a clean tree of the commit, and takes its last line, masked', async () => {
    const run = (script: string) =>
      ask({ command: { run: script, timeoutMs: 5_000, env: { KEY: 'S3CRET' } } });
    expect(await run(`sh current.sh; echo $SLIPWAY_COMMIT; echo`)).toMatchObject({ sha });
    expect(await run('sh current.sh')).toMatchObject({ sha: null, said: 'from the tree: one' });
    expect(await run('echo $KEY')).toEqual({ kind: 'said', sha: null, said: '***' });
    expect(await run('true')).toMatchObject({ reason: 'its command printed nothing' });
    expect(await run('echo no such host $KEY; exit 3')).toMatchObject({
      reason: 'its command ended with exit code 3: no such host ***',
    });
    expect(await ask({ command: { run: 'sleep 60', timeoutMs: 100 } })).toMatchObject({
      reason: expect.stringMatching(/^its command ran past/),
    });
  });

  test('is due in its own lane, records what it hears, and does not ask twice at once', async () => {
    says(other);
    const looks = new CurrentLooks(stage.services);
    const lanes = async () =>
      KINDS.environments.wakeUps(stage.services, await environment()).map(({ lane }) => lane);
    expect(await lanes()).toContain('current');
    await Promise.all([looks.look(ID), looks.look(ID)]);
    expect(seen).toHaveLength(1);
    expect((await environment()).current).toMatchObject({ answer: { sha: other } });
    stage.clock.aheadMs += EVERY;
    await looks.look(ID);
    expect((await environment()).current).toMatchObject({ drift: { sha: other } });
    expect(await lanes()).not.toContain('current');
    await looks.look(ID);
    expect(seen).toHaveLength(2);
  });

  test('`status` and a deploy wake the lane, wait for its answer, and for no silence twice', async () => {
    says(sha);
    const looks = new CurrentLooks(stage.services);
    stage.services.queue.answer(
      'current',
      1,
      ({ id }) => looks.look(id),
      () => {},
      true,
    );
    await looks.look(ID);
    stage.clock.aheadMs += QUICK.currentSettleMs + EVERY;
    says(other);
    await askForStatus(stage.services, 'shop', null);
    expect((await environment()).current).toMatchObject({ drift: { sha: other } });
    stage.clock.aheadMs += EVERY;
    answer = { status: 500, body: '' };
    await askBeforeDeploy(stage.services, await environment());
    expect((await environment()).current).toMatchObject({ silent: {} });
    const before = seen.length;
    await askBeforeDeploy(stage.services, await environment());
    expect(seen).toHaveLength(before);
    // The clock was an hour ahead, and has been set right.
    stage.clock.aheadMs -= HOUR;
    says(sha);
    await askForStatus(stage.services, 'shop', null);
    expect((await environment()).current).toMatchObject({ answer: { sha } });
    stage.clock.aheadMs += HOUR;
  });

  test('settles a deploy whose worker is gone, as a late report would', async () => {
    const { services, clock } = stage;
    says(sha);
    clock.aheadMs += EVERY;
    await new CurrentLooks(services).look(ID);
    await makeRelease(services, other, 2);
    await command({ type: 'buildEnded', sha: other, succeeded: true });
    const release = (await environment()).open.at(-1)!.number;
    const leaseUntil = services.clock.leaseNow() + QUICK.leaseMs;
    await command({ type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil });
    clock.aheadMs += QUICK.leaseMs + QUICK.marginMs;
    await command({ type: 'tick' });
    expect(await environment()).toMatchObject({ uncertain: true, deployed: { sha } });
    says(other.slice(0, 10));
    await new CurrentLooks(services).look(ID);
    expect(await environment()).toMatchObject({ uncertain: false, deployed: { sha: other, release } });
  });
});

describe('a change that was pushed to a repository', () => {
  const SHA = 'a'.repeat(40);
  const LIMIT_MS = 60_000;
  let system: MemorySystem;
  afterEach(() => stage.close());

  const follow = () => new Follower(stage.services, 2).follow(ID);
  const release = async () => {
    const { open, ended } = await environment();
    return [...ended.map((entry) => entry.release), ...open].find(({ number }) => number === 1)!;
  };
  const attempt = async () => (await release()).attempts.at(-1)!;

  /** Pushed, and the system says that it has succeeded. */
  async function pushed(): Promise<void> {
    system = memorySystem();
    const steps = ['deploy'] as const;
    stage = await openStage({ deploy: 'exit 1' }, undefined, {
      system,
      steps,
      timeoutMs: LIMIT_MS,
      tier: 'embedded',
    });
    const [settings] = stage.services.settings.products[0]!.environments;
    if (!('remote' in settings.deploy)) throw new TypeError('it is carried out elsewhere');
    settings.deploy.remote = {
      system: 'git',
      commitUrl: null,
      repository: 'https://git.acme.dev/config.git',
      branch: 'main',
      file: 'prod.yml',
      set: [],
    };
    asksBy(address());
    says('b'.repeat(40));
    await makeRelease(stage.services, SHA);
    await command({ type: 'buildEnded', sha: SHA, succeeded: true });
    system.after = (call, key) => (call === 'start' ? system.become(key, 'succeeded') : undefined);
    await deploy(stage.services, ID);
  }

  /** Until it is looked at next, and that look. */
  async function next(): Promise<void> {
    const { lookAt } = (await attempt()).remote!;
    stage.clock.aheadMs += Math.max(0, lookAt! - stage.services.clock.leaseNow());
    await follow();
  }

  test('has succeeded when the environment says its commit', async () => {
    await pushed();
    for (let n = 0; n < 3; n += 1) {
      await next();
      expect(await attempt()).toMatchObject({ outcome: null, remote: { waits: 'integration to run it' } });
    }
    says(SHA.slice(0, 8));
    await next();
    expect((await attempt()).outcome).toEqual({ kind: 'succeeded' });
    expect((await environment()).deployed).toMatchObject({ sha: SHA });
  });

  test('has failed at its deadline, and succeeds all the same when it is applied later', async () => {
    await pushed();
    while ((await attempt()).outcome === null) await next();
    expect(await attempt()).toMatchObject({
      outcome: { kind: 'failed', how: { kind: 'timeout', afterMs: LIMIT_MS } },
    });
    await next();
    expect((await release()).status).toBe('failed');
    says(SHA);
    await next();
    expect((await environment()).deployed).toMatchObject({ sha: SHA });
  });
});
