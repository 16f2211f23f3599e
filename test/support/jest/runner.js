import { createRunner } from 'jest-light-runner';

const LightRunner = createRunner({ runtime: 'child_process' });

/**
 * Runs suites in a few plain Node.js processes. Every suite has its own channel: jest-light-runner shares one among
 * its workers, so the settings for one can answer another's request, and the other one then waits forever.
 */
export default class Runner extends LightRunner {
  /**
   * @override
   * @param {import('@jest/test-result').Test} test
   */
  _runTest(test) {
    const isFirst = !this._testRunners.has(test.context.config);
    const running = super._runTest(test);
    const runner = this._testRunners.get(test.context.config);
    if (!isFirst || runner === undefined) return running;
    const workerData = {
      globalConfig: this._globalConfig,
      projectConfig: test.context.config,
      runtime: 'child_process',
    };
    runner.run = (next) => runner.pool.run(next.path, { channel: channelWith(workerData) });
    return running;
  }
}

/** @param {unknown} workerData */
function channelWith(workerData) {
  /** @type {(message: unknown) => void} */
  let send = () => {};
  return {
    onMessage(/** @type {typeof send} */ listener) {
      send = listener;
    },
    postMessage(/** @type {unknown} */ message) {
      if (message === 'jest-light-runner-get-worker-data')
        send({ type: 'jest-light-runner-worker-data', workerData });
    },
  };
}
