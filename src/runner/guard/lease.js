// The guard's idea of how long it may go on. Plain JavaScript like the guard, which imports it.

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
 * The lease that a sign of life stands for (RULES 3). `deadlineMs` is a wall time that the worker computed
 * before it sent its renewal, so a sign that arrives late grants only what is left, and may grant nothing.
 * @param {number} deadlineMs
 * @param {Clocks} clocks
 * @returns {Lease}
 */
export function leaseUntil(deadlineMs, clocks) {
  return { wallMs: deadlineMs, monotonicMs: clocks.monotonicMs + (deadlineMs - clocks.wallMs) };
}

/**
 * Whichever clock says so wins: wall time sees a suspended machine, monotonic time a clock set back.
 * @param {Lease} lease
 * @param {Clocks} clocks
 * @returns {boolean}
 */
export function isOver(lease, clocks) {
  // Written so that NaN, from a deadline that is no number, means over.
  return !(clocks.wallMs < lease.wallMs && clocks.monotonicMs < lease.monotonicMs);
}
