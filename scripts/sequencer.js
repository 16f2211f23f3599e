import { createRequire } from 'node:module';

/** @type {{ default: new (options: never) => import('@jest/test-sequencer').default }} */
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** Longest suites first, as Jest does, but stories and other suites in turn: while stories wait, others compute. */
export default class InTurn extends Sequencer {
  /**
   * @override
   * @param {Iterable<import('@jest/test-result').Test>} tests
   * @returns {Promise<import('@jest/test-result').Test[]>}
   */
  async sort(tests) {
    const sorted = await super.sort([...tests]);
    const stories = sorted.filter(({ path }) => path.includes('/test/e2e/'));
    const others = sorted.filter((test) => !stories.includes(test));
    return sorted.flatMap((_test, at) => [stories[at], others[at]]).filter((test) => test !== undefined);
  }
}
