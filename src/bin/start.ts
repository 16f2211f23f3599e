import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { DataDirectoryInUse } from '../adapters/data-directory.ts';
import { loadEnvironment, type Role } from '../app/configuration/environment.ts';
import { loadConfiguration } from '../app/configuration/load.ts';
import { PortUnavailable } from '../app/http.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import {
  isMissingProgram,
  isUnusableFile,
  printConfigurationErrors,
  printMissingProgram,
  printUnusableDirectory,
} from './print-errors.ts';
import { firstSignal } from './signals.ts';

/** Options of `slipway start`. */
export interface StartCommand {
  role: Role;
  config: string;
  builds: number;
  deploys: number;
}

/**
 * Makes V8 save memory from now on. By default the heap grows with the memory of the machine: on one with 25 GB, a
 * bot with 50 MB of live data grew to 230 MB. With this option it stayed at 140 MB and was not slower (200 releases
 * on the services tier). Forking a process also costs as much as the parent's memory. May be called at any time.
 */
function growSparingly(): void {
  setFlagsFromString('--optimize-for-size');
}

/** Runs the bot or one role of it until it receives a stop signal. */
export async function start(options: StartCommand): Promise<ExitCode> {
  growSparingly();
  const configuration = loadConfiguration(options.config, process.env, {
    webhookSecrets: options.role === 'worker',
    commandVariables: options.role === 'bot',
  });
  const environment = loadEnvironment(process.env, options.role);
  if (configuration.kind === 'wrong' || environment.kind === 'wrong') {
    return printConfigurationErrors([
      ...(configuration.kind === 'wrong' ? configuration.errors : []),
      ...(environment.kind === 'wrong' ? environment.errors : []),
    ]);
  }
  return run(options, configuration.settings, environment.environment);
}

type Run = Parameters<typeof import('../app/start.ts').startSlipway>[0];

async function run(
  { role, builds, deploys }: StartCommand,
  settings: Run['settings'],
  environment: Run['environment'],
): Promise<ExitCode> {
  const log = pino({ name: 'slipway', level: environment.logLevel });
  const signal = firstSignal();
  const { startSlipway } = await import('../app/start.ts');
  let lost: () => void = () => {};
  const fatal = new Promise<'lost'>((resolve) => {
    lost = () => resolve('lost');
  });
  try {
    const running = await startSlipway({
      settings,
      environment,
      log,
      role,
      atATime: { builds, deploys },
      onFatal: lost,
    });
    log.info({ role, url: running.url, products: settings.products.map(({ name }) => name) }, 'listening');
    const opened = running.ready.then(
      () => fatal,
      () => 'lost' as const,
    );
    const why = await Promise.race([signal, opened, fatal]);
    log.info({ why }, 'stopping');
    await running.stop();
    log.info('stopped');
    return why === 'lost' ? EXIT.failed : EXIT.ok;
  } catch (error) {
    if (error instanceof DataDirectoryInUse) return printError(error.message, EXIT.dataDirectoryInUse);
    if (isMissingProgram(error)) return printMissingProgram(error);
    if (error instanceof PortUnavailable) return printError(error.message, EXIT.portUnavailable);
    if (isUnusableFile(error)) return printUnusableDirectory(error, environment.dataDirectory);
    throw error;
  }
}

function printError(message: string, code: ExitCode): ExitCode {
  console.error(message);
  return code;
}
