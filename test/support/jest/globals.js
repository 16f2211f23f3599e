/** @type {unknown} */
const here = globalThis;

/** Jest’s globals for a worker that runs tests in plain Node, where importing `@jest/globals` itself throws. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } =
  /** @type {typeof import('@jest/globals')} */ (here);
