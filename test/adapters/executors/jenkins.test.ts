import { Places } from '../../../src/adapters/executors/jenkins/places.ts';
import type { Executor, Seen } from '../../../src/ports/executor.ts';
import { executorContract } from '../../contract/executor.contract.ts';
import { type JenkinsWorld, jenkinsWorld, type StoodBuild } from '../../support/executors/jenkins.ts';
import { attemptOf } from '../../support/executors/world.ts';
import type { Fault } from '../../support/forges/server.ts';

executorContract({
  name: 'Jenkins',
  open: () => jenkinsWorld(),
  can: { cancel: true, log: true, rerun: true, renames: true, project: true, findBegins: false },
});

describe('a build of Jenkins', () => {
  let world: JenkinsWorld;
  let executor: Executor;
  const attempt = attemptOf();
  const given = { COMMIT: attempt.commit, REF: 'main', SLIPWAY: attempt.key };

  async function opened(target: Parameters<typeof jenkinsWorld>[0] = {}) {
    world = await jenkinsWorld(target);
    executor = await world.open({ now: () => Date.now(), timeoutMs: 5_000 });
  }
  beforeEach(() => opened());
  afterEach(() => world.close());

  function runOf(seen: Seen) {
    if (seen.kind !== 'running') throw new Error(seen.kind);
    return seen.run;
  }
  function only<T>(all: readonly T[]): T {
    const [one] = all;
    if (one === undefined || all.length > 1) throw new Error(`there are ${all.length}`);
    return one;
  }
  const lookAt = ({ number }: StoodBuild) => executor.look(attempt, { id: `build/${number}`, url: null });

  test('waits in the queue, then runs, all at the address that is configured', async () => {
    const seen = await executor.start(attempt);
    const item = only(world.items);
    expect(item.parameters).toEqual(given);
    const page = `${world.server.origin}/jenkins/job/apps/job/deploy/`;
    expect(seen).toEqual({
      kind: 'running',
      run: { id: `item/${item.id}`, url: page },
      waits: 'the quiet period of its job at Jenkins',
      lastLine: null,
    });
    Object.assign(item, { buildable: true, why: 'Waiting for next available executor on ‘linux’' });
    expect(await executor.look(attempt, runOf(seen))).toMatchObject({
      waits: 'Jenkins: Waiting for next available executor on ‘linux’',
    });
    Object.assign(item, { blocked: true, why: 'Build #41 is already in progress (ETA: 3 min 2 sec)' });
    expect(await executor.look(attempt, runOf(seen))).toMatchObject({
      waits: 'Jenkins: Build #41 is already in progress',
    });
    world.begin(item);
    world.print(attempt.key, 'copying\nrestarting\n');
    expect(await executor.look(attempt, runOf(seen))).toEqual({
      kind: 'running',
      run: { id: 'build/1', url: `${page}1/` },
      waits: null,
      lastLine: 'restarting',
    });
  });

  const retryLater = { 'retry-after': '30' };
  test.each<[what: string, fault: Extract<Fault, { kind: 'answer' }>]>([
    ['429', { kind: 'answer', status: 429, text: '' }],
    ['429 with Retry-After', { kind: 'answer', status: 429, headers: retryLater, text: '' }],
    ['503 with Retry-After', { kind: 'answer', status: 503, headers: retryLater, text: '' }],
  ])('did not begin if the job is asked for first, and that is answered with %s', async (_, fault) => {
    world.server.fault = { ...fault, only: ({ method }) => method === 'GET' || fault.status === 429 };
    const seen = await executor.start(attempt);
    expect(seen).toMatchObject({ kind: 'ended', run: null, outcome: { kind: 'errored', ran: false } });
    expect(world.starts(attempt.key)).toBe(0);
  });

  test('is followed from its item after Jenkins has forgotten that', async () => {
    const run = runOf(await executor.start(attempt));
    const item = only(world.items);
    world.begin(item);
    item.forgotten = true;
    expect(await executor.look(attempt, run)).toMatchObject({ kind: 'running', run: { id: 'build/1' } });
    expect(await executor.cancel(attempt, run)).toEqual({ kind: 'asked' });
    expect(only(world.builds).stops).toBe(1);
    world.builds.length = 0;
    expect(await executor.look(attempt, run)).toEqual({ kind: 'notFound' });
    expect(await executor.cancel(attempt, run)).toMatchObject({ kind: 'impossible' });
  });

  test.each<[result: string, by: string | null, outcome: object]>([
    ['SUCCESS', null, { kind: 'succeeded' }],
    ['UNSTABLE', null, { kind: 'failed', says: 'build #1 is unstable' }],
    ['FAILURE', null, { kind: 'failed', says: 'build #1 failed' }],
    ['ABORTED', 'lin', { kind: 'cancelled', says: 'Aborted by lin' }],
    ['ABORTED', null, { kind: 'cancelled', says: null }],
    ['NOT_BUILT', null, { kind: 'errored', ran: true }],
    ['NOT_BUILT', 'a newer build', { kind: 'errored', ran: true }],
  ])('that ended as %s, by %s', async (result, interruptedBy, outcome) => {
    const build = world.begin(world.enqueue(given));
    Object.assign(build, { building: false, result, interruptedBy });
    expect(await lookAt(build)).toMatchObject({ kind: 'ended', run: { id: 'build/1' }, outcome });
  });

  test('whose result is set while it runs has not ended', async () => {
    const build = world.begin(world.enqueue(given));
    build.result = 'UNSTABLE';
    expect(await lookAt(build)).toMatchObject({ kind: 'running' });
    Object.assign(build, { building: false, result: 'toString' });
    expect(await lookAt(build)).toMatchObject({ kind: 'unknown' });
  });

  test('that was taken out of the queue is cancelled', async () => {
    const run = runOf(await executor.start(attempt));
    only(world.items).cancelled = true;
    expect(await executor.look(attempt, run)).toMatchObject({
      outcome: { kind: 'cancelled', says: 'it was taken out of the queue' },
    });
  });

  test('is found as the oldest with its parameters, as others repeat it', async () => {
    const build = world.begin(world.enqueue(given));
    world.begin(world.enqueue({ ...given, SLIPWAY: 'another' }));
    world.begin(world.enqueue(given));
    expect(await executor.find(attempt)).toMatchObject({ run: { id: `build/${build.number}` } });
  });

  test('of a job that was made anew, and counts from one again, is not taken for its own', async () => {
    const build = world.begin(world.enqueue({ ...given, SLIPWAY: 'another' }));
    Object.assign(build, { building: false, result: 'SUCCESS' });
    expect(await lookAt(build)).toEqual({ kind: 'notFound' });
  });

  test('of a job without parameters is begun in the way of such jobs', async () => {
    await reopened({ parameters: {} });
    world.job.declares = [];
    const run = runOf(await executor.start(attempt));
    world.begin(only(world.items));
    expect(await executor.look(attempt, run)).toMatchObject({ kind: 'running', run: { id: 'build/1' } });
  });

  test('that carries its attempt nowhere is not looked for', async () => {
    await reopened({ parameters: { COMMIT: '{commit}' } });
    world.enqueue({ COMMIT: attempt.commit });
    expect(await executor.find(attempt)).toEqual({ kind: 'notFound' });
  });

  test.each([true, false])(
    'of somebody else is not taken for its own (it is said: %s)',
    async (saysFolded) => {
      world.ways.saysFolded = saysFolded;
      // The job is looked at first; the parameter was taken away right after that.
      world.ways.leavesOut = ['SLIPWAY'];
      world.enqueue({ COMMIT: attempt.commit, REF: 'main' });
      const seen = await executor.start(attempt);
      expect(world.items).toHaveLength(1);
      expect(seen).toMatchObject({ kind: 'ended', run: null, outcome: { kind: 'errored', ran: true } });
      if (seen.kind === 'ended' && seen.outcome.kind === 'errored')
        expect(seen.outcome.reason).toContain('SLIPWAY');
    },
  );

  test.each<[what: string, arrange: () => void | Promise<void>, says: string[]]>([
    ['of a job that is disabled', () => void Object.assign(world.job, { buildable: false }), ['disabled']],
    ['of a folder', () => void Object.assign(world.job, { folder: true }), ['folder', 'many branches']],
    [
      'of a job without a parameter',
      () => void Object.assign(world.job, { declares: ['COMMIT', 'REF'] }),
      ['SLIPWAY', 'declare'],
    ],
    ['of a job without any', () => void Object.assign(world.job, { declares: [] }), ['COMMIT, REF, SLIPWAY']],
    [
      'that a plugin keeps out of the queue',
      () => void Object.assign(world.job, { vetoed: true }),
      ['queue', 'plugins'],
    ],
    [
      'by somebody who may not build',
      () => void Object.assign(world.job, { permissions: ['Read'] }),
      ['slipway', 'Job/Build'],
    ],
    [
      'by somebody who may not see it',
      () => void Object.assign(world.job, { permissions: [] }),
      ['slipway', 'Job/Read'],
    ],
    ['of a job that is not there', () => reopened({ job: '/jenkins/job/no' }), ['no such job']],
    ['with a token that is not believed', () => reopened({ token: 'wrong' }), ['slipway', 'API token']],
    [
      'with a password',
      () => {
        world.server.fault = {
          kind: 'answer',
          status: 403,
          text: '<html>No valid crumb was included in the request</html>',
          headers: { 'content-type': 'text/html' },
        };
      },
      ['crumb', 'API token'],
    ],
  ])('%s did not run, and it is said what to do', async (_, arrange, says) => {
    await arrange();
    const seen = await executor.start(attempt);
    if (seen.kind !== 'ended' || seen.outcome.kind !== 'errored') throw new Error(seen.kind);
    expect(seen.outcome.ran).toBe(false);
    for (const words of ['127.0.0.1', ...says]) expect(seen.outcome.reason).toContain(words);
    expect(world.items).toEqual([]);
  });

  async function reopened(target: Parameters<typeof jenkinsWorld>[0]) {
    await world.close();
    await opened(target);
  }

  test('at a Jenkins that is starting is unknown, which is said', async () => {
    const text = '<html>Please wait while Jenkins is getting ready to work ...</html>';
    world.server.fault = { kind: 'answer', status: 503, text, headers: { 'content-type': 'text/html' } };
    expect(await executor.start(attempt)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('it is starting'),
    });
  });

  test('behind something that asks for a login is unknown, which is said', async () => {
    const headers = { location: 'https://login.acme.test/sso?token=S3CRET' };
    world.server.fault = { kind: 'answer', status: 302, text: '', headers };
    const seen = await executor.start(attempt);
    expect(seen).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('login.acme.test') });
    expect(JSON.stringify(seen)).not.toContain('S3CRET');
  });

  test('at an address that leads to another host did not run, and it is said where that is', async () => {
    const path = '/jenkins/job/apps/job/deploy/buildWithParameters';
    const headers = { location: `https://ci.acme.test${path}` };
    world.server.fault = { kind: 'answer', status: 301, text: '', headers };
    expect(await executor.start(attempt)).toMatchObject({
      kind: 'ended',
      outcome: { kind: 'errored', ran: false, reason: expect.stringContaining('https://ci.acme.test') },
    });
  });

  test('at an address where nobody listens did not run, and is not known to have ended', async () => {
    const run = runOf(await executor.start(attempt));
    await world.server.close();
    expect(await executor.start(attempt)).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    expect(await executor.look(attempt, run)).toMatchObject({ kind: 'unknown' });
    expect(await executor.cancel(attempt, run)).toMatchObject({ kind: 'unknown' });
    await opened();
  });

  test('that the user may not end can be ended by somebody else', async () => {
    const run = runOf(await executor.start(attempt));
    world.job.permissions = ['Read', 'Build'];
    expect(await executor.cancel(attempt, run)).toMatchObject({ kind: 'impossible' });
    world.begin(only(world.items));
    expect(await executor.cancel(attempt, run)).toMatchObject({
      kind: 'impossible',
      reason: expect.stringContaining('Job/Cancel'),
    });
  });

  test('has a console of which no more than the end is asked for', async () => {
    const build = world.begin(world.enqueue(given));
    world.print(attempt.key, `${'x'.repeat(99)}\n`.repeat(30_000));
    expect(await lookAt(build)).toMatchObject({ lastLine: 'x'.repeat(99) });
    world.print(attempt.key, `${'x'.repeat(99)}\n`.repeat(30_000).concat('the end\n'));
    expect(await lookAt(build)).toMatchObject({ lastLine: 'the end' });
    const asked = world.server.calls.filter(({ path }) => path.endsWith('/progressiveText'));
    expect(asked.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'GET']);
    for (const { query } of asked.slice(1)) expect(Number(query.get('start'))).toBeGreaterThan(2_990_000);
  });

  test('has a short console also where nobody says how long it is', async () => {
    const build = world.begin(world.enqueue(given));
    world.ways.forgetsSizes = true;
    world.print(attempt.key, 'one\ntwo\n');
    expect(await lookAt(build)).toMatchObject({ lastLine: 'two' });
  });
});

test.each([
  ['https://ci.acme.dev/job/deploy', 'https://ci.acme.dev/queue/item/7', 'https://ci.acme.dev/job/deploy/3'],
  [
    'https://ci.acme.dev/jenkins/job/a/job/b%20c/',
    'https://ci.acme.dev/jenkins/queue/item/7',
    'https://ci.acme.dev/jenkins/job/a/job/b%20c/3',
  ],
  [
    'https://ci.acme.dev/view/all/job/deploy/',
    'https://ci.acme.dev/queue/item/7',
    'https://ci.acme.dev/view/all/job/deploy/3',
  ],
])('the places of %s', (job, item, build) => {
  const places = new Places(job);
  expect(places.item(7)).toBe(item);
  expect(places.build(3)).toBe(build);
  expect(places.itemAt('http://other:8080/x/queue/item/12/')).toBe(12);
  expect(places.itemAt('http://other:8080/x/queue/item/12/stop')).toBe(null);
  expect(places.isOfJob('.')).toBe(true);
  expect(places.isOfJob('https://login.acme.dev/')).toBe(false);
  expect(places.isOfJob(null)).toBe(false);
});
