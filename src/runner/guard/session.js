// All processes of a session: what a command started, except what left the session with `setsid`. Plain JavaScript like
// the guard, which imports it.

import { readdirSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ pid: number, name: string }} Process
 * @typedef {object} Group what a command started, as far as we can tell
 * @property {(signal: NodeJS.Signals) => void} signal sends it to all
 * @property {() => boolean} isGone whether nothing of it can run any more; zombies count as gone
 * @property {() => Process[]} processes what runs of it now, for people; empty where this system does not list them
 */

/**
 * The session that `leader` began. A signal goes first to its process group, in one call that no fork escapes, and
 * then to processes that made groups of their own inside the session, as `timeout` and shells with job control do.
 * Those are found on Linux only.
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
 * The living processes of the session. null: this system does not list processes under /proc.
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
 * null: there is no such process.
 * @param {string} pid
 */
export function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Format: pid (name, which may contain anything) state ppid pgrp session …
    const end = text.lastIndexOf(')');
    const [state, parent, , session] = text.slice(end + 2).split(' ');
    const name = text.slice(text.indexOf('(') + 1, end);
    return { name, state, parent: Number(parent), session: Number(session) };
  } catch {
    return null;
  }
}

/**
 * Sends a signal; 0 only checks. false: there is no such process. A process of another user (a command that used
 * sudo) exists but cannot be signalled.
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
