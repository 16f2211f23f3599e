import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git } from '../../src/demo/project/git.ts';
import { CHANNEL } from '../../src/demo/project/settings.ts';
import { Member } from '../../src/demo/story/member.ts';
import { headline } from '../../src/demo/story/reading.ts';
import { run } from './support.ts';

const SLIPWAY = fileURLToPath(new URL('../../dist/bin/slipway.js', import.meta.url));
const STORY_MS = 240_000;

/** The built command line, as `npm run demo` calls it, in a folder of its own. */
describe('slipway demo', () => {
  let directory: string;
  let child: ChildProcess;
  let output: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway demo '));
    output = '';
  });
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await ended();
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  function start(...args: string[]): void {
    child = spawn(process.execPath, [SLIPWAY, 'demo', ...args], {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
  }
  const ended = () =>
    new Promise<number | string | null>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode ?? child.signalCode);
      else child.once('close', (code, signal) => resolve(code ?? signal));
    });
  /** Settles when the demo has printed this; rejects when it ended before. */
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output);
        if (found) resolve(found);
      };
      child.stdout?.on('data', look);
      child.once('close', () => reject(new Error(`ended before it said ${pattern}:\n${output}`)));
      look();
    });

  test(
    'with --auto takes a push to production, and ends with 0 only when production serves the commit',
    async () => {
      start('--auto');
      const code = await ended();
      // The whole output is in the failure, should it fail.
      expect({ code, output }).toMatchObject({ code: 0 });
      const sha = await git(join(directory, '.slipway-demo', 'storefront'), ['rev-parse', 'HEAD']);
      for (const said of [
        `${sha.slice(0, 7)} accepted in storefront/integration`,
        `${sha.slice(0, 7)} accepted in storefront/preprod`,
        `${sha.slice(0, 7)} accepted in storefront/prod`,
        `200 {"commit":"${sha}"}`,
      ]) {
        expect(output).toContain(said);
      }
    },
    STORY_MS,
  );

  test(
    'shows what to do, prints a command that works, and ends with Ctrl-C',
    async () => {
      start();
      const [, url = ''] = await says(/Open {2}(http:\/\/127\.0\.0\.1:\d+)/);
      const [, command = ''] = await says(/^ +(cd .*git push)$/m);
      await says(/Ctrl-C/);
      const typed = await run('sh', ['-c', command], { cwd: directory, env: { HOME: directory } });
      expect(typed).toMatchObject({ code: 0 });
      const sha = await git(join(directory, '.slipway-demo', 'storefront'), ['rev-parse', 'HEAD']);
      const ada = await Member.join(url, CHANNEL, 'Ada');
      const title = `${sha.slice(0, 7)} accepted in storefront/integration`;
      await ada.until(title, 90_000, ({ cards }) =>
        cards.some((card) => headline(card).title === title) ? true : null,
      );
      const second = await run(process.execPath, [SLIPWAY, 'demo'], { cwd: directory });
      expect(second).toMatchObject({ code: 3, output: expect.stringContaining('already running here') });

      const asked = performance.now();
      child.kill('SIGINT');
      expect(await ended()).toBe(130);
      expect(performance.now() - asked).toBeLessThan(6_000);
      const log = readFileSync(join(directory, '.slipway-demo', 'slipway.log'), 'utf8');
      expect(log.split('\n').filter((line) => line.includes('"level":50'))).toEqual([]);
    },
    STORY_MS,
  );
});
