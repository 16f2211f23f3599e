import { mkdir } from 'node:fs/promises';
import type { Lease } from '../../git/trees/types.ts';
import { commandEnvironment, type SlipwayVariables } from '../../runner/environment.ts';
import { type RunningCommand, type RunOptions, runCommand } from '../../runner/run.ts';
import { homePath } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import type { CommandSettings } from '../settings/steps.ts';
import { readyContainer } from './contain-command.ts';

/** One command of a product, for one step. */
export interface StepCommand extends CommandSettings {
  product: ProductSettings;
  tree: Lease;
  variables: SlipwayVariables;
  /** Name of its log. */
  log: string;
  /** The lock that its guard holds while the command runs, see `guardLockPath`. */
  lockFile: string;
  /**
   * When the lease ends, by the clock of this machine; later the guard does not start the command. Milliseconds since the
   * epoch.
   */
  deadline: number;
  onLine(line: string): void;
}

/** Starts the command of a step, on this machine or in a container. Throws whatever keeps it from being started. */
export async function startCommand(services: Services, command: StepCommand): Promise<RunningCommand> {
  const { product, tree, image } = command;
  const options = {
    command: command.run,
    cwd: tree.directory,
    logFile: services.logs.file(command.log),
    secrets: product.secrets,
    timeoutMs: command.timeoutMs,
    lockFile: command.lockFile,
    deadline: command.deadline,
    onLine: command.onLine,
  };
  return image === undefined
    ? startHere(services, command, options)
    : startInContainer(services, { ...command, image }, options);
}

type Options = Omit<RunOptions, 'env' | 'enclosure'>;

async function startHere(
  services: Pick<Services, 'bot' | 'dataDirectory' | 'enclose'>,
  command: StepCommand,
  options: Options,
): Promise<RunningCommand> {
  const { product, tree, variables } = command;
  const home = homePath(services.dataDirectory, product.name, approvedIn(command));
  await mkdir(home, { recursive: true, mode: 0o700 });
  const env = commandEnvironment({
    variables,
    productEnv: product.env,
    stepEnv: command.env ?? {},
    machine: { home, node: services.bot.node },
    lang: services.bot.lang,
  });
  const enclosure = services.enclose({ own: [tree.directory, home], borrowed: tree.borrows });
  return runCommand({ ...options, env, enclosure });
}

async function startInContainer(
  services: Pick<Services, 'bot' | 'dataDirectory' | 'engine' | 'log' | 'newId' | 'settings'>,
  command: StepCommand & { image: string },
  options: Options,
): Promise<RunningCommand> {
  const { product, tree, image, variables } = command;
  const env = commandEnvironment({
    variables,
    productEnv: product.env,
    stepEnv: command.env ?? {},
    machine: null,
    lang: services.bot.lang,
  });
  const contained = { image, tree: tree.directory, attempt: command.log, env };
  const { container, end } = await readyContainer(services, contained);
  const running = runCommand({ ...options, env, enclosure: container });
  void running.done
    .then(end)
    .catch((error: unknown) =>
      services.log.warn({ err: error }, 'the variables of a container could not be removed'),
    );
  return running;
}

/** The environment that the command is for, if people approve what runs there; null otherwise. */
function approvedIn({ product, variables }: StepCommand): string | null {
  const environment = product.environments.find(({ policy }) => policy.name === variables.environment);
  return environment?.policy.mode === 'approval' ? environment.policy.name : null;
}
