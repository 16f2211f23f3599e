// Loaded before a worker's first suite. Adds to every test and hook what the runner lacks: a time limit, and failure on
// errors that nobody caught meanwhile.
import process from 'node:process';

/** Limit for tests and hooks that do not name one. */
const LIMIT_MS = 60_000;

/**
 * Wraps `act` so that it fails when it takes longer than `limitMs`, or when an uncaught error occurs meanwhile.
 * @param {(...args: unknown[]) => unknown} act
 * @param {number} [limitMs]
 */
function limited(act, limitMs = LIMIT_MS) {
  return async (/** @type {unknown[]} */ ...args) => {
    /** @type {(error: unknown) => void} */
    let fail = () => {};
    const failed = new Promise((_resolve, reject) => {
      fail = reject;
    });
    const timer = setTimeout(() => fail(new Error(`It took longer than ${limitMs / 1000} s.`)), limitMs);
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
    try {
      await Promise.race([act(...args), failed]);
    } finally {
      clearTimeout(timer);
      process.off('uncaughtException', fail);
      process.off('unhandledRejection', fail);
    }
  };
}

/** @param {any} declare */
const bounded = (declare) =>
  Object.assign(
    (/** @type {string} */ name, /** @type {any} */ act, /** @type {number} */ limitMs) =>
      declare(name, limited(act, limitMs)),
    {
      each:
        (/** @type {unknown[]} */ ...table) =>
        (/** @type {string} */ name, /** @type {any} */ act, /** @type {number} */ limitMs) =>
          declare.each(...table)(name, limited(act, limitMs)),
    },
  );

const test = Object.assign(bounded(globalThis.test), {
  only: bounded(globalThis.test.only),
  skip: globalThis.test.skip,
});
Object.assign(globalThis, { test, it: test });
for (const name of /** @type {const} */ (['beforeAll', 'afterAll', 'beforeEach', 'afterEach'])) {
  const hook = globalThis[name];
  Object.assign(globalThis, {
    [name]: (/** @type {any} */ act, /** @type {number} */ limitMs) => hook(limited(act, limitMs)),
  });
}
