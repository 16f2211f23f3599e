import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardIsGone } from '../../src/runner/files/lock.ts';
import { type RunningCommand, type RunOptions, runCommand } from '../../src/runner/run.ts';
import { runs, until } from './processes.ts';

describe('running a command under its guard', () => {
  let directory: string;
  let lines: string[];
  let started: RunningCommand[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-run-'));
    lines = [];
    started = [];
  });
  afterEach(async () => {
    for (const running of started) running.cancel('end of the test');
    await Promise.all(started.map((running) => running.done));
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string) => join(directory, name);
  const log = () => readFileSync(path('logs/run.log'), 'utf8');
  const pidIn = (name: string) => Number(readFileSync(path(name), 'utf8'));

  function run(command: string, more: Partial<RunOptions> = {}): RunningCommand {
    const running = runCommand({
      command,
      cwd: directory,
      env: { PATH: process.env.PATH ?? '' },
      logFile: path('logs/run.log'),
      secrets: [],
      timeoutMs: 60_000,
      lockFile: path('locks/guard'),
      deadline: Date.now() + 60_000,
      onLine: (line) => lines.push(line),
      ...more,
    });
    started.push(running);
    return running;
  }

  it.each([0, 3, 127])('reports exit code %i', async (exitCode) => {
    expect(await run(`exit ${exitCode}`).done).toMatchObject({ kind: 'exited', exitCode });
  });

  it('reports a signal from outside', async () => {
    expect(await run('kill -s USR1 $$').done).toMatchObject({ kind: 'signalled', signal: 'SIGUSR1' });
  });

  it.each([
    ['ends at the first line that fails', 'false\necho after', 1, []],
    [
      'continues after an expected failure',
      'false || echo meant\nif false; then :; fi\necho after',
      0,
      ['meant', 'after'],
    ],
    ['fails with the last line', 'echo before\nexit 4', 4, ['before']],
    [
      'reads ends of lines from Windows',
      'echo one\r\nif true; then\r\n  echo two\r\nfi\r\n',
      0,
      ['one', 'two'],
    ],
    ['takes a script that begins like an option', '-x || true\necho after', 0, ['after']],
  ] as const)('%s', async (_what, command, exitCode, said) => {
    expect(await run(command).done).toMatchObject({ kind: 'exited', exitCode });
    expect(lines.filter((line) => !line.includes('not found'))).toEqual(said);
  });

  it.each([
    'echo said > /dev/stderr',
    'echo said >> /dev/stdout',
    'echo said > /proc/self/fd/2',
    'echo said | tee /dev/stderr > /dev/null',
    'exec 3> /dev/fd/1; echo said >&3',
  ])('captures what programs write to their output by name: %s', async (command) => {
    expect(await run(command).done).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(lines).toEqual(['said']);
    expect(readdirSync(path('locks'))).toEqual(['guard']);
  });

  it('keeps output and errors in order, appends them to the log, and emits each line', async () => {
    await run('echo one; echo two >&2; printf three').done;
    await run('echo four').done;
    expect(log()).toBe('one\ntwo\nthreefour\n');
    expect(lines).toEqual(['one', 'two', 'three', 'four']);
  });

  it('keeps a large output whole', async () => {
    await run('seq 1 200000').done;
    expect(log()).toBe(Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join(''));
  });

  it('keeps the beginning and the end of very much output', async () => {
    const { done } = run(
      "echo first; head -c 60000000 /dev/zero | tr '\\0' x | fold -w 999; echo; echo last",
    );
    expect(await done).toMatchObject({ kind: 'exited', exitCode: 0 });
    const kept = log();
    expect(kept.length).toBeLessThan(17 * 1024 * 1024);
    expect(kept.startsWith('first\n')).toBe(true);
    expect(kept.endsWith('\nlast\n')).toBe(true);
    expect(kept).toMatch(
      /\n\[4\d,\d{3},\d{3} bytes \(4\d,\d{3} lines\) of this output are left out here\]\n/,
    );
  }, 60_000);

  it('masks secrets in the log and in the lines', async () => {
    const env = { PATH: process.env.PATH ?? '', TOKEN: 'hunter22' };
    await run('printf "a hun"; printf "ter22 b\\n"; printf %s "$TOKEN" | base64', {
      secrets: ['hunter22'],
      env,
    }).done;
    expect(log()).toBe('a *** b\n***\n');
    expect(lines).toEqual(['a *** b', '***']);
  });

  it('shows lines without escape sequences and keeps them in the log', async () => {
    await run(`printf '\\033[31mred\\033[0m\\n'`).done;
    expect(lines).toEqual(['red']);
    expect(log()).toContain('\u001b[31m');
  });

  it('gives the command its own environment only, and no input', async () => {
    process.env.SLIPWAY_TEST_LEAK = 'leaked';
    try {
      await run('env; cat; ls /proc/self/fd', { env: { PATH: process.env.PATH ?? '', MINE: 'yes' } }).done;
    } finally {
      delete process.env.SLIPWAY_TEST_LEAK;
    }
    expect(log()).toContain('MINE=yes');
    expect(log()).not.toMatch(/leaked|SLACK_|NODE_|JEST/);
    // 3 is the directory that ls reads: neither the reports nor the lock of the guard come through.
    expect(lines).toContain('3');
    expect(lines).not.toContain('4');
  });

  it('cancels all children, even those that ignore SIGTERM or have their own process group', async () => {
    const running = run(
      `(trap '' TERM; sh -c 'trap "" TERM; echo $$ > stubborn; while :; do sleep 1; done') &
       timeout 300 sh -c 'echo $$ > grouped; sleep 300' &
       wait; touch finished`,
    );
    await until('both run', () => existsSync(path('stubborn')) && existsSync(path('grouped')));
    await until('both told their pid', () => pidIn('stubborn') > 0 && pidIn('grouped') > 0);
    running.cancel('Ada changed her mind');
    expect(await running.done).toMatchObject({ kind: 'cancelled', reason: 'Ada changed her mind' });
    expect(runs(pidIn('stubborn'))).toBe(false);
    expect(runs(pidIn('grouped'))).toBe(false);
    expect(existsSync(path('finished'))).toBe(false);
    expect(guardIsGone(path('locks/guard'))).toBe(true);
  });

  it('lets a command clean up when it is cancelled', async () => {
    const running = run(`trap 'touch cleaned; exit 0' TERM; touch ready; while :; do sleep 0.05; done`);
    await until('it runs', () => existsSync(path('ready')));
    running.cancel('no');
    expect(await running.done).toMatchObject({ kind: 'cancelled' });
    expect(existsSync(path('cleaned'))).toBe(true);
  });

  it('ends a command at its time limit', async () => {
    expect(await run('sleep 300', { timeoutMs: 100 }).done).toEqual({
      kind: 'timedOut',
      limit: 'time',
      afterMs: 100,
    });
  });

  it('ends a command that is silent for too long, but not one that prints', async () => {
    const speaking = 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done';
    expect(await run(`${speaking}; sleep 300`, { silenceMs: 600 }).done).toMatchObject({ limit: 'silence' });
    expect(lines).toHaveLength(6);
  });

  it('starts nothing when the first deadline has passed', async () => {
    const outcome = await run('touch ran', { deadline: Date.now() - 1 }).done;
    expect(outcome).toMatchObject({ kind: 'didNotRun' });
    expect(existsSync(path('ran'))).toBe(false);
  });

  it('ends the command when signs of life stop', async () => {
    const running = run('echo $$ > pid; sleep 300', { deadline: Date.now() + 1500 });
    expect(await running.done).toMatchObject({ kind: 'leaseLost' });
    expect(runs(pidIn('pid'))).toBe(false);
  });

  it('continues while signs of life arrive, each with its own deadline', async () => {
    const running = run('sleep 2.5', { deadline: Date.now() + 2000 });
    const signs = setInterval(() => running.renew(Date.now() + 2000), 100);
    expect(await running.done).toMatchObject({ kind: 'exited', exitCode: 0 });
    clearInterval(signs);
  });

  it('extends the deadline only as far as a sign of life says', async () => {
    const running = run('sleep 300', { deadline: Date.now() + 60_000 });
    running.renew(Date.now() - 1);
    expect((await running.done).kind).toMatch(/^(didNotRun|leaseLost)$/);
  });

  it('runs one command at a time for one lock', async () => {
    const first = run('touch first; sleep 300');
    await until('the first runs', () => existsSync(path('first')));
    expect(guardIsGone(path('locks/guard'))).toBe(false);
    expect(await run('touch second').done).toMatchObject({ kind: 'didNotRun' });
    expect(existsSync(path('second'))).toBe(false);
    first.cancel('enough');
    await first.done;
    expect(await run('touch third').done).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  it('ends what the command left running', async () => {
    const outcome = await run(`(trap '' TERM HUP; echo $BASHPID; sh -c 'echo $$ > left; exec sleep 300') & 
      while [ ! -s left ]; do sleep 0.02; done; exit 5`).done;
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 5 });
    expect(runs(pidIn('left'))).toBe(false);
    expect(outcome.leftovers?.ended).toContainEqual({ pid: pidIn('left'), name: 'sleep' });
    expect(outcome.leftovers?.left).toEqual([]);
    expect(log()).toContain(`slipway: ended what the command left running: `);
    expect(log()).toContain(`sleep (${pidIn('left')})`);
  });

  it('ignores processes in a session of their own, and does not wait for their output', async () => {
    const outcome = await run(
      `setsid sh -c 'echo $$ > daemon; exec sleep 300' & while [ ! -s daemon ]; do sleep 0.02; done`,
    ).done;
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(runs(pidIn('daemon'))).toBe(true);
    expect(guardIsGone(path('locks/guard'))).toBe(true);
    process.kill(pidIn('daemon'), 'SIGKILL');
  });

  it('kills the command when its guard is killed, and says that nobody knows', async () => {
    const running = run(`timeout 300 sh -c 'echo $$ > pid; sleep 300' & wait`);
    await until('it runs', () => existsSync(path('pid')) && pidIn('pid') > 0);
    process.kill(pidIn('locks/guard'), 'SIGKILL');
    expect(await running.done).toMatchObject({ kind: 'guardLost' });
    expect(runs(pidIn('pid'))).toBe(false);
    expect(guardIsGone(path('locks/guard'))).toBe(true);
  });

  it('ends a command that stopped its guard', async () => {
    const outcome = await run('echo $$ > pid; kill -s STOP $PPID; exec sleep 300', { timeoutMs: 500 }).done;
    expect(outcome).toMatchObject({ kind: 'guardLost' });
    expect(runs(pidIn('pid'))).toBe(false);
    expect(guardIsGone(path('locks/guard'))).toBe(true);
  }, 40_000);

  it('treats a lock that was never held as free', () => {
    expect(guardIsGone(path('locks/never'))).toBe(true);
  });

  it.each([
    ['the directory does not exist', { cwd: '/nowhere/at/all' }],
    ['the log cannot be opened', { logFile: '/dev/null/log' }],
    ['the lock cannot be opened', { lockFile: '/dev/null/lock' }],
  ])('knows that nothing ran when %s', async (_what, more) => {
    expect(await run('touch ran', more).done).toMatchObject({ kind: 'didNotRun' });
    expect(existsSync(path('ran'))).toBe(false);
  });

  it('knows that nothing ran when it was cancelled at once', async () => {
    const running = run('touch ran; sleep 300');
    running.cancel('at once');
    expect(await running.done).toEqual({ kind: 'didNotRun', reason: 'at once' });
    expect(existsSync(path('ran'))).toBe(false);
  });

  it('accepts a cancel while the guard is still starting', async () => {
    const running = run('touch ran; sleep 300');
    await until('the guard is on its way', () => existsSync(path('locks/guard')));
    running.cancel('too soon');
    expect((await running.done).kind).toMatch(/^(didNotRun|cancelled)$/);
  });

  it('continues when the log can no longer be written', async () => {
    const errors: unknown[] = [];
    const outcome = await run('echo lost; touch ran', {
      logFile: '/dev/full',
      onLogError: (error) => errors.push(error),
    }).done;
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(existsSync(path('ran'))).toBe(true);
    expect(errors).toHaveLength(1);
  });
});
