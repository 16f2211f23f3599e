// All processes of a pid namespace created by bubblewrap: whatever a command started, wherever it moved. session.js does
// the same without a namespace. Plain JavaScript like the guard, which imports it.

import { readdirSync } from 'node:fs';
import { sendSignal, statOf } from './session.js';

/**
 * The namespace as seen from outside. When its first process ends, the kernel ends all others before that process is
 * gone. Orphaned processes inside become children of the first process.
 * @param {number} outer pid of bubblewrap itself, which leads a session and dies with the guard
 * @param {() => number | null} first pid of the namespace's first process; null: not known yet
 * @returns {import('./session.js').Group}
 */
export function namespaceOf(outer, first) {
  return {
    signal(signal) {
      const init = first();
      if (init === null || signal === 'SIGKILL') {
        sendSignal(-outer, signal);
        if (init !== null) sendSignal(init, signal);
        return;
      }
      for (const { pid } of below(init)) sendSignal(pid, signal);
    },
    isGone() {
      const init = first();
      return !isThere(outer) && (init === null || !isThere(init));
    },
    processes() {
      const init = first();
      return init === null ? [] : below(init);
    },
  };
}

/** @param {number} pid */
function isThere(pid) {
  const stat = statOf(String(pid));
  return stat !== null && stat.state !== 'Z' && stat.state !== 'X';
}

/**
 * @param {number} init
 * @returns {import('./session.js').Process[]}
 */
function below(init) {
  /** @type {Map<number, import('./session.js').Process[]>} */
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat === null || stat.state === 'X') continue;
    const siblings = children.get(stat.parent) ?? [];
    children.set(stat.parent, siblings);
    siblings.push({ pid: Number(name), name: stat.name });
  }
  const found = [];
  const waiting = [init];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.push(child);
      waiting.push(child.pid);
    }
  }
  return found;
}
