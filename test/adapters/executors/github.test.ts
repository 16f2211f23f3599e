import { openGitHubExecutor } from '../../../src/adapters/executors/github/github.ts';
import { openClients } from '../../../src/app/forges.ts';
import type { Executor, Seen } from '../../../src/ports/executor.ts';
import { executorContract } from '../../contract/executor.contract.ts';
import { deployWorkflow, type Run } from '../../support/executors/github/workflows.ts';
import {
  type ActionsOptions,
  type ActionsWorld,
  actionsWorld,
} from '../../support/executors/github/world.ts';
import { attemptOf } from '../../support/executors/world.ts';
import type { Fault } from '../../support/forges/server.ts';

const can = { cancel: true, log: true, rerun: true, project: true, findBegins: false };

executorContract({
  name: 'GitHub Actions, with a token, at a server that names the run',
  open: () => actionsWorld({ knowsDetails: true }),
  can,
});
executorContract({
  name: 'GitHub Actions, as an App, at a server that does not',
  open: () => actionsWorld({ knowsDetails: 400, login: 'app' }),
  can,
});

const attempt = attemptOf();
let world: ActionsWorld;
let executor: Executor;

beforeEach(() => opened());
afterEach(() => world.close());

async function opened(options: Partial<ActionsOptions> = {}) {
  world = await actionsWorld({ knowsDetails: true, ...options });
  executor = await world.open({ now: Date.now, timeoutMs: 5_000 });
}

async function reopened(options: Partial<ActionsOptions>) {
  await world.close();
  await opened(options);
}

async function begun(): Promise<Run> {
  await executor.start(attempt);
  return world.run(attempt.key);
}

const look = ({ id }: Run): Promise<Seen> => executor.look(attempt, { id: String(id), url: null });
const dispatches = () => world.server.calls.filter(({ path }) => path.endsWith('/dispatches'));

test('a run on a ref that nobody named is not asked for', async () => {
  await reopened({ target: { ref: '{ref}' } });
  const seen = await executor.start(attemptOf({ ref: null }));
  expect(seen).toMatchObject({ outcome: { kind: 'errored', ran: false } });
  expect(world.server.calls).toEqual([]);
});

test('a run is told what the configuration says, and is known by its id and its page', async () => {
  const seen = await executor.start(attempt);
  const { id, inputs } = world.run(attempt.key);
  const url = `${world.server.origin}/acme/storefront/actions/runs/${id}`;
  expect(seen).toEqual({ kind: 'running', run: { id: String(id), url }, waits: null, lastLine: null });
  expect(inputs).toEqual({ commit: attempt.commit, slipway: attempt.key });
  const [first, ...others] = dispatches();
  expect(others).toEqual([]);
  expect(first?.headers['x-github-api-version']).toBe('2022-11-28');
});

test.each([400, 422] as const)(
  'a server that refuses to name the run with %s is asked once without',
  async (knowsDetails) => {
    await reopened({ knowsDetails });
    world.actions.lags = true;
    const seen = await executor.start(attempt);
    expect(seen).toMatchObject({ kind: 'unknown', until: null });
    expect(dispatches().map(({ body }) => body.return_run_details)).toEqual([true, undefined]);
    expect(await executor.find(attempt)).toEqual({ kind: 'notFound' });
    const run = world.run(attempt.key);
    run.listed = true;
    expect(await executor.find(attempt)).toMatchObject({ kind: 'running', run: { id: String(run.id) } });
  },
);

test.each<[what: string, fault: Fault]>([
  ['500', { kind: 'answer', status: 500, text: '{}' }],
  ['404', { kind: 'answer', status: 404, text: '{}' }],
  ['429', { kind: 'answer', status: 429, text: '{}' }],
  ['a page', { kind: 'answer', status: 200, text: '<!DOCTYPE html>' }],
  ['another document', { kind: 'answer', status: 200, text: '{"hello":"world"}' }],
  ['a closed connection', { kind: 'reset' }],
])('a run whose login as an App is answered with %s did not begin', async (_, fault) => {
  for (const at of ['/installation', '/access_tokens']) {
    await reopened({ login: 'app', isFresh: true });
    world.server.fault = { ...fault, only: ({ path }) => path.endsWith(at) };
    const seen = await executor.start(attempt);
    expect(seen).toMatchObject({ kind: 'ended', run: null, outcome: { kind: 'errored', ran: false } });
    expect(dispatches()).toEqual([]);
  }
});

describe('a run', () => {
  test.each<[status: string, conclusion: string | null, expected: object]>([
    ['requested', null, { kind: 'running', waits: 'GitHub, which has not begun it yet' }],
    ['queued', null, { kind: 'running', waits: 'a runner at GitHub', lastLine: null }],
    ['pending', null, { kind: 'running', waits: 'another run of its concurrency group at GitHub' }],
    ['waiting', null, { kind: 'running', waits: "GitHub's rules for the environment prod" }],
    ['in_progress', null, { kind: 'running', waits: null, lastLine: 'deploy / Apply manifests' }],
    ['toString', null, { kind: 'running', waits: 'toString at GitHub' }],
    ['completed', null, { kind: 'unknown' }],
    ['completed', 'success', { outcome: { kind: 'succeeded' } }],
    [
      'completed',
      'failure',
      { outcome: { kind: 'failed', says: 'the run failed at deploy / Apply manifests' } },
    ],
    [
      'completed',
      'timed_out',
      {
        outcome: {
          kind: 'failed',
          says: expect.stringContaining('longer than its workflow allows at deploy'),
        },
      },
    ],
    ['completed', 'cancelled', { outcome: { kind: 'cancelled', says: null } }],
    ['completed', 'skipped', { outcome: { kind: 'errored', ran: false } }],
    ['completed', 'startup_failure', { outcome: { kind: 'errored', ran: false } }],
    ['completed', 'neutral', { outcome: { kind: 'errored', ran: true } }],
    ['completed', 'stale', { outcome: { kind: 'errored', ran: true } }],
    ['completed', 'action_required', { outcome: { kind: 'errored', ran: true } }],
    [
      'completed',
      'constructor',
      { outcome: { kind: 'errored', ran: true, reason: expect.stringContaining('constructor') } },
    ],
  ])('that is %s, %s', async (status, conclusion, expected) => {
    const run = await begun();
    world.actions.become(run, status, conclusion);
    expect(await look(run)).toMatchObject(expected);
  });

  test.each(['skipped', 'startup_failure'])(
    'that is %s when it is run again may have run before',
    async (conclusion) => {
      const run = await begun();
      world.actions.become(run, 'completed', 'failure');
      world.actions.become(run, 'in_progress');
      world.actions.become(run, 'completed', conclusion);
      expect(await look(run)).toMatchObject({ outcome: { kind: 'errored', ran: true } });
    },
  );

  test.each<[reviewers: { login?: string; name?: string }[], waits: string]>([
    [[{ login: 'ada' }], 'a reviewer at GitHub for the environment prod: ada'],
    [
      [{ login: 'ada' }, { name: 'Operators' }],
      'a reviewer at GitHub for the environment prod: ada or Operators',
    ],
  ])('waits for who may let it go on: %j', async (reviewers, waits) => {
    world.actions.workflows.set('deploy.yml', deployWorkflow({ reviewers }));
    expect(await look(await begun())).toMatchObject({ kind: 'running', waits });
  });

  test('is told also where GitHub does not say what it waits for, or where it is', async () => {
    world.actions.workflows.set('deploy.yml', deployWorkflow({ reviewers: [{ login: 'ada' }] }));
    const run = await begun();
    world.silent = /pending_deployments|jobs/;
    expect(await look(run)).toMatchObject({ kind: 'running', waits: 'a reviewer or a timer at GitHub' });
    world.actions.become(run, 'in_progress');
    expect(await look(run)).toMatchObject({ kind: 'running', waits: null, lastLine: null });
    world.actions.become(run, 'completed', 'failure');
    expect(await look(run)).toMatchObject({ outcome: { kind: 'failed', says: 'the run failed' } });
  });

  test('that a newer one of its concurrency group replaced did not fail', async () => {
    world.actions.workflows.set('deploy.yml', deployWorkflow({ group: 'prod' }));
    world.actions.begin('deploy.yml', {});
    const run = await begun();
    expect(run.status).toBe('pending');
    world.actions.begin('deploy.yml', {});
    const says = 'a newer run of its concurrency group prod took its place';
    expect(await look(run)).toMatchObject({ outcome: { kind: 'cancelled', says } });
    run.jobs = [];
    expect(await look(run)).toMatchObject({
      outcome: { kind: 'cancelled', says: expect.stringContaining('before any of its jobs began') },
    });
  });

  test('that failed before its first step may have been rejected', async () => {
    const run = await begun();
    world.actions.become(run, 'completed', 'failure');
    for (const job of run.jobs) job.steps = [];
    const says =
      'the run failed at deploy, before its first step: see whether a reviewer at GitHub rejected it';
    expect(await look(run)).toMatchObject({ outcome: { kind: 'failed', says } });
  });

  test('that people run again there is the same run, and its latest attempt counts', async () => {
    const run = await begun();
    world.actions.become(run, 'completed', 'failure');
    expect(await look(run)).toMatchObject({ outcome: { kind: 'failed' } });
    world.actions.become(run, 'queued');
    expect(run.attempt).toBe(2);
    expect(await look(run)).toMatchObject({ kind: 'running', run: { id: String(run.id) } });
    world.actions.become(run, 'completed', 'success');
    expect(await look(run)).toMatchObject({ outcome: { kind: 'succeeded' } });
  });

  test('that is gone is not found', async () => {
    const run = await begun();
    world.actions.runs.length = 0;
    expect(await look(run)).toEqual({ kind: 'notFound' });
  });
});

describe('a start', () => {
  const refusing = (status: number, message: string): Fault => ({
    kind: 'answer',
    status,
    text: JSON.stringify({ message }),
  });
  const workflow = (changes: Parameters<typeof deployWorkflow>[0]) =>
    world.actions.workflows.set('deploy.yml', deployWorkflow(changes));

  test.each<[what: string, arrange: () => unknown, says: string[]]>([
    [
      'of a workflow that is not there',
      () => world.actions.workflows.clear(),
      ['`.github/workflows/deploy.yml`', 'default branch', 'on main'],
    ],
    [
      'in a project that the account does not see',
      () => reopened({ target: { project: 'acme/secret' } }),
      ['acme/secret', 'must see'],
    ],
    [
      'on a branch that is not there',
      () => reopened({ target: { ref: 'release-{environment}' } }),
      ['No ref found for: release-prod', 'branch or tag'],
    ],
    [
      'of a workflow without the trigger',
      () => workflow({ dispatch: false }),
      ["does not have 'workflow_dispatch' trigger", '`workflow_dispatch`'],
    ],
    [
      'of a workflow that is disabled',
      () => workflow({ state: 'disabled_manually' }),
      ['on a disabled workflow', 'must be enabled'],
    ],
    [
      'with an input that is not declared',
      () => workflow({ inputs: ['commit'] }),
      ['Unexpected inputs provided: ["slipway"]', 'declares the inputs commit, slipway'],
    ],
    [
      'without the permission',
      () => {
        world.lacks = 'actions=write';
      },
      ['actions=write', '`actions: write`', '`repo`'],
    ],
    [
      'by somebody who may not',
      () => {
        world.server.fault = refusing(403, 'Must have admin rights to Repository.');
      },
      ['`actions: write`'],
    ],
    [
      'with a token that is not believed',
      () => {
        world.server.fault = refusing(401, 'Bad credentials');
      },
      ['the token', '`forges`'],
    ],
  ])('%s did not run, and it is said what to do', async (_, arrange, says) => {
    await arrange();
    const seen = await executor.start(attempt);
    if (seen.kind !== 'ended' || seen.outcome.kind !== 'errored') throw new Error(seen.kind);
    expect(seen.outcome.ran).toBe(false);
    for (const words of ['github.test', 'deploy.yml', ...says]) expect(seen.outcome.reason).toContain(words);
    expect(world.actions.runs).toEqual([]);
  });

  test('that nobody could be asked for did not run', async () => {
    await world.close();
    expect(await executor.start(attempt)).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    await opened();
  });

  test('whose time is over is not made any more', async () => {
    // An App would ask for a token first.
    await reopened({ login: 'app' });
    const client = await openClients({ settings: { forges: [world.settings] }, now: Date.now })(
      'github.test',
    );
    if (client?.kind !== 'github') throw new Error('it is no GitHub');
    const { target } = world;
    const before = world.server.calls.length;
    const api = client.forge.api(target.project);
    const over = openGitHubExecutor({ api: api.until(AbortSignal.abort()), target });
    expect(await over.start(attempt)).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    expect(await over.find(attempt)).toMatchObject({ kind: 'unknown' });
    expect(world.server.calls).toHaveLength(before);
    world.server.fault = { kind: 'silence' };
    const late = openGitHubExecutor({ api, target, callMs: 20 });
    expect(await late.start(attempt)).toMatchObject({ kind: 'unknown' });
  });
});

describe('an attempt whose run is not known', () => {
  test('is found on a later page, and not among runs that something else began', async () => {
    const title = `Deploy (${attempt.key})`;
    world.actions.begin('deploy.yml', { slipway: attempt.key }, 'push');
    const ours = world.actions.begin('deploy.yml', { slipway: attempt.key });
    for (let other = 0; other < 150; other++)
      world.actions.begin('deploy.yml', { slipway: `${attempt.key}${other}` });
    expect(ours.title).toContain(title.slice(-10));
    expect(await executor.find(attempt)).toMatchObject({ run: { id: String(ours.id) } });
    expect(world.server.calls).toHaveLength(2);
  });

  test('is not looked for among all runs that ever were', async () => {
    for (let other = 0; other < 500; other++) world.actions.begin('deploy.yml', {});
    expect(await executor.find(attempt)).toEqual({ kind: 'notFound' });
    expect(world.server.calls).toHaveLength(3);
  });

  test('is the first of those that bear its id', async () => {
    const [first] = [1, 2].map(() => world.actions.begin('deploy.yml', { slipway: attempt.key }));
    expect(await executor.find(attempt)).toMatchObject({ run: { id: String(first?.id) } });
  });

  test('is not looked for where no input carries its id', async () => {
    await reopened({ target: { inputs: { commit: '{commit}' } } });
    expect(await executor.find(attempt)).toEqual({ kind: 'notFound' });
    expect(world.server.calls).toEqual([]);
  });
});

describe('the wish to cancel', () => {
  test('that the account may not pass on names the permission, and where a person can', async () => {
    const run = await begun();
    world.lacks = 'actions=write';
    const url = 'https://github.test/acme/storefront/actions/runs/1';
    const cancelled = await executor.cancel(attempt, { id: String(run.id), url });
    if (cancelled.kind !== 'impossible') throw new Error(cancelled.kind);
    for (const words of [url, '`actions: write`']) expect(cancelled.reason).toContain(words);
  });

  test('that GitHub cannot follow just now is not passed off as asked', async () => {
    const run = await begun();
    world.busy = true;
    expect(await executor.cancel(attempt, { id: String(run.id), url: null })).toMatchObject({
      kind: 'unknown',
    });
    world.actions.become(run, 'completed', 'success');
    expect(await executor.cancel(attempt, { id: String(run.id), url: null })).toEqual({ kind: 'asked' });
  });
});

describe('a log', () => {
  test('is that of the job that failed, without the times, and the storage gets no login', async () => {
    const run = await begun();
    world.actions.become(run, 'completed', 'failure');
    const [prepare, deploy] = run.jobs;
    Object.assign(prepare ?? {}, { log: 'fine\n' });
    Object.assign(deploy ?? {}, { log: 'Applying\n\nno space left\n' });
    expect(await executor.log(attempt, { id: String(run.id), url: null })).toBe('Applying\n\nno space left');
    expect(world.storage.calls).toHaveLength(1);
    expect(world.storage.calls[0]?.headers).not.toHaveProperty('authorization');
  });

  test('that the storage does not give is none', async () => {
    const run = await begun();
    world.actions.become(run, 'completed', 'failure');
    for (const fault of [refusedByStorage, pageOfStorage]) {
      world.storage.fault = fault;
      expect(await executor.log(attempt, { id: String(run.id), url: null })).toBeNull();
    }
  });
  const refusedByStorage: Fault = { kind: 'answer', status: 404, text: 'BlobNotFound' };
  const pageOfStorage: Fault = {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    text: '<html></html>',
  };
});
