import { availableParallelism } from 'node:os';

/** Suites that take minutes, and what kills processes again and again: only `npm run test:slow` runs them, beside all others. */
const SLOW = '\\.slow\\.test\\.ts$';

/**
 * @param {boolean} slow
 * @returns {import('jest').Config}
 */
export function configuration(slow) {
  return {
    // Tests run in plain Node, a few processes for all suites: modules are loaded once in each, and starting `git` from a
    // process that has stayed small costs a tenth.
    runner: '<rootDir>/test/support/jest/runner.js',
    testEnvironment: 'node',
    // Holds how long each suite took, which decides the order of the next run.
    cacheDirectory: '<rootDir>/node_modules/.cache/jest',
    roots: ['<rootDir>/test'],
    testMatch: ['**/*.test.ts', '**/*.test.tsx'],
    testPathIgnorePatterns: ['/node_modules/', ...(slow ? [] : [SLOW])],
    setupFilesAfterEnv: ['<rootDir>/test/support/jest/limits.js'],
    globalSetup: '<rootDir>/test/support/services/setup.ts',
    globalTeardown: '<rootDir>/test/support/services/teardown.ts',
    extensionsToTreatAsEsm: ['.ts', '.tsx'],
    transform: {
      '^.+\\.tsx?$': [
        '@swc/jest',
        { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
      ],
    },
    reporters: ['default', '<rootDir>/scripts/tally.js'],
    // Stories wait more than they compute: twice as many as cores keep the cores busy. Of those that are told on both tiers, most
    // at once would wait for one MongoDB.
    maxWorkers: (slow ? 1 : 2) * availableParallelism(),
  };
}

export default configuration(false);
