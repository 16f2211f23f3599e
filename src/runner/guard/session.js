// All processes of a session: what a command started, unless it left with `setsid`. Plain JavaScript like the
// guard, which imports it.

import { readdirSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ pid: number, name: string }} Process
 * @typedef {object} Group what a command started, as far as we can tell
 * @property {(signal: NodeJS.Signals) => void} signal sends it to all
 * @property {() => boolean} isGone whether nothing of it can run any more; zombies count as gone
 * @property {() => Process[]} processes what runs of it now, for people; empty where this system does not tell
 */

/**
 * The session that `leader` began. A signal comes to its process group first, in one call that no fork escapes; then to whoever
 * made a process group of its own inside the session, as `timeout` and shells with job control do (seen on Linux only).
 * @param {number} leader pid of the process that was started with `detached: true`
 * @returns {Group}
 */
export function sessionOf(leader) {
  return {
    signal(signal) {
      sendSignal(-leader, signal);
      for (const { pid } of members(leader) ?? []) sendSignal(pid, signal);
    },
    isGone() {
      const left = members(leader);
      return left === null ? !sendSignal(-leader, 0) : left.length === 0;
    },
    processes: () => members(leader) ?? [],
  };
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
 * null: it is not there.
 * @param {string} pid
 */
export function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // pid (name, which may hold anything) state ppid pgrp session …
    const end = text.lastIndexOf(')');
    const [state, parent, , session] = text.slice(end + 2).split(' ');
    const name = text.slice(text.indexOf('(') + 1, end);
    return { name, state, parent: Number(parent), session: Number(session) };
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
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return !(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH');
  }
}
