import { EngineUnavailable } from '../../runner/isolation/containers.ts';
import { IsolationUnavailable } from '../../runner/isolation/isolation.ts';
import type { ConfigurationError } from '../configuration/problems/problem.ts';

/** What the configuration needs and this machine lacks, and what to do; null: the error is another one. */
export function missingProgram(error: unknown): ConfigurationError | null {
  if (error instanceof EngineUnavailable) {
    const todo = 'install it, or remove image from the commands, which then run on the machine';
    return { path: 'containers', what: error.message, todo };
  }
  if (!(error instanceof IsolationUnavailable)) return null;
  const todo =
    "install bubblewrap and let Slipway's user create namespaces, or write isolation: auto to run without it, with a warning";
  return { path: 'isolation', what: error.message, todo };
}
