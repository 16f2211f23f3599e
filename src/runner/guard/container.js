// A command in a container: the guard starts it through the engine, and removes it by its name, as nothing of it is a child of
// ours. Plain JavaScript like the guard, which imports it.

import { execFile, spawn } from 'node:child_process';

/** An engine that does not answer by then is asked again, or given up with the container. */
const ENGINE_MS = 20_000;
/** Between the asking end and the end by force, as the engine does it. */
const STOP_SECONDS = '2';

/**
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
    // Begun or not, and how it ended: only the container itself knows. Ended by us, it does not matter.
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
        // The client first: it may be about to make the container.
        try {
          process.kill(-pid, 'SIGKILL');
        } catch {
          // It has ended already.
        }
        void removeIt();
      },
      isGone: () => engineEnded && gone,
      processes: () => (gone ? [] : [{ pid, name: `container ${name}` }]),
    },
  };
}

/**
 * What the engine says, without the line's end; null: it could not say it.
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
