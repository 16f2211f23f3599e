import { availableParallelism } from 'node:os';

const project = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/support/setup.ts',
  globalTeardown: '<rootDir>/test/support/teardown.ts',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

/** Suites that take minutes, and what kills processes again and again: only `npm run test:slow` runs them, beside all others. */
const SLOW = '\\.slow\\.test\\.ts$';

/** @param {boolean} slow */
export function configuration(slow) {
  const of = (displayName, testMatch, ignored) => ({
    ...project,
    displayName,
    testMatch,
    testPathIgnorePatterns: ['/node_modules/', ...ignored],
  });
  const ignored = slow ? [] : [SLOW];
  const unit = of('unit', ['**/*.test.ts', '**/*.test.tsx'], ['/test/e2e/', ...ignored]);
  const e2e = of('e2e', ['**/test/e2e/**/*.test.ts'], ignored);
  return {
    projects: [unit, e2e],
    reporters: ['default', '<rootDir>/scripts/tally.js'],
    testSequencer: '<rootDir>/scripts/sequencer.js',
    // Stories wait more than they compute: twice as many as cores keep the cores busy.
    maxWorkers: 2 * availableParallelism(),
    // Modules of ended suites are never let go of: a worker that has grown is replaced by a fresh one.
    workerIdleMemoryLimit: '1GB',
    testTimeout: 60_000,
  };
}

/** @type {import('jest').Config} */
export default configuration(false);
