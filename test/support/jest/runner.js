import { readFileSync } from 'node:fs';
import { createRunner } from 'jest-light-runner';

/** @typedef {import('@jest/test-result').Test} Test */
/** @typedef {'stories' | 'processes' | 'flows' | 'computations' | 'others'} Kind */

const LightRunner = createRunner({ runtime: 'child_process' });

/**
 * The order in which workers take suites, in turn. Half of them begin with those that start thousands of processes. Flows start
 * hundreds. The rest starts none; what takes long comes first.
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

/** Suites of these kinds start processes. @type {readonly Kind[]} */
const FORKING = ['stories', 'processes', 'flows'];

/**
 * A worker that holds more memory than this is replaced before it starts processes: Node.js forks, which on virtual machines takes
 * 3 to 11 ms for every 100 MB of it. In bytes.
 */
const GROWN = 400e6;

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
    const workers = Array.from({ length: maxWorkers }, async (_, index) => {
      let worker = new Worker(this._globalConfig);
      for (const kind of ORDERS[index % ORDERS.length] ?? []) {
        for (let test = left[kind].shift(); test !== undefined; test = left[kind].shift()) {
          if (FORKING.includes(kind) && worker.memory() > GROWN) {
            await worker.end(...events);
            worker = new Worker(this._globalConfig);
          }
          await worker.run(test, ...events);
        }
      }
      await worker.end(...events);
    });
    await Promise.all(workers);
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
   * @param {Test} test
   * @param {import('jest-light-runner').Events} events
   */
  async run(test, ...events) {
    const [, onStart, onResult, onFailure] = events;
    await onStart(test)
      .then(() => this._runTest(test))
      .then((result) => onResult(test, result))
      .catch((error) => onFailure(test, error));
  }

  /** Memory that the process holds, in bytes. 0: it has not started, or the system is not Linux, where starting one is cheap. */
  memory() {
    const [runner] = this._testRunners.values();
    const pid = runner?.pool.threads[0]?.process.pid;
    if (pid === undefined || process.platform !== 'linux') return 0;
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  }

  /**
   * Ends the process, and waits for that: jest-light-runner leaves that to the end of Jest.
   * @param {import('jest-light-runner').Events} events
   */
  async end(...events) {
    const threads = [...this._testRunners.values()].flatMap(({ pool }) => pool.threads);
    await this.runTests([], ...events);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
