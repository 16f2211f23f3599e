// Runs a command in a container. The guard starts it through the container engine and removes it by name, because its
// processes are not children of the guard. Plain JavaScript like the guard, which imports it.

import { execFile, spawn } from 'node:child_process';

/** Limit for one call of the engine. A call that takes longer is repeated, or given up together with the container. */
const ENGINE_MS = 20_000;
/** Time between SIGTERM and SIGKILL when the engine stops a container. */
const STOP_SECONDS = '2';

/**
 * Starts the container. Returns undefined after a failure, which is reported to `listener.didNotStart`.
 * @param {{ command: string }} what
 * @param {import('./types.ts').Container} container
 * @param {import('./types.ts').Listener} listener
 * @returns {import('./types.ts').Launched | undefined}
 */
export function launchContainer({ command }, container, listener) {
  const { program, name, run, remove, env } = container;
  const child = spawn(program, [...run, '-e', '-c', '--', command], {
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 1, 1],
  });
  child.on('error', (error) => {
    if (child.pid === undefined) listener.didNotStart(`${program}: ${error.message}`);
  });
  const { pid } = child;
  if (pid === undefined) return undefined;

  let engineEnded = false;
  let gone = false;
  let killing = false;
  /** @param {string[]} args */
  const ask = (args) => answer(program, args, env);

  async function removeIt() {
    while (!gone) {
      await ask([...remove, name]);
      const left = await ask(['ps', '--all', '--quiet', '--filter', `name=^${name}$`]);
      gone = left !== null && left === '';
      if (!gone) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  child.on('exit', async (code, signal) => {
    engineEnded = true;
    // Only the container knows whether it started and how it ended. This does not matter when we killed it.
    const format = '{{.State.ExitCode}} {{.State.StartedAt}}';
    const state = killing ? null : await ask(['inspect', '--type', 'container', '--format', format, name]);
    const [, exitCode, year] = /^(\d+) (\d+)/.exec(state ?? '') ?? [];
    await removeIt();
    if (killing) listener.exited({ exitCode: null, signal: signal ?? 'SIGKILL' });
    else if (exitCode === undefined || Number(year) <= 1)
      listener.didNotStart('the container could not be started: the log says why');
    else listener.exited({ exitCode: code === null ? null : Number(exitCode), signal });
  });

  return {
    pid,
    letGoMs: ENGINE_MS,
    noted: () => [],
    group: {
      signal(wanted) {
        if (wanted === 'SIGTERM') void ask(['stop', '--time', STOP_SECONDS, name]);
        if (wanted !== 'SIGKILL' || killing) return;
        killing = true;
        // Kills the client first: it may be about to create the container.
        try {
          process.kill(-pid, 'SIGKILL');
        } catch {
          // The client has already ended.
        }
        void removeIt();
      },
      isGone: () => engineEnded && gone,
      processes: () => (gone ? [] : [{ pid, name: `container ${name}` }]),
    },
  };
}

/**
 * The engine's output without surrounding white space. null: the call failed.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<string | null>}
 */
function answer(program, args, env) {
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd: '/', timeout: ENGINE_MS }, (error, stdout) =>
      resolve(error ? null : stdout.trim()),
    );
  });
}
