import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardIsGone } from '../../../src/runner/files/lock.ts';
import type { Container } from '../../../src/runner/guard/types.ts';
import {
  containerOf,
  EngineUnavailable,
  findEngine,
  removeLeftContainers,
} from '../../../src/runner/isolation/containers.ts';
import { type RunOptions, runCommand } from '../../../src/runner/run.ts';
import { openPodman } from '../../support/services/podman.ts';
import { compiledRunner, startWorker, until } from '../processes.ts';

const podman = openPodman();
if (podman === null) test.skip('podman does not run here', () => {});
else {
  describe('a command in a container', () => {
    const engine = { kind: 'podman', program: join(podman.bin, 'podman') } as const;
    let directory: string;
    let tree: string;
    let lines: string[];
    let number = 0;

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'slipway-container-'));
      tree = join(directory, 'tree');
      mkdirSync(tree);
      lines = [];
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));
    afterAll(() => podman.remove());

    async function container(
      more: { image?: string; env?: Record<string, string> } = {},
    ): Promise<Container> {
      number += 1;
      const envFile = join(directory, 'env');
      writeFileSync(envFile, 'SECRET=hunter22 in no list\nHOME=/tmp\nEMPTY=\n', { mode: 0o600 });
      const name = `slipway-test-${process.pid}-${number}`;
      return containerOf(engine, {
        image: podman!.image,
        tree,
        name,
        place: directory,
        attempt: 'storefront/prod/17',
        envFile,
        env: {},
        ...more,
      });
    }
    const options = (enclosure: Container, command: string): RunOptions => ({
      command,
      cwd: tree,
      env: {},
      enclosure,
      logFile: join(directory, 'log'),
      secrets: [],
      timeoutMs: 60_000,
      lockFile: join(directory, 'lock'),
      deadline: Date.now() + 60_000,
      onLine: (line) => lines.push(line),
    });
    const run = async (command: string, more?: Parameters<typeof container>[0]) =>
      runCommand(options(await container(more), command));

    it.each([
      ['exit 0', 0],
      ['false\nexit 5', 1],
      ['exit 125', 125],
      ['exit 127', 127],
      ['kill -s KILL $$; sleep 1; exit 3', 3],
    ])('%s: reports its outcome, and is removed', async (command, exitCode) => {
      expect(await (await run(command)).done).toMatchObject({ kind: 'exited', exitCode });
      expect(podman.containers()).toEqual([]);
    });

    it('has the tree at /workspace and its variables, and nothing else of Slipway', async () => {
      writeFileSync(join(tree, 'file'), 'of the tree');
      const env = { LINES: 'one\ntwo' };
      const script = `cat file; echo; pwd; printf %s "$LINES" > made; echo "[$SECRET] [$HOME] [$EMPTY]"; ls /workspace; test ! -e ${directory}`;
      expect(await (await run(script, { env })).done).toMatchObject({ kind: 'exited', exitCode: 0 });
      expect(lines).toEqual(['of the tree', '/workspace', '[hunter22 in no list] [/tmp] []', 'file', 'made']);
      expect(readFileSync(join(tree, 'made'), 'utf8')).toBe('one\ntwo');
      expect(statSync(join(tree, 'made')).uid).toBe(statSync(tree).uid);
    });

    it('bears its attempt, shows no secret in a process list, and ends when it is cancelled', async () => {
      const running = await run('touch ready; while :; do sleep 1; done', {
        env: { LINES: 'three\nfour in no list' },
      });
      await until('it runs', () => existsSync(join(tree, 'ready')));
      expect(podman.containers('slipway.attempt=storefront/prod/17')).toHaveLength(1);
      expect(podman.containers('slipway.attempt=storefront/prod/1')).toEqual([]);
      expect(commandLines()).not.toContain('in no list');
      running.cancel('seen');
      expect(await running.done).toMatchObject({ kind: 'cancelled' });
      expect(podman.containers()).toEqual([]);
    });

    it('is ended at its time limit', async () => {
      const running = runCommand({ ...options(await container(), 'sleep 300'), timeoutMs: 1_500 });
      expect(await running.done).toMatchObject({ kind: 'timedOut' });
      expect(podman.containers()).toEqual([]);
    });

    it.each(['worker', 'guard'])('is removed when its %s is killed', async (which) => {
      const runner = compiledRunner();
      const { onLine: _, ...plain } = options(await container(), 'touch ready; sleep 300');
      const worker = startWorker(runner.worker, { ...plain, leaseMs: 60_000 });
      try {
        await until('it runs', () => existsSync(join(tree, 'ready')));
        if (which === 'worker') worker.process.kill('SIGKILL');
        else process.kill(Number(readFileSync(join(directory, 'lock'), 'utf8')), 'SIGKILL');
        await until('the lock is free', () => guardIsGone(join(directory, 'lock')));
        expect(podman.containers()).toEqual([]);
      } finally {
        worker.process.kill('SIGKILL');
        runner.remove();
      }
    });

    it.each([
      ['the image does not exist', { image: 'localhost/nowhere:1' }],
      ['the image has no shell', { image: 'no shell' }],
    ])('did not run when %s', async (_what, more) => {
      const enclosure = await container(more);
      if (more.image === 'no shell') {
        enclosure.run.splice(-1, 1, podman.image);
        enclosure.run[enclosure.run.indexOf('/bin/sh')] = '/bin/nowhere';
      }
      const outcome = await runCommand(options(enclosure, 'touch ran')).done;
      expect(outcome).toMatchObject({ kind: 'didNotRun' });
      expect(existsSync(join(tree, 'ran'))).toBe(false);
      expect(podman.containers()).toEqual([]);
    });

    it('is removed at the next start of its own process only', async () => {
      const { run: args, env } = await container();
      const { run: others } = await container();
      const elsewhere = others.map((arg) => arg.replace(`=${directory}`, '=/another/place'));
      for (const each of [args, elsewhere]) {
        const [verb = '', ...rest] = each;
        execFileSync(engine.program, [verb, '--detach', ...rest, '-c', 'sleep 300'], {
          env,
          stdio: 'ignore',
        });
      }
      expect(await removeLeftContainers(engine, directory)).toBe(1);
      expect(podman.containers()).toHaveLength(1);
      expect(await removeLeftContainers(engine, '/another/place')).toBe(1);
      expect(podman.containers()).toEqual([]);
    });
  });
}

/** Of all processes. */
function commandLines(): string {
  const of = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(of)
    .join('\n');
}

describe('the engine', () => {
  const path = process.env.PATH;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
    process.env.PATH = directory;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(directory, { recursive: true });
  });
  const install = (name: string) => writeFileSync(join(directory, name), '#!/bin/sh\n', { mode: 0o755 });

  it('is podman, else docker, or the configured one', () => {
    install('docker');
    expect(findEngine('auto').kind).toBe('docker');
    install('podman');
    expect(findEngine('auto').kind).toBe('podman');
    expect(findEngine('docker')).toEqual({ kind: 'docker', program: join(directory, 'docker') });
  });

  it.each(['auto', 'podman', 'docker'] as const)('is reported by name when missing: %s', (setting) => {
    expect(() => findEngine(setting)).toThrow(EngineUnavailable);
    expect(() => findEngine(setting)).toThrow(
      setting === 'auto' ? 'image needs podman or docker' : `image needs ${setting}`,
    );
  });
});
