import type { ConfigurationError } from '../app/configuration/problems/problem.ts';
import { hasCode } from '../runner/files/errno.ts';
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

/** Errors that a person can fix: permissions, a file in the way, a full disk. */
export function isUnusableFile(error: unknown): error is NodeJS.ErrnoException {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOSPC', 'EDQUOT'].some((code) =>
    hasCode(error, code),
  );
}

/** Prints that the data directory cannot be used, and what to do. */
export function printUnusableDirectory(error: NodeJS.ErrnoException, dataDirectory: string): ExitCode {
  return printConfigurationErrors([
    {
      path: 'DATA_DIR',
      what: `${dataDirectory} is not writable (${error.code})`,
      todo: "set DATA_DIR to a directory that belongs to Slipway's user, on a disk with free space",
    },
  ]);
}
