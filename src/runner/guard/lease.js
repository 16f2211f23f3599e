// The guard's view of how long its command may run. Plain JavaScript like the guard, which imports it.

/**
 * Both clocks, read at the same moment.
 * @typedef {object} Clocks
 * @property {number} wallMs milliseconds since the epoch; jumps when somebody sets it
 * @property {number} monotonicMs milliseconds since some start; never jumps, but stops in suspend
 */

/**
 * @typedef {object} Lease
 * @property {number} wallMs over from this wall time on
 * @property {number} monotonicMs over from this monotonic time on
 */

/**
 * The lease that a sign of life grants (RULES 3). `deadlineMs` is a wall time that the worker computed before it sent
 * the renewal. A sign that arrives late therefore grants only the remaining time, or none.
 * @param {number} deadlineMs
 * @param {Clocks} clocks
 * @returns {Lease}
 */
export function leaseUntil(deadlineMs, clocks) {
  return { wallMs: deadlineMs, monotonicMs: clocks.monotonicMs + (deadlineMs - clocks.wallMs) };
}

/**
 * Over as soon as either clock says so: wall time covers a suspended machine, monotonic time a clock that was set
 * back.
 * @param {Lease} lease
 * @param {Clocks} clocks
 * @returns {boolean}
 */
export function isOver(lease, clocks) {
  // Written so that NaN, from a deadline that is not a number, counts as over.
  return !(clocks.wallMs < lease.wallMs && clocks.monotonicMs < lease.monotonicMs);
}
