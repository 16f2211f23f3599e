import { createHmac, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Bodies } from '../../../src/adapters/http/bodies.ts';
import { gitlab } from '../../../src/adapters/webhooks/kinds/gitlab.ts';
import { mountWebhooks } from '../../../src/adapters/webhooks/receive.ts';
import { closeServer, createHttp, listen } from '../../../src/app/http.ts';
import { latestAttempt } from '../../../src/domain/documents/environment.ts';
import type { Attempt } from '../../../src/domain/documents/values/release.ts';
import type { Remote } from '../../../src/domain/documents/values/remote.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { Follower } from '../../../src/flow/remote/follow.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { makeRelease, openStage, requestBuild, type Stage } from '../../flow/support.ts';
import { type ActionsWorld, actionsWorld } from '../../support/executors/github/world.ts';
import { GITHUB_EXAMPLES, ORIGIN } from './payloads.ts';

const ID = 'shop/integration';
const SECRET = 'the secret of shop';
/** Where the workflow is, which is not the repository of the product. */
const PROJECT = 'acme/storefront';

let stage: Stage;
let github: ActionsWorld;
let services: Services;
let url: string;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A product whose release is being deployed by a workflow. */
async function deploying(knowsDetails: boolean) {
  github = await actionsWorld({ knowsDetails: knowsDetails || 400 });
  closing.push(() => github.close());
  github.actions.lags = !knowsDetails;
  stage = await openStage({ deploy: 'true' });
  closing.push(() => stage.close());
  const [shop] = stage.services.settings.products;
  if (shop === undefined) throw new Error('no product');
  shop.webhookSecret = SECRET;
  shop.environments[0].deploy = { remote: github.target, timeoutMs: 60_000 };
  services = { ...stage.services, executor: () => github.open({ now: Date.now, timeoutMs: 5_000 }) };
  const http = createHttp(async () => ({ ready: true }));
  mountWebhooks(http, new Bodies(), () => services, { log: pino({ level: 'silent' }), now: Date.now });
  const { server, port } = await listen(http, 0, '127.0.0.1');
  closing.push(() => closeServer(server, 1_000));
  url = `http://127.0.0.1:${port}/hooks/github`;
  const sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
  stage.repository.push();
  await build(services, await requestBuild(services, sha));
  await makeRelease(services, sha);
  await deploy(services, ID);
}

async function latest(): Promise<Attempt & { remote: Remote }> {
  const environment = await services.store.load('environments', ID);
  const attempt = environment && latestAttempt(environment)?.attempt;
  if (!attempt?.remote) throw new Error('no remote attempt');
  return { ...attempt, remote: attempt.remote };
}

const example = GITHUB_EXAMPLES.find(({ name }) => name === 'workflow_run')?.examples[0];

/** What GitHub sends when a run changes. */
async function send(run: { id: number; display_title: string }, project = PROJECT, secret = SECRET) {
  const body = JSON.stringify({
    ...example,
    workflow_run: { ...(example?.workflow_run as object | undefined), ...run },
    repository: { full_name: project, html_url: `${ORIGIN}/${project}` },
  });
  const digits = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'x-github-event': 'workflow_run',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${digits}`,
  };
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.json() };
}

const isDue = async () => ((await latest()).remote.lookAt ?? Number.POSITIVE_INFINITY) <= Date.now();
const NOTHING = { status: 202, body: { awaited: [] } };
const RUNG = { status: 202, body: { awaited: [], runs: ['shop'] } };

test('an event about the run makes Slipway look at once, also after its end, as people may run it again', async () => {
  await deploying(true);
  const { remote } = await latest();
  const run = github.run(remote.key);
  expect(remote.run).toEqual({ id: String(run.id), url: expect.any(String) });
  expect(await send({ id: run.id + 1, display_title: run.title })).toEqual(NOTHING);
  expect(await send({ id: run.id, display_title: run.title }, 'acme/other')).toEqual({
    status: 200,
    body: { ignored: 'no product follows acme/other' },
  });
  expect(await send({ id: run.id, display_title: run.title }, PROJECT, 'no secret')).toMatchObject({
    status: 401,
  });
  expect((await latest()).remote).toEqual(remote);
  const follower = new Follower(services, 1);
  for (const [conclusion, kind] of [
    ['failure', 'failed'],
    ['success', 'succeeded'],
  ] as const) {
    github.actions.become(run, 'completed', conclusion);
    expect(await send({ id: run.id, display_title: 'renamed' })).toEqual(RUNG);
    expect(await isDue()).toBe(true);
    await follower.follow(ID);
    expect((await latest()).outcome).toMatchObject({ kind });
  }
});

test('a run whose id is not known is known by the attempt in its title', async () => {
  await deploying(false);
  const { remote } = await latest();
  const run = github.run(remote.key);
  expect(remote.run).toBeNull();
  expect(await send({ id: run.id, display_title: 'Deploy something else' })).toEqual(NOTHING);
  expect(
    await send({ id: run.id, display_title: `${run.title.replace(remote.key, `${remote.key}9`)}` }),
  ).toEqual(NOTHING);
  expect((await latest()).remote).toEqual(remote);
  expect(await send({ id: run.id, display_title: run.title })).toEqual(RUNG);
  expect(await isDue()).toBe(true);
  run.listed = true;
  await new Follower(services, 1).follow(ID);
  expect((await latest()).remote.run).toMatchObject({ id: String(run.id) });
});

test('a pipeline of GitLab is known by its id, and by its name and variables', () => {
  const sha = 'a'.repeat(40);
  const event = (more: object) =>
    gitlab.rings['Pipeline Hook']?.parse({
      project: { path_with_namespace: PROJECT },
      object_attributes: { sha, ...more },
    });
  const variables = [
    { key: 'COMMIT', value: sha },
    { key: 'SLIPWAY', value: 'slip-1' },
  ];
  expect(event({ id: 31, name: 'Deploy', variables })).toMatchObject({
    repository: { project: PROJECT },
    sha,
    run: { id: '31', title: `Deploy ${sha} slip-1` },
  });
  expect(event({ id: 31, name: null })?.run).toEqual({ id: '31', title: '' });
  expect(event({ id: 31, name: 'x'.repeat(10_001), variables: 'none' })?.run).toEqual({
    id: '31',
    title: '',
  });
  expect(event({})).toEqual({ repository: expect.anything(), sha });
});
