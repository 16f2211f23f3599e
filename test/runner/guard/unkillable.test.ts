import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardIsGone } from '../../../src/runner/files/lock.ts';
import { compiledRunner, runs, startWorker, until, type Worker } from '../processes.ts';

const NOBODY = 65_534;
const SETPRIV = '/usr/bin/setpriv';

// Only root can make what a plain user cannot end.
const describeHere = process.getuid?.() === 0 && existsSync(SETPRIV) ? describe : describe.skip;

describeHere('a process that a command leaves running as another user', () => {
  const runner = compiledRunner();
  let directory: string;
  let worker: Worker;
  const path = (name: string) => join(directory, name);
  const pidIn = (name: string) => (existsSync(path(name)) ? Number(readFileSync(path(name), 'utf8')) : 0);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-other-'));
    chownSync(directory, NOBODY, NOBODY);
    // As `sudo` is: it runs as root, whoever starts it.
    copyFileSync(SETPRIV, path('other'));
    chmodSync(path('other'), 0o4755);
  });
  afterEach(() => {
    worker.process.kill('SIGKILL');
    if (pidIn('pid') > 0) process.kill(pidIn('pid'), 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  afterAll(() => runner.remove());

  const other = './other --reuid 1 --regid 1 --clear-groups sh -c';
  it.each([
    ['ends by itself', 'exit 3', { kind: 'exited', exitCode: 3 }, 60_000],
    ['is ended at its time limit', 'sleep 300', { kind: 'timedOut' }, 1_000],
  ])(
    'is named and ignored when the command %s, even if it keeps writing',
    async (_what, then, outcome, timeoutMs) => {
      worker = startWorker(
        runner.worker,
        {
          command: `${other} 'echo $$; while :; do echo on; sleep 0.05; done' > out & tail -F out &
          until [ -s out ]; do sleep 0.02; done; head -n 1 out > pid; ${then}`,
          cwd: directory,
          env: { PATH: process.env.PATH },
          logFile: path('log'),
          secrets: [],
          timeoutMs,
          lockFile: path('lock'),
          leaseMs: 60_000,
        },
        NOBODY,
      );
      await until('the worker is told', () => worker.outcome() !== null);
      expect(worker.outcome()).toMatchObject(outcome);
      expect(worker.outcome()?.leftovers?.left).toContainEqual({ pid: pidIn('pid'), name: 'sh' });
      expect(runs(pidIn('pid'))).toBe(true);
      expect(guardIsGone(path('lock'))).toBe(true);
      expect(readFileSync(path('log'), 'utf8')).toMatch(
        new RegExp(`slipway: could not end, and still running: .*sh \\(${pidIn('pid')}\\)`),
      );
    },
  );
});
