// All processes of a session: what a command started, unless it left with `setsid`. Plain JavaScript like the
// guard, which imports it.

import { readdirSync, readFileSync } from 'node:fs';

/** @typedef {{ pid: number, name: string }} Process */

/**
 * Sends `signal` to everything in the session that `leader` began. Its process group comes first, in one call
 * that no fork escapes; then whoever made a process group of its own inside the session, as `timeout` and
 * shells with job control do (seen on Linux only).
 * @param {number} leader pid of the process that was started with `detached: true`
 * @param {NodeJS.Signals} signal
 */
export function signalSession(leader, signal) {
  send(-leader, signal);
  for (const { pid } of members(leader) ?? []) send(pid, signal);
}

/**
 * Whether nothing of the session can run any more. Zombies count as gone.
 * @param {number} leader
 * @returns {boolean}
 */
export function sessionIsGone(leader) {
  const left = members(leader);
  return left === null ? !send(-leader, 0) : left.length === 0;
}

/**
 * What runs of the session now, for people; empty where this system does not tell.
 * @param {number} leader
 * @returns {Process[]}
 */
export function processesOf(leader) {
  return members(leader) ?? [];
}

/**
 * null: this system does not list processes under /proc.
 * @param {number} leader
 * @returns {Process[] | null}
 */
function members(leader) {
  if (process.platform !== 'linux') return null;
  const found = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat !== null && stat.session === leader && stat.state !== 'Z' && stat.state !== 'X') {
      found.push({ pid: Number(name), name: stat.name });
    }
  }
  return found;
}

/**
 * null: it ended meanwhile.
 * @param {string} pid
 */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // pid (name, which may hold anything) state ppid pgrp session …
    const end = text.lastIndexOf(')');
    const [state, , , session] = text.slice(end + 2).split(' ');
    return { name: text.slice(text.indexOf('(') + 1, end), state, session: Number(session) };
  } catch {
    return null;
  }
}

/**
 * false: there is nobody. A process of another user (a command that used sudo) is there but cannot be signalled.
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean}
 */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return !(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH');
  }
}
