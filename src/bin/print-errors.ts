import { type MissingProgram, missingProgramWords } from '../app/command-runtime.ts';
import type { ConfigurationError } from '../app/configuration/problems/problem.ts';
import { EngineUnavailable } from '../runner/isolation/containers.ts';
import { IsolationUnavailable } from '../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Prints all errors, each with its place and what to do. */
export function printConfigurationErrors(errors: readonly ConfigurationError[]): ExitCode {
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  console.error([`Wrong configuration, ${count}:`, ...errors.flatMap(linesOf)].join('\n'));
  return EXIT.wrong;
}

/** Prints what keeps Slipway from starting here, but not elsewhere. */
export function printWarnings(warnings: readonly ConfigurationError[]): void {
  if (warnings.length === 0) return;
  const count = warnings.length === 1 ? '1 value' : `${warnings.length} values`;
  console.error([`Warning: ${count} cannot be read here:`, ...warnings.flatMap(linesOf), ''].join('\n'));
}

function linesOf({ path, what, todo }: ConfigurationError): string[] {
  return ['', path, `  what   ${what}`, `  to do  ${todo}`];
}

/** Whether the configuration needs a program that is missing on this machine. */
export function isMissingProgram(error: unknown): error is MissingProgram {
  return error instanceof IsolationUnavailable || error instanceof EngineUnavailable;
}

/** Prints which program is missing and what to do. */
export function printMissingProgram(error: MissingProgram): ExitCode {
  const { path, todo } = missingProgramWords(error);
  return printConfigurationErrors([{ path, what: error.message, todo }]);
}
