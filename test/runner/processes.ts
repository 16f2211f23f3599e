import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import type { RunOutcome } from '../../src/runner/outcome.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A worker of its own, so that it can be killed or stopped: runs one command, renews its lease all the time. */
const WORKER = `
import { runCommand } from './run.js';
const { leaseMs, ...options } = JSON.parse(process.argv[2]);
const running = runCommand({ ...options, deadline: Date.now() + leaseMs, onLine: (line) => console.log('line ' + line) });
const signs = setInterval(() => running.renew(Date.now() + leaseMs), 20);
running.done.then((outcome) => { clearInterval(signs); console.log('outcome ' + JSON.stringify(outcome)); });
`;

/** What `src/runner` imports of others. */
const PACKAGES = ['fs-native-extensions', 'zod'];

/** With all that they need themselves. */
function copyPackages(names: readonly string[], to: string): void {
  for (const name of names) {
    const [from, copy] = [ROOT, to].map((directory) => join(directory, 'node_modules', name)) as [
      string,
      string,
    ];
    if (existsSync(copy)) continue;
    cpSync(from, copy, { recursive: true });
    const { dependencies = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    copyPackages(Object.keys(dependencies), to);
  }
}

/**
 * `src/runner` as plain JavaScript in a folder of its own, as a build would leave it. Other users run it too, so it lies where they can read it,
 * wherever the checkout is.
 */
export function compiledRunner(): { worker: string; remove(): void } {
  const out = mkdtempSync(join(tmpdir(), 'slipway-runner-'));
  chmodSync(out, 0o755);
  copyPackages(PACKAGES, out);
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  const from = join(ROOT, 'src', 'runner');
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    if (name.endsWith('.js')) copyFileSync(join(from, name), join(out, name));
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue;
    const { code } = transformSync(readFileSync(join(from, name), 'utf8'), {
      filename: name,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    writeFileSync(
      join(out, name.replace(/\.ts$/, '.js')),
      code.replace(/(from '\.{1,2}\/[\w/.-]+)\.ts'/g, "$1.js'"),
    );
  }
  writeFileSync(join(out, 'worker.js'), WORKER);
  return { worker: join(out, 'worker.js'), remove: () => rmSync(out, { recursive: true, force: true }) };
}

export interface Worker {
  process: ChildProcess;
  lines(): string[];
  /** null: not yet. */
  outcome(): RunOutcome | null;
}

/** `uid`: as whom; absent: as this process. */
export function startWorker(script: string, options: object, uid?: number): Worker {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const said = (what: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(what))
      .map((line) => line.slice(what.length));
  return {
    process: child,
    lines: () => said('line '),
    outcome: () => JSON.parse(said('outcome ')[0] ?? 'null'),
  };
}

/** Waits, with a bound, until `condition` holds. */
export async function until(what: string, condition: () => boolean, withinMs = 15_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A zombie does not run. */
export function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2).charAt(0));
  } catch {
    return false;
  }
}

/** Processes that have this variable (`NAME=value`), and with them whatever a command started, in whichever namespace. */
export function taggedWith(variable: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
      } catch {
        return false;
      }
    });
}
