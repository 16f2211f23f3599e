import { resolve } from 'node:path';
import type { Settings } from '../../flow/settings/settings.ts';
import { type BotEnvironment, loadEnvironment, type Role } from '../configuration/environment.ts';
import { loadConfiguration } from '../configuration/load.ts';
import type { ConfigurationError } from '../configuration/problems/problem.ts';
import type { Variables } from '../configuration/values/given.ts';
import type { Spared } from '../configuration/values/values.ts';

/** The configuration and the variables of a process, as they were read. */
export type Read =
  | { kind: 'ok'; settings: Settings; environment: BotEnvironment }
  /** All errors at once. */
  | { kind: 'wrong'; errors: ConfigurationError[] };

/** Where a process has its configuration from, to read it again. */
export interface ConfigurationSource {
  /** The name of the file, for people. */
  name: string;
  /** Reads everything, with the files that values and variables name. */
  read(): Read;
  /** The files that were read for this configuration: a change of their content is a change of it. */
  files(settings: Settings, environment: BotEnvironment): string[];
}

/** What a role does without. */
export function sparedFor(role: Role): Spared {
  return { webhookSecrets: role === 'worker', commandVariables: role === 'bot' };
}

/** Reads `slipway.yml` and the variables of this process. */
export function fileSource(file: string, variables: Variables, role: Role): ConfigurationSource {
  return {
    name: file,
    read() {
      const configuration = loadConfiguration(file, variables, sparedFor(role));
      const environment = loadEnvironment(variables, role);
      if (configuration.kind === 'ok' && environment.kind === 'ok')
        return { kind: 'ok', settings: configuration.settings, environment: environment.environment };
      return {
        kind: 'wrong',
        errors: [configuration, environment].flatMap((one) => (one.kind === 'wrong' ? one.errors : [])),
      };
    },
    files: ({ secretFiles = [] }, environment) => [
      resolve(file),
      ...new Set([...secretFiles, ...(environment.secretFiles ?? [])]),
    ],
  };
}
