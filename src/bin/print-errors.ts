import type { ConfigurationError } from '../app/configuration/problems/problem.ts';
import { EngineUnavailable } from '../runner/isolation/containers.ts';
import { IsolationUnavailable } from '../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Prints all errors, each with its place and what to do. */
export function printConfigurationErrors(errors: readonly ConfigurationError[]): ExitCode {
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  const lines = errors.flatMap(({ path, what, todo }) => ['', path, `  what   ${what}`, `  to do  ${todo}`]);
  console.error([`Wrong configuration, ${count}:`, ...lines].join('\n'));
  return EXIT.wrong;
}

type MissingProgram = IsolationUnavailable | EngineUnavailable;

/** Whether the configuration needs a program that is missing on this machine. */
export function isMissingProgram(error: unknown): error is MissingProgram {
  return error instanceof IsolationUnavailable || error instanceof EngineUnavailable;
}

/** Prints which program is missing and what to do. */
export function printMissingProgram(error: MissingProgram): ExitCode {
  const [path, todo] =
    error instanceof EngineUnavailable
      ? ['containers', 'install it, or remove image from the commands, which then run on the machine']
      : [
          'isolation',
          "install bubblewrap and let Slipway's user create namespaces, or write isolation: auto to run without it, with a warning",
        ];
  return printConfigurationErrors([{ path, what: error.message, todo }]);
}
