import type { ConfigurationError } from '../app/configuration/problems/problem.ts';
import { EngineUnavailable } from '../runner/isolation/containers.ts';
import { IsolationUnavailable } from '../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Prints all errors, each with its place and what to do. */
export function tellWrong(errors: readonly ConfigurationError[]): ExitCode {
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  const lines = errors.flatMap(({ path, what, todo }) => ['', path, `  what   ${what}`, `  to do  ${todo}`]);
  console.error([`Wrong configuration, ${count}:`, ...lines].join('\n'));
  return EXIT.wrong;
}

type MissingMeans = IsolationUnavailable | EngineUnavailable;

/** Whether the configuration needs a program that is missing on this machine. */
export function isMissingMeans(error: unknown): error is MissingMeans {
  return error instanceof IsolationUnavailable || error instanceof EngineUnavailable;
}

/** Prints which program is missing and what to do. */
export function tellMissingMeans(error: MissingMeans): ExitCode {
  const [path, todo] =
    error instanceof EngineUnavailable
      ? ['containers', 'install it, or remove image from the commands, which then run on the machine']
      : [
          'isolation',
          "install bubblewrap and let Slipway's user create namespaces, or write isolation: auto to run without it, with a warning",
        ];
  return tellWrong([{ path, what: error.message, todo }]);
}
