import { mkdir } from 'node:fs/promises';
import type { Lease } from '../git/pool.ts';
import { commandEnvironment, type SlipwayFacts } from '../runner/environment.ts';
import { type RunningCommand, type RunOptions, runCommand } from '../runner/run.ts';
import type { Parts } from './parts.ts';
import { homePath } from './paths.ts';
import type { ProductSettings } from './settings.ts';

/** One command of a product, of one step. */
export interface StepCommand {
  product: ProductSettings;
  run: string;
  timeoutMs: number;
  /** Of its step alone. */
  env: Readonly<Record<string, string>> | undefined;
  tree: Lease;
  facts: SlipwayFacts;
  /** Name of its log. */
  log: string;
  lockFile: string;
  deadline: number;
  onLine(line: string): void;
}

/** Where and how a step's command is run: all that may be said about that is said here. Throws what keeps it from being started. */
export async function startCommand(parts: Parts, command: StepCommand): Promise<RunningCommand> {
  const { product, tree } = command;
  const home = homePath(parts.dataDirectory, product.name, approvedIn(command));
  await mkdir(home, { recursive: true, mode: 0o700 });
  const options: RunOptions = {
    command: command.run,
    cwd: tree.directory,
    env: commandEnvironment({
      facts: command.facts,
      productEnv: product.env,
      stepEnv: command.env ?? {},
      home,
      bot: parts.bot,
    }),
    enclosure: parts.enclose({ own: [tree.directory, home], borrowed: tree.borrows }),
    logFile: parts.logs.file(command.log),
    secrets: product.secrets,
    timeoutMs: command.timeoutMs,
    lockFile: command.lockFile,
    deadline: command.deadline,
    onLine: command.onLine,
  };
  return runCommand(options);
}

/** The environment that it is for, where people approve what runs there. */
function approvedIn({ product, facts }: StepCommand): string | null {
  const environment = product.environments.find(({ policy }) => policy.name === facts.environment);
  return environment?.policy.mode === 'approval' ? environment.policy.name : null;
}
