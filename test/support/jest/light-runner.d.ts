declare module 'jest-light-runner' {
  import type { SerializableError, Test, TestResult } from '@jest/test-result';
  import type { Config } from '@jest/types';

  /** What Jest passes to a runner beside the suites. */
  export type Events = [
    watcher: unknown,
    onStart: (test: Test) => Promise<void>,
    onResult: (test: Test, result: TestResult) => Promise<void>,
    onFailure: (test: Test, error: SerializableError) => Promise<void>,
  ];

  /** Processes that run suites. */
  interface Pool {
    threads: readonly { process: { pid?: number }; terminate(): Promise<void> }[];
  }

  class LightRunner {
    constructor(config: Config.GlobalConfig);
    _globalConfig: Config.GlobalConfig;
    _testRunners: ReadonlyMap<Config.ProjectConfig, { pool: Pool }>;
    runTests(tests: readonly Test[], ...events: Events): Promise<void>;
    _runTest(test: Test): Promise<TestResult>;
  }

  export function createRunner(options: { runtime: 'child_process' }): typeof LightRunner;
}
