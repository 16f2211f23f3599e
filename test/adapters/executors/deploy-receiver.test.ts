import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHttpExecutor } from '../../../src/adapters/executors/http/http.ts';
import { latestAttempt } from '../../../src/domain/documents/environment.ts';
import type { RemoteRun } from '../../../src/domain/documents/values/remote.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { Follower } from '../../../src/flow/remote/follow.ts';
import type { Seen } from '../../../src/ports/executor.ts';
import { makeRelease, openStage, requestBuild } from '../../flow/support.ts';
import { attemptOf, COMMIT } from '../../support/executors/world.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';

const RECEIVER = fileURLToPath(new URL('../../../examples/deploy-receiver/receiver.js', import.meta.url));
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const OPTIONS = { now: Date.now, timeoutMs: 20_000 };

/** Deploys, once it is let go: `go`, with the exit code in it. */
const SCRIPT = `#!/bin/sh
echo "deploys $2 to $1 ($3)" >> started
until [ -e go ]; do sleep 0.02; done
echo "done: $(cat go)"
exit "$(cat go)"
`;

/** The example as people run it, in a process of its own. */
describe('the server of the examples', () => {
  let directory: string;
  let receiver: ChildProcess;
  let url: string;

  async function startReceiver(): Promise<void> {
    receiver = spawn(process.execPath, [RECEIVER, 'sh', 'deploy.sh'], {
      cwd: directory,
      env: { PATH: process.env.PATH, DEPLOY_SECRET: SECRET, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await once(receiver.stdout!, 'data');
    url = `http://127.0.0.1:${/\d+/.exec(String(printed))?.[0]}/slipway`;
  }
  async function endReceiver(): Promise<void> {
    const ended = once(receiver, 'exit');
    receiver.kill('SIGKILL');
    await ended;
  }
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-receiver-'));
    writeFileSync(join(directory, 'deploy.sh'), SCRIPT);
    await startReceiver();
  });
  afterEach(async () => {
    go(1);
    await endReceiver();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  // The script must not see it before the code is in it.
  const go = (exitCode: number) => {
    writeFileSync(join(directory, 'go.new'), String(exitCode));
    renameSync(join(directory, 'go.new'), join(directory, 'go'));
  };
  const executor = (secret = SECRET) => openHttpExecutor({ system: 'http', url, secret }, OPTIONS);
  const started = () => {
    const file = join(directory, 'started');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  function runOf(seen: Seen): RemoteRun {
    if (seen.kind !== 'running') throw new Error(JSON.stringify(seen));
    return seen.run;
  }
  const ended = (attempt = attemptOf(), run: RemoteRun) =>
    until('its end', async () => {
      const seen = await executor().look(attempt, run);
      return seen.kind === 'ended' && seen.outcome;
    });

  test('deploys once, however often it is asked, and says how it went', async () => {
    const attempt = attemptOf();
    const [first, again] = await Promise.all([executor().start(attempt), executor().find(attempt)]);
    expect(runOf(first)).toEqual(runOf(again));
    await until('its begin', () => started().length > 0);
    go(0);
    expect(await ended(attempt, runOf(first))).toEqual({ kind: 'succeeded' });
    expect(await executor().find(attempt)).toMatchObject({ kind: 'ended', outcome: { kind: 'succeeded' } });
    expect(await executor().log(attempt, runOf(first))).toContain('done: 0');
    expect(started()).toEqual([`deploys ${COMMIT} to prod (deploy)`]);
  });

  test('says that a deploy failed, and with which exit code', async () => {
    const attempt = attemptOf();
    const run = runOf(await executor().start(attempt));
    go(3);
    expect(await ended(attempt, run)).toEqual({ kind: 'failed', says: 'exit code 3' });
  });

  test('ends a deploy', async () => {
    const attempt = attemptOf();
    const run = runOf(await executor().start(attempt));
    await until('its begin', () => started().length > 0);
    expect(await executor().cancel(attempt, run)).toEqual({ kind: 'asked' });
    expect(await ended(attempt, run)).toMatchObject({ kind: 'cancelled' });
  });

  test('goes on with a deploy after it was killed', async () => {
    const attempt = attemptOf();
    const { id } = runOf(await executor().start(attempt));
    await until('its begin', () => started().length > 0);
    await endReceiver();
    await startReceiver();
    const run = { id: new URL(new URL(id).pathname, url).href, url: null };
    expect(await executor().look(attempt, run)).toMatchObject({ kind: 'running' });
    go(0);
    expect(await ended(attempt, run)).toEqual({ kind: 'succeeded' });
    expect(started()).toHaveLength(1);
  });

  test('believes nobody else, and knows nothing of other attempts', async () => {
    const attempt = attemptOf();
    const stranger = executor(`whsec_${Buffer.alloc(32, 6).toString('base64')}`);
    expect(await stranger.start(attempt)).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    expect(readdirSync(join(directory, 'attempts'))).toEqual([]);
    const nowhere = { id: new URL('/attempts/slip-9', url).href, url: null };
    expect(await executor().look(attempt, nowhere)).toEqual({ kind: 'notFound' });
  });

  test('deploys a release', async () => {
    const stage = await openStage({ deploy: 'exit 1' });
    try {
      const [shop] = stage.services.settings.products;
      const target = { system: 'http', url, secret: SECRET } as const;
      shop!.environments[0].deploy = { remote: target, timeoutMs: 60_000 };
      const services = { ...stage.services, executor: async () => openHttpExecutor(target, OPTIONS) };
      const sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
      stage.repository.push();
      await build(services, await requestBuild(services, sha));
      await makeRelease(services, sha);
      await deploy(services, 'shop/integration');
      go(0);
      const outcome = await until('its end', async () => {
        stage.clock.aheadMs += QUICK.remoteLookMs;
        await new Follower(services, 1).follow('shop/integration');
        const environment = await services.store.load('environments', 'shop/integration');
        return environment && latestAttempt(environment)?.attempt.outcome;
      });
      expect(outcome).toEqual({ kind: 'succeeded' });
      expect(started()).toEqual([`deploys ${sha} to integration (deploy)`]);
    } finally {
      await stage.close();
    }
  });
});
