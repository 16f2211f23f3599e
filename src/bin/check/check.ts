import { type CommandRuntime, findCommandRuntime, missingIsolation } from '../../app/command-runtime.ts';
import { loadConfiguration } from '../../app/configuration/load.ts';
import type { Isolation } from '../../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { isMissingProgram, printConfigurationErrors, printMissingProgram } from '../print-errors.ts';
import { checkOnline } from './online.ts';
import { summary } from './summary.ts';

export interface CheckCommand {
  config: string;
  /** Asks the forges and repositories too. */
  online: boolean;
}

/** Checks `slipway.yml` and explains what it means on this machine. */
export async function check(options: CheckCommand): Promise<ExitCode> {
  const loaded = loadConfiguration(options.config, process.env);
  if (loaded.kind === 'wrong') return printConfigurationErrors(loaded.errors);
  const { settings } = loaded;
  let runtime: CommandRuntime;
  try {
    runtime = await findCommandRuntime(settings);
  } catch (error) {
    if (isMissingProgram(error)) return printMissingProgram(error);
    throw error;
  }
  const count = settings.products.length;
  console.log(`${options.config} is valid: ${count} ${count === 1 ? 'product' : 'products'}.\n`);
  console.log(`${slackText(process.env)}\n${runtimeText(runtime)}\n`);
  console.log(summary(settings));
  return options.online ? checkOnline(settings) : EXIT.ok;
}

function slackText({ SLACK_APP_TOKEN: token }: NodeJS.ProcessEnv): string {
  return token
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
