import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardIsGone } from '../../../src/runner/files/lock.ts';
import { compiledRunner, runs, startWorker, until, type Worker } from '../processes.ts';

describe('a command whose worker is gone', () => {
  const runner = compiledRunner();
  let directory: string;
  let worker: Worker | null;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-worker-'));
    worker = null;
  });
  afterEach(() => {
    worker?.process.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  afterAll(() => runner.remove());

  const path = (name: string) => join(directory, name);
  const pidIn = (name: string) => (existsSync(path(name)) ? Number(readFileSync(path(name), 'utf8')) : 0);

  /** A command with a grandchild that ignores SIGTERM; both would write a file three seconds later. */
  function start(leaseMs: number): Worker {
    worker = startWorker(runner.worker, {
      command: `sh -c 'trap "" TERM HUP; echo $$ > grandchild; sleep 3; touch late' & echo $$ > pid; sleep 3; touch file`,
      cwd: directory,
      env: { PATH: process.env.PATH },
      logFile: path('log'),
      secrets: [],
      timeoutMs: 60_000,
      lockFile: path('lock'),
      leaseMs,
    });
    return worker;
  }

  async function allIsGone(): Promise<void> {
    await until('the guard is gone', () => guardIsGone(path('lock')));
    // All who could still write are gone: nothing can happen any more.
    expect([pidIn('pid'), pidIn('grandchild')].filter(runs)).toEqual([]);
    expect([existsSync(path('file')), existsSync(path('late'))]).toEqual([false, false]);
  }

  it('is ended when the worker is killed', async () => {
    const { process: child } = start(60_000);
    await until('the command runs', () => pidIn('pid') > 0 && pidIn('grandchild') > 0);
    child.kill('SIGKILL');
    await allIsGone();
  });

  it('is ended when worker and guard are killed together', async () => {
    const { process: child } = start(60_000);
    await until('the command runs', () => pidIn('pid') > 0 && pidIn('grandchild') > 0);
    process.kill(pidIn('lock'), 'SIGKILL');
    child.kill('SIGKILL');
    await allIsGone();
  });

  it('is ended when the worker is stopped, before lease and margin are over, and the worker learns of it', async () => {
    const { process: child, outcome } = start(1000);
    await until('the command runs', () => pidIn('pid') > 0 && pidIn('grandchild') > 0);
    child.kill('SIGSTOP');
    await allIsGone();
    child.kill('SIGCONT');
    await until('the worker hears', () => outcome() !== null);
    expect(outcome()).toMatchObject({ kind: 'leaseLost' });
  });

  it.each([0, 20, 60, 150])(
    'never begins, or is ended, when the worker is killed %i ms after its start',
    async (ms) => {
      const { process: child } = start(60_000);
      await until('the guard exists', () => pidIn('lock') > 0);
      const killAt = performance.now() + ms;
      await until('it is time', () => performance.now() >= killAt);
      child.kill('SIGKILL');
      await allIsGone();
    },
  );
});
