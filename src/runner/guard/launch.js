// Starts a command for the guard: directly, or isolated with bubblewrap. Plain JavaScript like the guard, which imports
// it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { launchContainer } from './container.js';
import { fieldsIn } from './messages.js';
import { namespaceOf } from './namespace.js';
import { sessionOf } from './session.js';

/**
 * @typedef {import('./session.js').Process} Process
 * @typedef {import('./types.ts').Sandbox} Sandbox
 * @typedef {import('./types.ts').Enclosure} Enclosure
 * @typedef {import('./types.ts').Launched} Launched
 * @typedef {import('./types.ts').Listener} Listener
 */

/** How long to wait after SIGKILL. A process of another user, or one that hangs in the kernel, is not ended by a signal. */
const LET_GO_MS = 3000;

const OUTPUT = 1;
const ARGS = 3;
const STATUS = 4;
const NOTES = 5;
const ERRORS = 6;
/** Limit for the list of remaining processes. Longer lists are not useful to anybody. */
const NOTES_CHARACTERS = 4_000;

const GATE = 3;
/**
 * Delays the command until the guard has reported it to its watcher. Even a command that stops or kills its guard at
 * once is then ended by the watcher.
 */
const WHEN_LET_GO = `read -r go <&${GATE} && exec /bin/sh -e -c -- "$1" ${GATE}<&-`;

/**
 * Runs between bubblewrap and the command. The namespace ends together with this script, so it first lists the
 * processes that the command left, sends them SIGTERM, and gives them half a second. Messages of the shell about
 * signals do not go to the command's output.
 */
const INSIDE = `
exec ${ERRORS}>&2 2>/dev/null
trap : TERM
(exec 2>&${ERRORS} ${ERRORS}>&- ${NOTES}>&-; exec /bin/sh -e -c -- "$1")
code=$?
look() {
  left=
  for at in /proc/[0-9]*; do
    pid=\${at#/proc/}
    [ "$pid" -gt 1 ] && [ "$pid" != $$ ] || continue
    read -r line < "$at/stat" && read -r name < "$at/comm" || continue
    set -- \${line##*)}
    [ "$1" = Z ] || left="$left$pid $name
"
  done
}
look
[ -n "$left" ] || exit $code
sleep 0.05
look
[ -n "$left" ] || exit $code
printf %s "$left" >&${NOTES}
kill -s TERM -- -1
for again in 1 2 3 4 5 6 7 8 9 10; do
  look
  [ -n "$left" ] || break
  sleep 0.05
done
exit $code`;

/**
 * Starts a command. Returns undefined after a failure, which is reported to `listener.didNotStart`.
 * @param {{ command: string, cwd: string, env: Record<string, string>, enclosure: Enclosure | null }} what
 * @param {Listener} listener
 * @returns {Launched | undefined}
 */
export function launch(what, listener) {
  if (what.enclosure === null) return launchPlain(what, listener);
  return what.enclosure.kind === 'container'
    ? launchContainer(what, what.enclosure, listener)
    : launchEnclosed(what, what.enclosure, listener);
}

/**
 * @param {{ command: string, cwd: string, env: Record<string, string> }} what
 * @param {Listener} listener
 * @returns {Launched | undefined}
 */
function launchPlain({ command, cwd, env }, listener) {
  const child = spawn('/bin/sh', ['-c', WHEN_LET_GO, 'slipway', command], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', OUTPUT, OUTPUT, 'pipe'],
  });
  child.on('error', (error) => {
    if (child.pid === undefined) listener.didNotStart(error.message);
  });
  if (child.pid === undefined) return undefined;
  child.on('exit', (exitCode, signal) => listener.exited({ exitCode, signal }));
  const gate = /** @type {import('node:stream').Writable} */ (child.stdio[GATE]);
  gate.on('error', () => {});
  return {
    pid: child.pid,
    group: sessionOf(child.pid),
    letGoMs: LET_GO_MS,
    noted: () => [],
    go: () => gate.end('go\n'),
  };
}

/**
 * Bubblewrap runs with an empty environment and outside the tree, so nothing from a commit affects it. The command's
 * environment is passed through a pipe, because arguments are visible in process lists.
 * @param {{ command: string, cwd: string, env: Record<string, string> }} what
 * @param {Sandbox} enclosure
 * @param {Listener} listener
 * @returns {Launched | undefined}
 */
function launchEnclosed({ command, cwd, env }, { program, args }, listener) {
  const own = ['--args', String(ARGS), '--json-status-fd', String(STATUS), '--chdir', cwd];
  const child = spawn(program, [...args, ...own, '--', '/bin/sh', '-c', INSIDE, 'slipway', command], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['ignore', OUTPUT, OUTPUT, 'pipe', 'pipe', 'pipe'],
  });
  child.on('error', (error) => {
    if (child.pid === undefined) listener.didNotStart(`${program}: ${error.message}`);
  });
  if (child.pid === undefined) return undefined;
  const settings = Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]);
  const input = /** @type {import('node:stream').Writable} */ (child.stdio[ARGS]);
  input.on('error', () => {});
  input.end(settings.map((text) => `${text}\0`).join(''));

  /** @type {number | null} */
  let first = null;
  /** @type {number | null} */
  let exitCode = null;
  let notes = '';
  linesOf(child, STATUS, (line) => {
    // The last line may be cut off; it has no fields.
    const { 'exit-code': code, 'child-pid': pid } = fieldsIn(line);
    if (typeof code === 'number') exitCode = code;
    if (typeof pid !== 'number') return;
    first = pid;
    listener.began(pid);
  });
  readable(child, NOTES)
    .setEncoding('latin1')
    .on('data', (text) => {
      notes = (notes + text).slice(0, NOTES_CHARACTERS);
    });
  // 'close' comes after all output was read. Bubblewrap reports an exit code only when it started the command.
  child.on('close', (code, signal) => {
    if (exitCode === null && signal === null && code !== 0)
      listener.didNotStart('bubblewrap could not make a place for it: the log says why');
    else listener.exited({ exitCode, signal });
  });
  return {
    pid: child.pid,
    group: namespaceOf(child.pid, () => first),
    letGoMs: LET_GO_MS,
    noted: () => processesIn(notes),
  };
}

/**
 * The command may also write to this pipe, so lines that do not match are ignored.
 * @param {string} notes
 * @returns {Process[]}
 */
function processesIn(notes) {
  return [...notes.matchAll(/^(\d{1,7}) (.{1,15})$/gm)].map(([, pid = '', name = '']) => ({
    pid: Number(pid),
    name,
  }));
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} fd
 * @param {(line: string) => void} onLine
 */
function linesOf(child, fd, onLine) {
  createInterface({ input: readable(child, fd) }).on('line', onLine);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} fd a pipe that it writes
 */
function readable(child, fd) {
  const pipes = /** @type {readonly unknown[]} */ (child.stdio);
  return /** @type {import('node:stream').Readable} */ (pipes[fd]);
}
