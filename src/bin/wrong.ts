import type { ConfigurationError } from '../app/configuration/problem.ts';
import type { IsolationUnavailable } from '../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Tells everything that is wrong, each with its place and what to do. */
export function tellWrong(errors: readonly ConfigurationError[]): ExitCode {
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  const lines = errors.flatMap(({ path, what, todo }) => ['', path, `  what   ${what}`, `  to do  ${todo}`]);
  console.error([`Wrong configuration, ${count}:`, ...lines].join('\n'));
  return EXIT.wrong;
}

/** `isolation: bubblewrap`, where it does not work. */
export function tellNoIsolation({ message }: IsolationUnavailable): ExitCode {
  const todo =
    'install bubblewrap and let its user make namespaces, or write isolation: auto to go on without, with a warning';
  return tellWrong([{ path: 'isolation', what: message, todo }]);
}
