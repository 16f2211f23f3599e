import { openExecutors } from '../../src/app/executors.ts';
import { openClients } from '../../src/app/forges.ts';
import { actionsWorld } from '../support/executors/github/world.ts';
import { jenkinsWorld } from '../support/executors/jenkins.ts';
import { attemptOf } from '../support/executors/world.ts';

const dataDirectory = '/none';

test('a workflow runs with the login, and with the patience, of its forge', async () => {
  const world = await actionsWorld({ knowsDetails: true });
  try {
    const settings = { forges: [world.settings] };
    const clients = openClients({ settings, now: Date.now });
    const executors = openExecutors({ settings, clients, now: Date.now, dataDirectory });
    const executor = await executors(world.target);
    expect(await executors(world.target)).toBe(executor);
    const seen = await executor.start(attemptOf());
    expect(seen).toMatchObject({ kind: 'running' });
    world.server.fault = { kind: 'answer', status: 429, headers: { 'retry-after': '60' }, text: '{}' };
    const client = await clients(world.settings.name);
    await client?.forge.account().catch(() => null);
    world.server.fault = null;
    const calls = world.server.calls.length;
    expect(await executor.start(attemptOf({ key: 'slip-2' }))).toMatchObject({
      kind: 'ended',
      outcome: { kind: 'errored', ran: false },
    });
    expect(world.server.calls).toHaveLength(calls);
  } finally {
    await world.close();
  }
});

test('a job of Jenkins needs no forge', async () => {
  const world = await jenkinsWorld();
  try {
    const settings = {};
    const clients = openClients({ settings, now: Date.now });
    const executor = await openExecutors({ settings, clients, now: Date.now, dataDirectory })(world.target);
    expect(await executor.start(attemptOf())).toMatchObject({ kind: 'running' });
  } finally {
    await world.close();
  }
});

test('a system that the configuration does not name is no target', async () => {
  const settings = {};
  const executors = openExecutors({
    settings,
    clients: openClients({ settings, now: Date.now }),
    now: Date.now,
    dataDirectory,
  });
  const run = { forge: 'github.com', project: 'acme/storefront', ref: 'main', inputs: {} };
  await expect(executors({ ...run, system: 'github', workflow: 'deploy.yml' })).rejects.toThrow(TypeError);
  await expect(executors({ ...run, system: 'gitlab', variables: {} })).rejects.toThrow(TypeError);
});
