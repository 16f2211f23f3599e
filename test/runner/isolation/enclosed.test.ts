import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardIsGone } from '../../../src/runner/files/lock.ts';
import type { Sandbox } from '../../../src/runner/guard/types.ts';
import { enclosure } from '../../../src/runner/isolation/bubblewrap.ts';
import { findIsolation } from '../../../src/runner/isolation/isolation.ts';
import { type RunningCommand, type RunOptions, runCommand } from '../../../src/runner/run.ts';
import { runs, taggedWith, until } from '../processes.ts';

const isolation = await findIsolation('auto');
const describeHere = isolation.kind === 'bubblewrap' ? describe : describe.skip;

describeHere('a command in bubblewrap', () => {
  let directory: string;
  let tree: string;
  let lines: string[];
  let started: RunningCommand[];
  let tag: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-enclosed-'));
    tree = join(directory, 'data', 'tree');
    mkdirSync(tree, { recursive: true });
    tag = `TAG=${directory}`;
    lines = [];
    started = [];
  });
  afterEach(async () => {
    for (const running of started) running.cancel('end of the test');
    await Promise.all(started.map((running) => running.done));
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string) => join(directory, 'data', name);
  const made = (name: string) => existsSync(join(tree, name));
  /** All that this test's commands started, wherever it went. */
  const alive = () => taggedWith(tag).filter(runs);

  function run(command: string, more: Partial<RunOptions> = {}): RunningCommand {
    if (isolation.kind !== 'bubblewrap') throw new TypeError('there is no bubblewrap');
    const running = runCommand({
      command,
      cwd: tree,
      env: { PATH: process.env.PATH ?? '', TAG: directory },
      enclosure: enclosure(
        isolation.bubblewrap,
        { directory: path('.'), files: [] },
        { own: [tree], borrowed: [] },
      ),
      logFile: path('log'),
      secrets: [],
      timeoutMs: 60_000,
      lockFile: path('lock'),
      deadline: Date.now() + 60_000,
      onLine: (line) => lines.push(line),
      ...more,
    });
    started.push(running);
    return running;
  }

  it.each([0, 3, 127, 255])('reports exit code %i', async (exitCode) => {
    expect(await run(`exit ${exitCode}`).done).toMatchObject({ kind: 'exited', exitCode });
  });

  it('has its output captured by name', async () => {
    const command = 'echo one > /dev/stderr; echo two >> /dev/stdout; echo three | tee /dev/fd/2 > /dev/null';
    expect(await run(command).done).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('reports the signal that ended it as shells do', async () => {
    expect(await run('kill -s USR1 $$').done).toMatchObject({ kind: 'exited', exitCode: 138 });
    expect(lines).toEqual([]);
  });

  it('has its own environment only, no input, and no pipe of ours', async () => {
    const env = { PATH: process.env.PATH ?? '', TEXT: 'two\nlines "quoted" $HOME', TAG: directory };
    await run('env | sort; printf %s "$TEXT" > text; cat; ls /proc/self/fd', { env }).done;
    expect(readFileSync(join(tree, 'text'), 'utf8')).toBe(env.TEXT);
    expect(lines.filter((line) => line.includes('=')).map((line) => line.split('=')[0])).toEqual([
      'PATH',
      'PWD',
      'TAG',
      'TEXT',
    ]);
    // 3 is the directory that ls reads.
    expect(lines).toContain('3');
    for (const fd of ['4', '5', '6', '7']) expect(lines).not.toContain(fd);
  });

  it('shows no variable in a process list, and ignores variables that load code into bubblewrap', async () => {
    writeFileSync(join(tree, 'mine.so'), 'no library');
    const secret = 'hunter22-in-no-list';
    const env = { PATH: process.env.PATH ?? '', SECRET: secret, LD_PRELOAD: './mine.so', TAG: directory };
    const running = run('touch ready; sleep 300; :', { env });
    await until('it runs', () => made('ready'));
    const lists = taggedWith(tag).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    expect(lists.join()).not.toContain(secret);
    running.cancel('seen');
    await running.done;
  });

  it('ends with everything it started, including daemons, which are named', async () => {
    const outcome = await run(
      `setsid sh -c 'trap "" TERM HUP; touch daemon; sleep 300; sleep 301' > /dev/null 2>&1 &
       (sh -c '(sleep 302 &) ; touch forked') &
       while [ ! -e daemon ] || [ ! -e forked ]; do sleep 0.02; done; exit 5`,
    ).done;
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 5 });
    expect(alive()).toEqual([]);
    expect(outcome.leftovers?.ended.map(({ name }) => name)).toEqual(expect.arrayContaining(['sh', 'sleep']));
    expect(readFileSync(path('log'), 'utf8')).toContain('slipway: ended what the command left running: ');
    expect(guardIsGone(path('lock'))).toBe(true);
  });

  it('is cancelled with everything it started, and may clean up first', async () => {
    const running = run(
      `trap 'touch cleaned; exit 0' TERM
       setsid sh -c 'trap "" TERM; touch ready; while :; do sleep 1; done' & while :; do sleep 0.05; done`,
    );
    await until('it runs', () => made('ready'));
    running.cancel('no');
    expect(await running.done).toMatchObject({ kind: 'cancelled', reason: 'no' });
    expect(made('cleaned')).toBe(true);
    expect(alive()).toEqual([]);
  });

  it('is ended at its time limit, and when signs of life stop', async () => {
    expect(await run('setsid sleep 300 & sleep 301', { timeoutMs: 300 }).done).toMatchObject({
      kind: 'timedOut',
    });
    expect(alive()).toEqual([]);
    const late = await run('setsid sleep 300 & sleep 301', { deadline: Date.now() + 1_500 }).done;
    expect(late).toMatchObject({ kind: 'leaseLost' });
    expect(alive()).toEqual([]);
  });

  it('is killed when its guard is killed, and the lock is free only then', async () => {
    const running = run('setsid sleep 300 & touch ready; sleep 301');
    await until('it runs', () => made('ready'));
    process.kill(Number(readFileSync(path('lock'), 'utf8')), 'SIGKILL');
    await until('the lock is free', () => guardIsGone(path('lock')));
    expect(alive()).toEqual([]);
    expect(await running.done).toMatchObject({ kind: 'guardLost' });
  });

  it.each([
    ['bubblewrap is missing', (place: Sandbox) => ({ ...place, program: '/nowhere/bwrap' })],
    [
      'a place cannot be made',
      (place: Sandbox) => ({ ...place, args: [...place.args, '--bind', '/nowhere', '/nowhere'] }),
    ],
  ])('did not run when %s', async (_what, change) => {
    if (isolation.kind !== 'bubblewrap') return;
    const place = enclosure(
      isolation.bubblewrap,
      { directory: path('.'), files: [] },
      { own: [tree], borrowed: [] },
    );
    expect(await run('touch ran', { enclosure: change(place) }).done).toMatchObject({ kind: 'didNotRun' });
    expect(made('ran')).toBe(false);
  });
});
