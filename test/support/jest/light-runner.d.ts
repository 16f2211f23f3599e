declare module 'jest-light-runner' {
  import type { Test, TestResult } from '@jest/test-result';
  import type { Config } from '@jest/types';

  interface Pool {
    run(path: string, options: { channel: object }): Promise<TestResult>;
  }

  class LightRunner {
    _globalConfig: Config.GlobalConfig;
    _testRunners: Map<Config.ProjectConfig, { pool: Pool; run(test: Test): Promise<TestResult> }>;
    _runTest(test: Test): Promise<TestResult>;
  }

  export function createRunner(options: { runtime: 'child_process' }): typeof LightRunner;
}
