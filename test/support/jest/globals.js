/** @type {unknown} */
const here = globalThis;

/** Jest's globals for workers that run tests in plain Node.js, where importing `@jest/globals` throws. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } =
  /** @type {typeof import('@jest/globals')} */ (here);
