import type { Executor } from '../../../src/ports/executor.ts';
import { executorContract } from '../../contract/executor.contract.ts';
import { type GitLabWorld, gitlabWorld, type StoodPipeline } from '../../support/executors/gitlab.ts';
import { attemptOf } from '../../support/executors/world.ts';

const INPUTS = { inputs: { commit: '{commit}', slipway: '{attempt}' }, variables: {} };
const can = { cancel: true, log: true, rerun: true, project: true, findBegins: false };

executorContract({ name: 'GitLab, told by variables', open: () => gitlabWorld(), can });
executorContract({ name: 'GitLab, told by inputs', open: () => gitlabWorld(INPUTS), can });

describe('a pipeline of GitLab', () => {
  let world: GitLabWorld;
  let executor: Executor;
  const attempt = attemptOf();

  async function opened(target: Parameters<typeof gitlabWorld>[0] = {}) {
    world = await gitlabWorld(target);
    executor = await world.open({ now: () => Date.now(), timeoutMs: 5_000 });
  }
  beforeEach(() => opened());
  afterEach(() => world.close());

  async function begun(): Promise<StoodPipeline> {
    await executor.start(attempt);
    const made = world.pipelines.at(-1);
    if (made === undefined) throw new Error('no pipeline');
    return made;
  }

  const look = (made: StoodPipeline) => executor.look(attempt, { id: String(made.id), url: null });

  test('gets what is configured, with its words filled in', async () => {
    const made = await begun();
    expect(made.variables).toEqual({ COMMIT: attempt.commit, REF: 'main', SLIPWAY: attempt.key });
    expect(made.inputs).toEqual({});
    await world.close();
    await opened({ ...INPUTS, variables: { ENV: '{environment}' } });
    expect(await begun()).toMatchObject({
      inputs: { commit: attempt.commit, slipway: attempt.key },
      variables: { ENV: 'prod' },
    });
  });

  test('on a ref that nobody named is not asked for', async () => {
    await world.close();
    await opened({ ref: '{ref}' });
    const seen = await executor.start(attemptOf({ ref: null }));
    expect(seen).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    expect(world.server.calls).toEqual([]);
  });

  test.each<[status: string, job: string, seen: object]>([
    ['created', 'created', { kind: 'running', waits: 'GitLab to create its jobs', lastLine: null }],
    [
      'waiting_for_resource',
      'waiting_for_resource',
      { kind: 'running', waits: expect.stringContaining('resource group') },
    ],
    ['preparing', 'preparing', { kind: 'running', waits: 'GitLab to prepare its jobs' }],
    ['pending', 'pending', { kind: 'running', waits: 'a runner at GitLab' }],
    ['running', 'running', { kind: 'running', waits: null, lastLine: 'job deploy-prod' }],
    ['running', 'created', { kind: 'running', waits: null, lastLine: null }],
    [
      'manual',
      'manual',
      { kind: 'running', waits: 'somebody who starts the manual job deploy-prod at GitLab', lastLine: null },
    ],
    [
      'scheduled',
      'scheduled',
      { kind: 'running', waits: 'the time of the delayed job deploy-prod at GitLab' },
    ],
    [
      'canceling',
      'running',
      { kind: 'running', waits: 'its jobs to end at GitLab', lastLine: 'job deploy-prod' },
    ],
    ['success', 'success', { kind: 'ended', outcome: { kind: 'succeeded' } }],
    [
      'failed',
      'failed',
      { kind: 'ended', outcome: { kind: 'failed', says: 'the pipeline failed: job deploy-prod' } },
    ],
    ['failed', 'skipped', { kind: 'ended', outcome: { kind: 'failed', says: 'the pipeline failed' } }],
    ['canceled', 'canceled', { kind: 'ended', outcome: { kind: 'cancelled', says: null } }],
    ['skipped', 'skipped', { kind: 'ended', outcome: { kind: 'errored', ran: false } }],
    ['toString', 'toString', { kind: 'unknown', reason: expect.stringContaining('toString') }],
  ])('that is %s, its job %s', async (status, job, expected) => {
    const made = await begun();
    made.status = status;
    for (const one of made.jobs) one.status = job;
    const seen = await look(made);
    expect(seen).toMatchObject(expected);
    if ('run' in seen)
      expect(seen.run).toEqual({
        id: String(made.id),
        url: `${world.server.origin}/acme/storefront/-/pipelines/${made.id}`,
      });
  });

  test('says why its job failed, which is not one that may', async () => {
    const made = await begun();
    made.status = 'failed';
    const [deploy] = made.jobs;
    if (deploy === undefined) throw new Error('no job');
    Object.assign(deploy, { status: 'failed', failure_reason: 'script_failure', trace: 'no space left' });
    made.jobs.unshift({ ...deploy, id: deploy.id + 1, name: 'lint', allow_failure: true, trace: 'ugly' });
    expect(await look(made)).toMatchObject({
      outcome: { says: 'the pipeline failed: job deploy-prod (script_failure)' },
    });
    expect(await executor.log(attempt, { id: String(made.id), url: null })).toBe(
      'job deploy-prod\nno space left',
    );
  });

  test('has a log that people can read', async () => {
    const made = await begun();
    made.status = 'running';
    for (const one of made.jobs)
      Object.assign(one, {
        status: 'running',
        trace:
          '\u001b[0Ksection_start:1560896352:deploy\r\u001b[0K\u001b[36;1mDeploying\u001b[0;m\n 10%\r 90%\n',
      });
    expect(await executor.log(attempt, { id: String(made.id), url: null })).toBe(
      'job deploy-prod\nDeploying\n 90%',
    );
  });

  test.each<[what: string, arrange: () => void | Promise<void>, says: string[]]>([
    [
      'whose variables the project refuses',
      () => {
        world.allows.variables = false;
      },
      [
        'Insufficient permissions to set pipeline variables',
        '`inputs`',
        '`ci_pipeline_variables_minimum_override_role`',
      ],
    ],
    ['on a branch that is not there', () => reopened({ ref: 'master' }), ['master', 'Reference not found']],
    [
      'with an input that its file does not declare',
      () => reopened({ inputs: { color: 'red' } }),
      ['Given inputs not defined in the `spec`: color'],
    ],
    [
      'of a project that is not there',
      () => reopened({ project: 'acme/shop' }),
      ['acme/shop', 'member', 'project'],
    ],
    ['with a token that is not believed', () => refusing(401, '{"message":"401 Unauthorized"}'), ['`api`']],
    [
      'with a token of another scope',
      () => refusing(403, '{"error":"insufficient_scope","scope":"api"}'),
      ['lacks api', '`api`', 'Developer'],
    ],
    [
      'by somebody who may not',
      () => refusing(403, '{"message":"403 Forbidden"}'),
      ['Developer', 'main is protected'],
    ],
    [
      'whose variables are refused in another way',
      () => refusing(403, '{"message":"Insufficient permissions to set pipeline variables"}'),
      ['`inputs`', '`ci_pipeline_variables_minimum_override_role`'],
    ],
  ])('%s did not run, and it is said what to do', async (_, arrange, says) => {
    await arrange();
    const seen = await executor.start(attempt);
    if (seen.kind !== 'ended' || seen.outcome.kind !== 'errored') throw new Error(seen.kind);
    expect(seen.outcome.ran).toBe(false);
    for (const words of ['git.acme.test', ...says]) expect(seen.outcome.reason).toContain(words);
    world.server.fault = null;
    expect(world.pipelines).toEqual([]);
  });

  async function reopened(target: Parameters<typeof gitlabWorld>[0]) {
    await world.close();
    await opened(target);
  }
  function refusing(status: number, text: string) {
    world.server.fault = { kind: 'answer', status, text };
  }

  test('that nobody could be asked for did not run', async () => {
    await world.close();
    expect(await executor.start(attempt)).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    await opened();
  });

  test('is found among those of others, which nobody else may look into, and each is looked into once', async () => {
    for (let each = 0; each < 5; each++) world.add({ foreign: each % 2 === 0, variables: { SLIPWAY: 'x' } });
    world.add({ source: 'push', variables: { SLIPWAY: attempt.key } });
    world.add({ ref: 'other', variables: { SLIPWAY: attempt.key } });
    for (const _ of [1, 2]) expect(await executor.find(attempt)).toEqual({ kind: 'notFound' });
    const asked = () => world.server.calls.filter(({ path }) => path.endsWith('/variables')).length;
    expect(asked()).toBe(5);
    const late = world.add({ foreign: false, variables: { COMMIT: attempt.commit, SLIPWAY: attempt.key } });
    expect(await executor.find(attempt)).toMatchObject({ run: { id: String(late.id) } });
    expect(asked()).toBe(6);
  });

  test('that carries its attempt nowhere is not looked for among others', async () => {
    await reopened({ variables: { COMMIT: '{commit}' } });
    world.add({ variables: { COMMIT: attempt.commit }, foreign: false });
    expect(await executor.find(attempt)).toEqual({ kind: 'notFound' });
  });

  test('that is gone is not found', async () => {
    const made = await begun();
    world.pipelines.length = 0;
    expect(await look(made)).toEqual({ kind: 'notFound' });
  });

  test('that the token may not cancel can be cancelled by somebody else', async () => {
    const made = await begun();
    world.allows.cancel = false;
    const cancelled = await executor.cancel(attempt, { id: String(made.id), url: null });
    expect(cancelled).toMatchObject({ kind: 'impossible', reason: expect.stringContaining('at GitLab') });
    expect(made.cancels).toBe(0);
  });
});
