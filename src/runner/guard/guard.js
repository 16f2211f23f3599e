// The guard of one command (DESIGN §3 and §6; RULES 3 to 5). A process of its own, started by
// guard-process.ts; plain JavaScript, because it must run from src and from dist alike.
//
// It holds: stdin, a pipe from the worker with one JSON message a line; fd 1, where the command writes; fd 3,
// where the guard reports, one JSON line each; fd 4, the lock file, locked by the worker before the guard
// existed, so that there is no moment in which a guard lives and its lock is free.
//
// It ends the command when the worker says so, when the worker is gone (stdin closes), when the deadline of
// the last sign of life has passed, and when the command itself has ended but left something behind. A command
// that means to leave a daemon running asks its service manager, or starts it with `setsid` and its output elsewhere.
// What it cannot end it names, and lets go.
//
// The command runs in a session and process group of its own, not in the guard's: only so can the guard kill
// all of it, see that nothing is left, and then tell. Should the guard be killed, a watcher, which is a
// shell and waits for nothing else, kills the command; it holds the lock until it has.

import { spawn } from 'node:child_process';
import { ftruncateSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { launch } from './launch.js';
import { isOver, leaseUntil } from './lease.js';
import { messageIn } from './messages.js';

/**
 * @typedef {import('./types.ts').GuardMessage} Message
 * @typedef {Extract<Message, { type: 'start' }>} Start
 * @typedef {'asked' | 'leaseOver' | 'workerGone'} Cause why the guard ended the command
 * @typedef {{ cause: Cause | null, killAt: number, ended: import('./session.js').Process[] }} Ending cause null: it ended by itself, and
 *   `ended` is what it had left running
 */

const REPORTS = 3;
const LOCK = 4;

/** From SIGTERM to SIGKILL when the worker asked: a person's cancel, or a time limit. Nobody waits for us then. */
const ASKED_GRACE_MS = 2000;
/** The same when the lease is over: another attempt may begin when the margin is over too. */
const LEASE_GRACE_MS = 500;
/** How often clocks and processes are looked at. */
const TICK_MS = 50;

const WATCHER = `
read -r id || exit 0
read -r first && read -r _
kill -s KILL -- "-$id" \${first:+"$first"} 2>/dev/null
if [ $# -gt 0 ]; then
  "$@" || { sleep 1; "$@"; }
  exit
fi
for stat in /proc/[0-9]*/stat; do
  { read -r line < "$stat"; } 2>/dev/null || continue
  set -- \${line##*)}
  pid=\${stat#/proc/}
  [ "$4" = "$id" ] && kill -s KILL "\${pid%/stat}" 2>/dev/null
done
tries=0
while [ -n "$first" ] && { read -r line < "/proc/$first/stat"; } 2>/dev/null && [ $tries -lt 50 ]; do
  set -- \${line##*)}
  [ "$1" = Z ] && break
  sleep 0.02
  tries=$((tries + 1))
done`;

/** @type {import('./lease.js').Lease | null} */
let lease = null;
/** @type {Ending | null} */
let ending = null;
/** @type {import('./types.ts').Launched | null} */
let running = null;
/** @type {import('./types.ts').Exit | null} */
let exit = null;
/** @type {import('node:child_process').ChildProcess | null} */
let watcher = null;
let workerIsGone = false;
let finished = false;

for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE'])) {
  process.on(signal, () => {});
}
ftruncateSync(LOCK);
writeSync(LOCK, `${process.pid}\n`);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = messageIn(line);
  if (message !== null) hear(message);
});
lines.on('close', () => {
  workerIsGone = true;
  if (running === null) finish(null);
  else end('workerGone');
});
process.stdin.on('error', () => lines.close());
setInterval(tick, TICK_MS);

/** @param {Message} message */
function hear(message) {
  switch (message.type) {
    case 'start':
      lease = leaseUntil(message.deadline, clocks());
      // Lines that arrived together are heard together: a worker that is gone already is seen before the start.
      setImmediate(() => setImmediate(() => start(message)));
      return;
    case 'alive':
      lease = leaseUntil(message.deadline, clocks());
      return;
    case 'kill':
      if (running === null) finish({ type: 'notStarted', reason: message.reason });
      else end('asked');
      return;
    default:
      /** @type {never} */ (message);
  }
}

/** @param {Start} message */
function start(message) {
  if (finished || workerIsGone || running !== null) return;
  if (lease === null || isOver(lease, clocks())) {
    finish({ type: 'notStarted', reason: 'the lease was over before the command could start' });
    return;
  }
  const { enclosure } = message;
  const container = enclosure?.kind === 'container' ? enclosure : null;
  const removal = container ? [container.program, ...container.remove, container.name] : [];
  watcher = spawn('/bin/sh', ['-c', WATCHER, 'watcher', ...removal], {
    detached: true,
    env: container?.env ?? {},
    stdio: ['pipe', 'ignore', 'ignore', LOCK],
  });
  watcher.on('error', (error) => {
    if (running === null) finish({ type: 'notStarted', reason: `no watcher: ${error.message}` });
  });
  watcher.stdin?.on('error', () => {});
  if (watcher.pid === undefined) return;

  // From this line on nobody may say that the command did not run, unless this guard does (RULES 5).
  report({ type: 'starting' });
  const launched = launch(message, {
    didNotStart: (reason) => finish({ type: 'notStarted', reason }),
    began: (first) => watcher?.stdin?.write(`${first}\n`),
    exited(how) {
      exit = how;
      if (running?.group.isGone()) finish(ended());
      // What is about to end by itself has until the next look.
    },
  });
  if (launched === undefined) return;
  running = launched;
  watcher.stdin?.write(`${launched.pid}\n`);
  report({ type: 'started', pid: launched.pid });
  launched.go?.();
}

/**
 * Asks all of the session to end, and sets the time of its end by force.
 * @param {Cause | null} cause
 */
function end(cause) {
  if (running === null) return;
  const killAt = performance.now() + (cause === 'asked' ? ASKED_GRACE_MS : LEASE_GRACE_MS);
  if (ending !== null) {
    ending.killAt = Math.min(ending.killAt, killAt);
    return;
  }
  ending = { cause, killAt, ended: cause === null ? running.group.processes() : [] };
  running.group.signal('SIGTERM');
  running.group.signal('SIGCONT');
}

function tick() {
  if (running === null || finished) return;
  if (lease !== null && isOver(lease, clocks())) end('leaseOver');
  if (exit !== null && running.group.isGone()) {
    finish(ended());
    return;
  }
  if (ending === null && exit !== null) end(null);
  if (ending === null) return;
  const overdueMs = performance.now() - ending.killAt;
  if (overdueMs >= 0) running.group.signal('SIGKILL');
  if (overdueMs >= running.letGoMs) finish(ended(running.group.processes()));
}

/** @param {import('./session.js').Process[]} left what runs on */
function ended(left = []) {
  const pids = new Set(left.map(({ pid }) => pid));
  return {
    type: 'ended',
    cause: ending?.cause ?? null,
    exitCode: exit?.exitCode ?? null,
    signal: exit?.signal ?? null,
    ended: [...(running?.noted() ?? []), ...(ending?.ended ?? [])].filter(({ pid }) => !pids.has(pid)),
    left,
  };
}

/**
 * The guard's last word; its lock goes with it.
 * @param {object | null} word null: there is nobody left to hear it
 */
function finish(word) {
  if (finished) return;
  finished = true;
  if (word !== null) report(word);
  if (watcher?.pid === undefined || watcher.exitCode !== null || watcher.signalCode !== null) process.exit(0);
  watcher.on('exit', () => process.exit(0));
  watcher.kill('SIGKILL');
}

/** @param {object} word */
function report(word) {
  try {
    writeSync(REPORTS, `${JSON.stringify(word)}\n`);
  } catch {
    // The worker is gone: stdin tells that too.
  }
}

function clocks() {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}
