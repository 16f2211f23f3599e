import type { ConfigurationError } from '../app/configuration/problems/problem.ts';
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
