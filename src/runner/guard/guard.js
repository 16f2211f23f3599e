// The guard of one command (DESIGN §3 and §6; RULES 3 to 5). It is a process of its own, started by guard-process.ts. It
// is plain JavaScript because it must run from src and from dist alike.
//
// It holds: stdin, a pipe from the worker with one JSON message per line; fd 1, to which the command writes; fd 3, to
// which the guard writes its reports, one JSON object per line; fd 4, the lock file. The worker locked that file before
// the guard started, so the lock is never free while a guard lives.
//
// The guard ends the command when the worker asks for it, when the worker is gone (stdin closes), when the deadline of
// the last sign of life has passed, and when the command itself has ended but left processes behind. A command that must
// leave a daemon running starts it through a service manager, or with `setsid` and its output redirected. The guard
// reports processes that it cannot end, and stops waiting for them.
//
// The command runs in a session and process group of its own, apart from the guard's. This lets the guard kill all of
// it, check that nothing is left, and still report. If the guard is killed, a watcher kills the command. The watcher is
// a shell that waits for nothing else, and it holds the lock until the command is gone, or for a second at most: a
// process that hangs in the kernel is not ended by a signal.

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

/**
 * From SIGTERM to SIGKILL when the worker asked for the end: a person cancelled, or a time limit passed. Nobody waits
 * for this.
 */
const ASKED_GRACE_MS = 2000;
/** The same when the lease is over: another attempt may begin as soon as the margin is over too. */
const LEASE_GRACE_MS = 500;
/** Interval at which the guard checks clocks and processes. */
const TICK_MS = 50;

const WATCHER = `
read -r id || exit 0
read -r first && read -r _
kill -s KILL -- "-$id" \${first:+"$first"} 2>/dev/null
if [ $# -gt 0 ]; then
  "$@" || { sleep 1; "$@"; }
  exit
fi
tries=0
while [ $tries -lt 50 ]; do
  left=
  for stat in /proc/[0-9]*/stat; do
    { read -r line < "$stat"; } 2>/dev/null || continue
    set -- \${line##*)}
    [ "$1" != Z ] && [ "$1" != X ] || continue
    pid=\${stat#/proc/}
    pid=\${pid%/stat}
    [ "$4" = "$id" ] && kill -s KILL "$pid" 2>/dev/null && left=yes
    [ "$pid" = "$first" ] && left=yes
  done
  [ -n "$left" ] || break
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
  if (message !== null) obey(message);
});
lines.on('close', () => {
  workerIsGone = true;
  if (running === null) finish(null);
  else end('workerGone');
});
process.stdin.on('error', () => lines.close());
setInterval(tick, TICK_MS);

/** @param {Message} message */
function obey(message) {
  switch (message.type) {
    case 'start':
      lease = leaseUntil(message.deadline, clocks());
      // Waits until all lines that arrived together are handled, so that a worker that is already gone is noticed before
      // the start.
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

  // From here on, only this guard can say that the command did not run (RULES 5).
  report({ type: 'starting' });
  const launched = launch(message, {
    didNotStart: (reason) => finish({ type: 'notStarted', reason }),
    began: (first) => watcher?.stdin?.write(`${first}\n`),
    exited(how) {
      exit = how;
      if (running?.group.isGone()) finish(ended());
      // Processes that are about to end by themselves have until the next tick.
    },
  });
  if (launched === undefined) return;
  running = launched;
  watcher.stdin?.write(`${launched.pid}\n`);
  report({ type: 'started', pid: launched.pid });
  launched.go?.();
}

/**
 * Asks all processes of the session to end, and sets the time after which they are killed.
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
 * Sends the guard's final report and exits, which releases the lock.
 * @param {object | null} word null: nobody reads it any more
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
    // The worker is gone; stdin closes as well, which handles it.
  }
}

function clocks() {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}
