import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { DataDirectoryInUse } from '../adapters/data-directory.ts';
import type { Role } from '../app/configuration/environment.ts';
import { PortUnavailable } from '../app/http.ts';
import { missingProgram } from '../app/process/missing-program.ts';
import { type ConfigurationSource, fileSource, type Read } from '../app/reload/source.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { isUnusableFile, printConfigurationErrors, printUnusableDirectory } from './print-errors.ts';
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
  const source = fileSource(options.config, process.env, options.role);
  const read = source.read();
  return read.kind === 'wrong' ? printConfigurationErrors(read.errors) : run(options, source, read);
}

async function run(
  { role, builds, deploys }: StartCommand,
  source: ConfigurationSource,
  { settings, environment }: Extract<Read, { kind: 'ok' }>,
): Promise<ExitCode> {
  const log = pino({ name: 'slipway', level: environment.logLevel });
  const signal = firstSignal();
  // Without a listener, the signal would end the process: from the first moment on.
  let reload = () => {};
  process.on('SIGHUP', () => reload());
  const { startSlipway } = await import('../app/start.ts');
  let lost: () => void = () => {};
  const fatal = new Promise<'lost'>((resolve) => {
    lost = () => resolve('lost');
  });
  try {
    const running = await startSlipway({
      settings,
      source,
      environment,
      log,
      role,
      atATime: { builds, deploys },
      onFatal: lost,
    });
    reload = () => void running.reload();
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
    const missing = missingProgram(error);
    if (missing !== null) return printConfigurationErrors([missing]);
    if (error instanceof PortUnavailable) return printError(error.message, EXIT.portUnavailable);
    if (isUnusableFile(error)) return printUnusableDirectory(error, environment.dataDirectory);
    throw error;
  }
}

function printError(message: string, code: ExitCode): ExitCode {
  console.error(message);
  return code;
}
