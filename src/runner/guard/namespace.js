// All processes of a pid namespace that bubblewrap made: what a command started, wherever it went. Plain JavaScript like
// the guard, which imports it. See session.js, which does the same where there is no namespace.

import { readdirSync } from 'node:fs';
import { sendSignal, statOf } from './session.js';

/**
 * Seen from outside. The first process of a namespace takes all others with it: the kernel ends them, and only then it is gone
 * itself. Whoever loses its parent inside becomes its child.
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
