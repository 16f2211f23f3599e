import { type CommandRuntime, findCommandRuntime, missingIsolation } from '../../app/command-runtime.ts';
import { unreadableVariables } from '../../app/configuration/environment.ts';
import { type LoadedConfiguration, loadConfiguration } from '../../app/configuration/load.ts';
import type { ConfigurationError } from '../../app/configuration/problems/problem.ts';
import { isGiven, type Variables } from '../../app/configuration/values/given.ts';
import { NOTHING_SPARED } from '../../app/configuration/values/values.ts';
import { missingProgram } from '../../app/process/missing-program.ts';
import type { Isolation } from '../../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printConfigurationErrors, printWarnings } from '../print-errors.ts';
import { checkOnline } from './online.ts';
import { summary } from './summary.ts';

export interface CheckCommand {
  config: string;
  /** Asks the forges and repositories too. */
  online: boolean;
}

/** Checks `slipway.yml` and explains what it means on this machine. */
export async function check(options: CheckCommand): Promise<ExitCode> {
  const { loaded, absent } = load(options);
  if (loaded.kind === 'wrong') return printConfigurationErrors(loaded.errors);
  const { settings } = loaded;
  let runtime: CommandRuntime;
  try {
    runtime = await findCommandRuntime(settings);
  } catch (error) {
    const missing = missingProgram(error);
    if (missing !== null) return printConfigurationErrors([missing]);
    throw error;
  }
  printWarnings([...absent, ...unreadableVariables(process.env)]);
  const count = settings.products.length;
  console.log(`${options.config} is valid: ${count} ${count === 1 ? 'product' : 'products'}.\n`);
  console.log(`${slackText(process.env)}\n${runtimeText(runtime)}\n`);
  console.log(summary(settings));
  return options.online ? checkOnline(settings) : EXIT.ok;
}

/**
 * Values that are not here are only missed, so that the file can be checked where its secrets are not known. Online they
 * are needed.
 */
function load({ config, online }: CheckCommand): {
  loaded: LoadedConfiguration;
  absent: readonly ConfigurationError[];
} {
  const loaded = loadConfiguration(config, process.env);
  if (online || loaded.kind === 'ok' || !loaded.onlyAbsent) return { loaded, absent: [] };
  return {
    loaded: loadConfiguration(config, process.env, { ...NOTHING_SPARED, everything: true }),
    absent: loaded.errors,
  };
}

function slackText(variables: Variables): string {
  return isGiven('SLACK_APP_TOKEN', variables)
    ? 'Slack: Socket Mode, as SLACK_APP_TOKEN is set. Slipway connects to Slack, and /slack/events answers 404.'
    : 'Slack: over HTTP, at /slack/events. With SLACK_APP_TOKEN, Slipway would connect to Slack (Socket Mode).';
}

function runtimeText({ isolation, engine }: CommandRuntime): string {
  return [isolationText(isolation), ...(engine === null ? [] : [`containers: ${engine.kind}`])].join('\n');
}

function isolationText(isolation: Isolation): string {
  const missing = missingIsolation(isolation);
  if (missing !== null) return `isolation: none. Warning: ${missing.says}: ${missing.todo}.`;
  return isolation.kind === 'none'
    ? 'isolation: none, as configured: anyone who can push can read what Slipway can, and so approve.'
    : 'isolation: bubblewrap. Commands see no process of Slipway, none of its secret files, and below DATA_DIR only their tree and home.';
}
