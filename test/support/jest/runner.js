import { createRunner } from 'jest-light-runner';

/** @typedef {import('@jest/test-result').Test} Test */
/** @typedef {'stories' | 'processes' | 'flows' | 'computations' | 'others'} Kind */

const LightRunner = createRunner({ runtime: 'child_process' });

/**
 * The order in which workers take suites, in turn. Half of them begin with those that start thousands of processes: Node.js
 * forks, which costs 3 ms for every 100 MB that the worker holds, and bots and their databases take hundreds of megabytes.
 * Flows start hundreds, and share one database. The rest starts none; what takes long comes first.
 * @type {readonly (readonly Kind[])[]}
 */
const ORDERS = [
  ['stories', 'flows', 'processes', 'computations', 'others'],
  ['processes', 'flows', 'stories', 'computations', 'others'],
];

/** @type {readonly (readonly [Kind, RegExp])[]} */
const KINDS = [
  ['stories', /\/test\/e2e\//],
  ['processes', /\/test\/(git|runner)\/|\/test\/adapters\/artifacts\./],
  ['flows', /\/test\/(flow|app\/online|bin)\/|\/test\/adapters\/(executors|slack\/prepare)/],
  ['computations', /\/test\/domain\/(model|rules)\/|\/test\/chat\/(refusals|eligibility)\//],
];

/** @param {Test} test */
const kindOf = ({ path }) => KINDS.find(([, where]) => where.test(path))?.[0] ?? 'others';

/** Runs suites in a few plain Node.js processes. With one worker it is Jest's own process. */
export default class Runner extends LightRunner {
  /**
   * @override
   * @param {readonly Test[]} tests
   * @param {import('jest-light-runner').Events} events
   */
  async runTests(tests, ...events) {
    const { maxWorkers } = this._globalConfig;
    if (maxWorkers === 1) return await super.runTests(tests, ...events);
    /** @type {Record<Kind, Test[]>} */
    const left = { stories: [], processes: [], flows: [], computations: [], others: [] };
    for (const test of tests) left[kindOf(test)].push(test);
    const orders = Array.from({ length: maxWorkers }, (_, index) => ORDERS[index % ORDERS.length] ?? []);
    await Promise.all(
      orders.map((order) =>
        new Worker(this._globalConfig).runAll(
          () =>
            order
              .map((kind) => left[kind])
              .find(({ length }) => length > 0)
              ?.shift(),
          ...events,
        ),
      ),
    );
  }
}

/**
 * One process. It has a pool of its own, as jest-light-runner shares a channel among the workers of a pool: the settings
 * for one can answer another's request, and the other one then waits forever.
 */
class Worker extends LightRunner {
  /** @param {import('@jest/types').Config.GlobalConfig} config */
  constructor(config) {
    super(config);
    this._globalConfig = { ...config, maxWorkers: 1 };
  }

  /**
   * Runs suites until there is none left.
   * @param {() => Test | undefined} next
   * @param {import('jest-light-runner').Events} events
   */
  async runAll(next, ...events) {
    const [, onStart, onResult, onFailure] = events;
    for (let test = next(); test !== undefined; test = next()) {
      const running = test;
      await onStart(running)
        .then(() => this._runTest(running))
        .then((result) => onResult(running, result))
        .catch((error) => onFailure(running, error));
    }
    // Ends the process.
    await this.runTests([], ...events);
  }
}
